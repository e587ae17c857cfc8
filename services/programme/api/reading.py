"""The routes that show the objects of a partnership, each with an ETag: the version of the last event about it."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Header
from pydantic import TypeAdapter
from starlette.responses import Response

from contracts.references import full
from domain.register import Register
from services.programme.api.access import Partnership, ReferenceInPath, answered_in_problems
from services.programme.capabilities import modules
from services.programme.core.deciding import NoPartnership, Refused
from services.programme.core.dispatcher import Dispatcher
from services.programme.core.register_cache import CachedRegister
from services.programme.core.resources import Collection
from services.programme.partnership.resources import PartnershipShape, show_partnership
from services.runtime.access.identity import Reader
from services.runtime.web.etags import quoted_tag
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


COLLECTIONS: tuple[Collection, ...] = tuple(
    collection for resources in modules("resources") for collection in resources.COLLECTIONS
)


def add_routes(routes: APIRouter, dispatcher: Dispatcher) -> None:
    """Add the routes that show something."""

    @routes.get("/partnerships", tags=_TAGS, summary="The partnerships", operation_id="list_partnerships")
    async def partnerships(caller: Reader) -> list[str]:
        return await dispatcher.partnerships()

    @routes.get(
        "/partnerships/{partnership}",
        tags=_TAGS,
        response_model=PartnershipShape,
        responses=_ONE,
        summary="A partnership",
        operation_id="show_partnership",
    )
    async def partnership(partnership: Partnership, caller: Reader, if_none_match: IfNoneMatch = None) -> Response:
        adapter = TypeAdapter(PartnershipShape)
        return await _shown(dispatcher, partnership, None, adapter, show_partnership)

    for collection in COLLECTIONS:
        _add_list(routes, dispatcher, collection)
        _add_one(routes, dispatcher, collection)


def _add_list(routes: APIRouter, dispatcher: Dispatcher, of: Collection) -> None:
    shape, show_one = (of.shape, of.show) if of.brief is None else (of.brief, of.show_brief)
    adapter: TypeAdapter[Any] = TypeAdapter(list[shape])  # type: ignore[valid-type]

    def show(register: Register) -> list[Any]:
        return [show_one(register, thing) for thing in of.kind.of(register).values()]

    @routes.get(
        f"/partnerships/{{partnership}}/{of.name}",
        tags=_TAGS,
        response_model=list[shape],  # type: ignore[valid-type]
        responses=_ONE,
        summary=f"The {of.name.replace('-', ' ')} of a partnership",
        operation_id=f"list_{of.name.replace('-', '_')}",
    )
    async def every(partnership: Partnership, caller: Reader, if_none_match: IfNoneMatch = None) -> Response:
        return await _shown(dispatcher, partnership, None, adapter, show)


def _add_one(routes: APIRouter, dispatcher: Dispatcher, of: Collection) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(of.shape)

    @routes.get(
        f"/partnerships/{{partnership}}/{of.name}/{{reference}}",
        tags=_TAGS,
        response_model=of.shape,
        responses=_ONE,
        summary=f"One {of.kind.name}",
        operation_id=f"show_{of.kind.name.replace(' ', '_')}",
    )
    async def one(
        partnership: Partnership,
        reference: ReferenceInPath,
        caller: Reader,
        if_none_match: IfNoneMatch = None,
    ) -> Response:
        wanted = full(partnership, reference) if of.kind.letter else reference
        return await _shown(
            dispatcher,
            partnership,
            wanted,
            adapter,
            lambda register: of.show(register, of.finding(register, wanted, "reference")),
        )


async def _shown(
    dispatcher: Dispatcher,
    partnership: str,
    reference: str | None,
    adapter: TypeAdapter[Any],
    show: Callable[[Register], Any],
) -> Response:
    """Answer with what ``show`` finds."""

    def look(live: CachedRegister) -> tuple[int, bytes]:
        shown = adapter.validate_python(show(live.register), from_attributes=True)
        return live.version_of(reference), adapter.dump_json(shown, by_alias=True)

    with answered_in_problems():
        try:
            version, content = await dispatcher.look(partnership, look)
        except Refused as refused:
            raise NoPartnership(refused.field, refused.problem) from None
    return Response(content, media_type="application/json", headers={"ETag": quoted_tag(version)})
