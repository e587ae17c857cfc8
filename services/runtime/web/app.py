"""The web application that services mount their routes in: one shell, one way to fail, one set of limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse

from services.runtime.access.identity import Identity
from services.runtime.access.roles import Roles
from services.runtime.access.service_token import service_token_of
from services.runtime.access.sessions.reader import Sessions
from services.runtime.access.table import Table
from services.runtime.access.who_sees import WHO_SEES
from services.runtime.base.gc_control import without_collecting
from services.runtime.base.health import Health
from services.runtime.base.precedence import Precedence
from services.runtime.base.settings import Settings
from services.runtime.base.version import build, product_version
from services.runtime.web import api_documents, api_pages, metrics, statements, static
from services.runtime.web import health as health_routes
from services.runtime.web.authenticate_first import authenticate_first
from services.runtime.web.doors import Answering, Doors, roles_by_room
from services.runtime.web.error_responses import HANDLERS
from services.runtime.web.health import Live
from services.runtime.web.kept_answers import Answers
from services.runtime.web.pages import Link, Shell
from services.runtime.web.request_pipeline import EarlyAnswer, RequestPipeline
from services.runtime.web.routing import RoutesByRoom, joined


@without_collecting()  # all that is made is kept
def app_of(
    services: Sequence[Answering], settings: Settings, health: Health, navigation: Sequence[Link], sessions: Sessions
) -> FastAPI:
    """Return the application in which services answer: each knows the roles of its rooms, and may bring rows along."""
    return make_app(
        settings,
        [service.router for service in services if service.router is not None],
        health=health,
        navigation=navigation,
        sessions=sessions,
        roles=roles_by_room(services),
        table=WHO_SEES.with_more(row for service in services for row in getattr(service, "rows", ())),
    )


def make_app(
    settings: Settings,
    routers: Sequence[APIRouter],
    *,
    health: Health | None = None,
    navigation: Sequence[Link] = (),
    sessions: Sessions | None = None,
    roles: Mapping[str, Roles] | None = None,
    table: Table = WHO_SEES,
    title: str = "Concordat",
) -> FastAPI:
    """Return the application with ``routers`` mounted, and with health, metrics, static files and the OpenAPI document.

    Routes raise Problem (or HTTPException); everything else that goes wrong is answered here. A path that ends in
    ``/imports`` may take ``settings.max_import_bytes``, any other ``settings.max_body_bytes``. ``health`` is opened by
    whoever runs the application; without one it is open at once.
    Without ``sessions`` nobody is signed in. ``roles`` are those that people hold as the service of each room knows
    them; what is seen by role in any other room is the operator's alone. Raises ValueError where a route stands in no
    row of ``table``. ``/`` leads to the first link of ``navigation``.
    """
    app = FastAPI(
        title=title,
        version=product_version(),
        description="The programme office of public-sector partnerships.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        # Without a collector FastAPI would look for one in the environment at each request.
        telemetry={"tracing": settings.otlp_endpoint is not None, "metrics": False, "logs": False},
        exception_handlers=dict(HANDLERS),
    )
    app.state.settings = settings
    app.state.build = build()
    app.state.identity = Identity(settings.api_token, service_token_of(settings))
    app.state.sessions = sessions
    precedence = Precedence()
    app.state.answers = Answers(precedence)
    app.state.api_documents = {}
    app.state.shell = Shell(tuple(navigation), app.version)
    health = _health(health)
    of_api = (api_documents.routes(), api_pages.routes())
    of_machines = (health_routes.make_router(health), metrics.make_router(health))
    own = (*of_machines, static.router, statements.router, _own_router(), *of_api)
    app.router = RoutesByRoom(joined(*routers, *own).routes)
    authenticate_first(app.routes)
    doors = app.state.doors = Doors(table, app.state.identity, roles or {})
    doors.check(app.routes)
    early: dict[str, EarlyAnswer] = {Live.path: Live(), **static.files()}
    app.add_middleware(
        RequestPipeline,
        settings=settings,
        health=health,
        precedence=precedence,
        early=early,
        answers=app.state.answers,
        sessions=sessions,
        doors=doors,
    )
    return app


def _health(given: Health | None) -> Health:
    if given is not None:
        return given
    health = Health()
    health.open()
    return health


def _own_router() -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    def home(request: Request) -> RedirectResponse:
        shell: Shell = request.app.state.shell
        if not shell.navigation:
            raise HTTPException(404)
        return RedirectResponse(shell.navigation[0].within("").href)

    return router
