"""The routes that show a partnership: each object with an ETag, the version of the last event about it, and lists."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from pydantic import BaseModel, TypeAdapter
from starlette.responses import Response

from contracts.references import full
from domain.register import Register
from services.programme.api.access import Partnership, ReferenceInPath, answered_in_problems
from services.programme.capabilities import modules
from services.programme.core.deciding import NoPartnership, Refused
from services.programme.core.dispatcher import Dispatcher
from services.programme.core.register_cache import CachedRegister
from services.programme.core.resources import Collection, Records, Shape
from services.programme.partnership.resources import PartnershipShape, show_partnership
from services.runtime.access.identity import Reader
from services.runtime.web.etags import TAGGED, digest, quoted_tag
from services.runtime.web.lists.answers import content_of, list_answer, list_responses
from services.runtime.web.lists.pages import List, ListQuery
from services.runtime.web.openapi import problems

IfNoneMatch = Annotated[
    str | None,
    Header(
        alias="If-None-Match",
        description="The ETag of what you have; the answer is 304 if nothing has changed.",
        examples=['"17"'],
    ),
]
_TAGS: list[str | Enum] = ["reading"]
_ONE = {**TAGGED, **problems(404)}


COLLECTIONS: tuple[Collection, ...] = tuple(
    collection for resources in modules("resources") for collection in getattr(resources, "COLLECTIONS", ())
)
RECORDS: tuple[Records, ...] = tuple(
    records for resources in modules("resources") for records in getattr(resources, "RECORDS", ())
)
LISTS: tuple[Collection | Records, ...] = (*COLLECTIONS, *RECORDS)


class PartnershipCode(Shape):
    """A partnership, by its code."""

    code: str


def add_routes(routes: APIRouter, dispatcher: Dispatcher) -> None:
    """Add the routes that show something."""
    _add_partnerships(routes, dispatcher)

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

    for listed in LISTS:
        _add_list(routes, dispatcher, listed)
    for collection in COLLECTIONS:
        _add_one(routes, dispatcher, collection)


def _add_partnerships(routes: APIRouter, dispatcher: Dispatcher) -> None:
    listing: List[str] = List.of("partnerships", PartnershipCode)

    async def every(request: Request, caller: Reader, wanted: ListQuery, if_none_match: IfNoneMatch = None) -> Response:
        codes = await request.app.state.doors.partnerships_for(request, await dispatcher.partnerships())
        page = listing.page((((code,), code) for code in codes), lambda code: PartnershipCode(code=code), wanted)
        content = content_of(page, PartnershipCode, wanted)
        return list_answer(request, content, wanted, cursor=page.cursor, tag=digest(content), saved_as="partnerships")

    _add_list_route(routes, "/partnerships", every, listing, "The partnerships", list_responses())


def _add_list(routes: APIRouter, dispatcher: Dispatcher, of: Collection | Records) -> None:
    shape = of.list_shape
    listing: List[Any] = List.of(of.name, shape)

    async def every(
        request: Request,
        partnership: Partnership,
        caller: Reader,
        wanted: ListQuery,
        if_none_match: IfNoneMatch = None,
    ) -> Response:
        def look(live: CachedRegister) -> tuple[int, bytes, str | None]:
            register = live.register

            def row(thing: Any) -> BaseModel:
                return shape.model_validate(of.row(register, thing))

            page = listing.page(of.things(register), row, wanted)
            return live.version, content_of(page, shape, wanted), page.cursor

        with answered_in_problems():
            version, content, cursor = await dispatcher.look(partnership, look)
        saved_as = f"{partnership}-{of.name}"
        return list_answer(request, content, wanted, cursor=cursor, tag=version, saved_as=saved_as)

    summary = f"The {of.name.replace('-', ' ')} of a partnership"
    path = f"/partnerships/{{partnership}}/{of.name}"
    _add_list_route(routes, path, every, listing, summary, list_responses(404))


def _add_list_route(
    routes: APIRouter,
    path: str,
    endpoint: Callable[..., Any],
    listing: List[Any],
    summary: str,
    responses: dict[int | str, dict[str, Any]],
) -> None:
    endpoint.__annotations__["wanted"] = Annotated[listing.query, Query()]
    routes.add_api_route(
        path,
        endpoint,
        methods=["GET"],
        tags=_TAGS,
        response_model=list[listing.shape],  # type: ignore[name-defined]
        responses=responses,
        summary=summary,
        operation_id=f"list_{listing.name.replace('-', '_')}",
    )


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
            wanted if of.changes_with is None else of.changes_with(wanted),
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
