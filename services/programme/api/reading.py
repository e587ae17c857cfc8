"""The routes that show the objects of a partnership, each with an ETag: the version of the last event about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from pydantic import TypeAdapter
from starlette.responses import Response

from contracts.references import full
from domain.register import Register
from domain.register.board import MEETINGS, PROCEDURES
from domain.register.commitments import COMMITMENTS
from domain.register.decisions import ACTIONS, DECISIONS
from domain.register.partners import PARTNERS
from domain.register.projects import PROJECTS
from domain.register.risks import RISKS
from services.programme.api import shapes, views
from services.programme.api.access import Partnership, ReferenceInPath, answered_in_problems
from services.programme.api.shapes import Shape
from services.programme.core import lookup
from services.programme.core.deciding import NoPartnership, Refused
from services.programme.core.dispatcher import Dispatcher
from services.programme.core.register_cache import CachedRegister
from services.programme.partnership.lookup import find_person
from services.runtime.access.identity import Reader
from services.runtime.web.etags import quoted_tag, unchanged
from services.runtime.web.openapi import problems

IfNoneMatch = Annotated[
    str | None,
    Header(
        alias="If-None-Match",
        description="The ETag of what you have; the answer is 304 if nothing has changed.",
        examples=['"17"'],
    ),
]
_TAGGED: dict[int | str, dict[str, Any]] = {
    200: {"headers": {"ETag": {"description": "The version of what is shown.", "schema": {"type": "string"}}}},
    304: {"description": "It is as you have it."},
}
_TAGS: list[str | Enum] = ["reading"]
_ONE = {**_TAGGED, **problems(404)}


def _as_it_is(register: Register, thing: Any) -> Any:
    return thing


@dataclass(frozen=True, slots=True)
class Collection:
    """Objects of one kind: where they are in the register, how one is found by reference and how it is shown.

    ``brief`` is the shape in which the list shows them, and ``show_brief`` how, where it is not as they are.
    """

    name: str
    singular: str
    every: Callable[[Register], Mapping[str, Any]]
    find: lookup.Finding
    brief: type[Shape]
    detail: type[Shape]
    show: Callable[[Register, Any], Any]
    by_bare_code: bool = False
    show_brief: Callable[[Register, Any], Any] = _as_it_is


COLLECTIONS = (
    Collection(
        "partners",
        "partner",
        lambda register: register.partners,
        lookup.finding(PARTNERS),
        shapes.PartnerShape,
        shapes.PartnerShape,
        views.partner,
        by_bare_code=True,
    ),
    Collection(
        "people",
        "person",
        lambda register: register.people,
        find_person,
        shapes.PersonShape,
        shapes.PersonShape,
        _as_it_is,
    ),
    Collection(
        "commitments",
        "commitment",
        lambda register: register.commitments,
        lookup.finding(COMMITMENTS),
        shapes.CommitmentShape,
        shapes.CommitmentShape,
        _as_it_is,
    ),
    Collection(
        "projects",
        "project",
        lambda register: register.projects,
        lookup.finding(PROJECTS),
        shapes.ProjectShape,
        shapes.WorkplanShape,
        views.workplan,
        show_brief=views.project,
    ),
    Collection(
        "risks",
        "risk",
        lambda register: register.risks,
        lookup.finding(RISKS),
        shapes.RiskShape,
        shapes.RiskShape,
        views.risk,
    ),
    Collection(
        "meetings",
        "meeting",
        lambda register: register.meetings,
        lookup.finding(MEETINGS),
        shapes.MeetingShape,
        shapes.AgendaShape,
        views.agenda,
    ),
    Collection(
        "decisions",
        "decision",
        lambda register: register.decisions,
        lookup.finding(DECISIONS),
        shapes.DecisionShape,
        shapes.DecisionShape,
        views.decision,
    ),
    Collection(
        "actions",
        "action",
        lambda register: register.actions,
        lookup.finding(ACTIONS),
        shapes.ActionShape,
        shapes.ActionShape,
        _as_it_is,
    ),
    Collection(
        "written-procedures",
        "written procedure",
        lambda register: register.procedures,
        lookup.finding(PROCEDURES),
        shapes.ProcedureShape,
        shapes.ProcedureShape,
        views.procedure,
    ),
)


def add_routes(routes: APIRouter, dispatcher: Dispatcher) -> None:
    """Add the routes that show something."""

    @routes.get("/partnerships", tags=_TAGS, summary="The partnerships", operation_id="list_partnerships")
    async def partnerships(caller: Reader) -> list[str]:
        return await dispatcher.partnerships()

    @routes.get(
        "/partnerships/{partnership}",
        tags=_TAGS,
        response_model=shapes.PartnershipShape,
        responses=_ONE,
        summary="A partnership",
        operation_id="show_partnership",
    )
    async def partnership(
        request: Request, partnership: Partnership, caller: Reader, if_none_match: IfNoneMatch = None
    ) -> Response:
        adapter = TypeAdapter(shapes.PartnershipShape)
        return await _shown(dispatcher, request, partnership, None, adapter, views.partnership)

    for collection in COLLECTIONS:
        _add_list(routes, dispatcher, collection)
        _add_one(routes, dispatcher, collection)


def _add_list(routes: APIRouter, dispatcher: Dispatcher, of: Collection) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(list[of.brief])  # type: ignore[name-defined]
    brief = of.show if of.brief is of.detail else of.show_brief

    def show(register: Register) -> list[Any]:
        return [brief(register, thing) for thing in of.every(register).values()]

    @routes.get(
        f"/partnerships/{{partnership}}/{of.name}",
        tags=_TAGS,
        response_model=list[of.brief],  # type: ignore[name-defined]
        responses=_ONE,
        summary=f"The {of.name.replace('-', ' ')} of a partnership",
        operation_id=f"list_{of.name.replace('-', '_')}",
    )
    async def every(
        request: Request, partnership: Partnership, caller: Reader, if_none_match: IfNoneMatch = None
    ) -> Response:
        return await _shown(dispatcher, request, partnership, None, adapter, show)


def _add_one(routes: APIRouter, dispatcher: Dispatcher, of: Collection) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(of.detail)

    @routes.get(
        f"/partnerships/{{partnership}}/{of.name}/{{reference}}",
        tags=_TAGS,
        response_model=of.detail,
        responses=_ONE,
        summary=f"One {of.singular}",
        operation_id=f"show_{of.singular.replace(' ', '_')}",
    )
    async def one(
        request: Request,
        partnership: Partnership,
        reference: ReferenceInPath,
        caller: Reader,
        if_none_match: IfNoneMatch = None,
    ) -> Response:
        wanted = reference if of.by_bare_code else full(partnership, reference)
        return await _shown(
            dispatcher,
            request,
            partnership,
            wanted,
            adapter,
            lambda register: of.show(register, of.find(register, wanted, of.singular)),
        )


async def _shown(
    dispatcher: Dispatcher,
    request: Request,
    partnership: str,
    reference: str | None,
    adapter: TypeAdapter[Any],
    show: Callable[[Register], Any],
) -> Response:
    """Answer with what ``show`` finds, or that the caller has it already."""

    def look(live: CachedRegister) -> tuple[int, bytes]:
        shown = adapter.validate_python(show(live.register), from_attributes=True)
        return live.version_of(reference), adapter.dump_json(shown, by_alias=True)

    with answered_in_problems():
        try:
            version, content = await dispatcher.look(partnership, look)
        except Refused as refused:
            raise NoPartnership(refused.field, refused.problem) from None
    tag = quoted_tag(version)
    return unchanged(request, tag) or Response(content, media_type="application/json", headers={"ETag": tag})
