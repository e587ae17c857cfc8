"""One route for each command, made from the registry, so that the OpenAPI document has the fields of each."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from services.programme.api.access import Partnership, actor_of, answered_in_problems
from services.programme.api.straight import KEY_CHARACTERS, LONGEST_KEY, CarryOut, CommandRoute, StraightWay
from services.programme.core import permissions
from services.programme.core.command import Command
from services.programme.core.commands import COMMANDS
from services.programme.core.dispatcher import Dispatcher
from services.programme.core.outcome import Outcome
from services.programme.partnership.commands import FormPartnership
from services.runtime.access.identity import Caller, Writer
from services.runtime.web.etags import expected_version
from services.runtime.web.openapi import problems
from services.runtime.web.request_log import request_id
from services.runtime.web.straight import Routes, StraightRoute

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=LONGEST_KEY,
        pattern=KEY_CHARACTERS.pattern,
        description="A key of your own choice: the same request sent again with it is carried out once.",
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The ETag of the object as you saw it; the command is refused if it has changed since.",
        examples=['"17"'],
    ),
]
_PATH = "/partnerships/{partnership}/commands"
_TAGS: list[str | Enum] = ["commands"]
_PROBLEMS = problems(403, 404, 409, 412)


def add_routes(routes: Routes, dispatcher: Dispatcher) -> None:
    """Add the routes that change something."""
    routes.add_api_route(
        "/partnerships",
        _forming(dispatcher),
        methods=["POST"],
        status_code=201,
        response_model=Outcome,
        responses=_PROBLEMS,
        tags=_TAGS,
        summary="Form partnership",
        description=FormPartnership.__doc__,
        operation_id="form_partnership",
    )
    straight: dict[str, CommandRoute] = {}
    for name, command in COMMANDS.items():
        if command is not FormPartnership and not command.by_system:
            straight[name.replace("_", "-")] = _add(routes, dispatcher, name, command)
    routes.straight.append(
        StraightRoute(
            f"{routes.prefix}{_PATH}/{{command}}",
            StraightWay(straight),
            "POST",
            lambda found: found["command"] in straight,
        )
    )


def _add(routes: APIRouter, dispatcher: Dispatcher, name: str, command: type[Command]) -> CommandRoute:
    carry_out = _carrying_out(dispatcher, 201 if "code" in command.model_fields else 200)
    routes.add_api_route(
        f"{_PATH}/{name.replace('_', '-')}",
        _described(carry_out, command),
        methods=["POST"],
        status_code=201 if "code" in command.model_fields else 200,
        response_model=Outcome,
        responses=_PROBLEMS,
        tags=_TAGS,
        summary=command.words().capitalize(),
        description=command.__doc__,
        operation_id=name,
    )
    route = routes.routes[-1]
    assert isinstance(route, APIRoute)
    return CommandRoute(command, route, carry_out)


def _forming(dispatcher: Dispatcher) -> Callable[..., Any]:
    async def form(
        request: Request, command: FormPartnership, caller: Writer, idempotency_key: IdempotencyKey = None
    ) -> Response:
        with answered_in_problems():
            permissions.check_may_form(command.code, actor_of(caller, command.code))
        return await _answer(dispatcher, request, command.code, command, caller, idempotency_key, 201)

    return form


def _carrying_out(dispatcher: Dispatcher, status: int) -> CarryOut:
    async def carry_out(
        request: Request, partnership: str, command: Command, caller: Caller, idempotency_key: str | None
    ) -> Response:
        return await _answer(dispatcher, request, partnership, command, caller, idempotency_key, status)

    return carry_out


def _described(carry_out: CarryOut, kind: type[Command]) -> Callable[..., Any]:
    """Return ``carry_out`` with a signature that says what it takes, for validation and for the OpenAPI document."""

    async def endpoint(
        request: Request,
        partnership: Partnership,
        command: Any,
        caller: Writer,
        idempotency_key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> Response:
        return await carry_out(request, partnership, command, caller, idempotency_key)

    endpoint.__annotations__["command"] = kind
    return endpoint


async def _answer(
    dispatcher: Dispatcher,
    request: Request,
    partnership: str,
    command: Command,
    caller: Caller,
    idempotency_key: str | None,
    status: int,
) -> Response:
    with answered_in_problems():
        outcome = await dispatcher.handle(
            partnership,
            command,
            actor_of(caller, partnership),
            idempotency_key=idempotency_key,
            expected_version=expected_version(request),
            correlation=request_id(request),
        )
    return Response(outcome.model_dump_json(), status, media_type="application/json")
