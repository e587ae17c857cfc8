"""The partnerships that a service cannot go on with, as a page for its operator and as JSON beside its API."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import AwareDatetime, BaseModel, Field

from services.runtime.access.identity import Caller
from services.runtime.base.validation_messages import as_sentence
from services.runtime.messaging.blocked_report import BlockedPartition
from services.runtime.messaging.inbox_batch import Obstacle
from services.runtime.web.blocked_admin import BlockedAdmin
from services.runtime.web.openapi import problems
from services.runtime.web.operator_pages import LONGEST_NAME, Act, Listed, OperatorPage
from services.runtime.web.operators import only_operator
from services.runtime.web.routing import joined

_WAYS_OUT: Mapping[Obstacle | None, str] = {
    Obstacle.MISSING: "The stream lost it: send the log again with concordat republish.",
    Obstacle.UNREADABLE: "This service is older than the one that wrote it: finish the upgrade, and try again.",
    Obstacle.FORKED: "Two histories have met: a log was restored or replaced. Find out with concordat verify; then"
    " follow “After a database was lost or restored” in docs/operations.md.",
    Obstacle.FAILED: "The log of the service has the error whole: mend its cause, and try again.",
    None: "The log of the service has more about it: mend the cause, and try again.",
}

Code = Annotated[str, Path(max_length=LONGEST_NAME, description="The partnership's code.")]
Operator = Annotated[Caller, Depends(only_operator("Blocked partnerships are"))]


class BlockedView(BaseModel):
    """A blocked partnership: the event whose turn it is, why it does not come, and how many are known to wait behind.

    ``event`` is null where it has not come; ``since`` where an earlier version of the software noted it.
    """

    partnership: str
    consumer: str
    since: AwareDatetime | None
    version: int
    event: str | None
    reason: str
    way_out: str
    waiting: int


class BlockedList(BaseModel):
    """The first blocked partnerships of a service, by their codes; ``total`` counts those that are not shown too."""

    blocked_partnerships: list[BlockedView]
    total: int


class Retried(BaseModel):
    """The partnership that goes on."""

    partnership: str


class Try(Act):
    """The form that has a partnership tried, which its code names."""

    act: Literal["retry"]
    chosen: Annotated[str, Field(max_length=LONGEST_NAME)]


def routes(admin: BlockedAdmin, page: str, held_up: str) -> APIRouter:
    """Return the routes of a service's blocked partnerships; mount them before those that take any name for one.

    ``page`` is the address of the page for people, ``held_up`` says what does not go on: ``pages and packs``.
    """
    return joined(_api(admin), _page(admin, page, held_up).routes())


def _api(admin: BlockedAdmin) -> APIRouter:
    router = APIRouter(prefix=f"/{admin.service}/api/v1/blocked-partnerships", tags=["blocked partnerships"])

    @router.get("", summary="List blocked partnerships", operation_id=f"list_blocked_partnerships_of_{admin.service}")
    async def listed() -> BlockedList:
        found = await _listed(admin)
        return BlockedList(blocked_partnerships=[*found.items], total=found.total)

    @router.post(
        "/{partnership}/retry",
        summary="Try at once to go on with a blocked partnership",
        operation_id=f"retry_blocked_partnership_of_{admin.service}",
        responses=problems(403, 404, 409, 503),
    )
    async def retry(partnership: Code, caller: Operator) -> Retried:
        await admin.retry(partnership)
        return Retried(partnership=partnership)

    return router


def _page(admin: BlockedAdmin, home: str, held_up: str) -> OperatorPage:
    async def carry_out(wanted: Try) -> None:
        await admin.retry(wanted.chosen)

    return OperatorPage(
        home,
        "blocked_partnerships.html",
        f"Blocked partnerships: {held_up}",
        partial(_listed, admin),
        Try,
        "Choose a partnership in the list.",
        carry_out,
        {"retry": "{} goes on."},
    )


async def _listed(admin: BlockedAdmin) -> Listed[BlockedView]:
    found = await admin.listed()
    return Listed([_shown(each) for each in found.items], found.total)


def _shown(blocked: BlockedPartition) -> BlockedView:
    return BlockedView(
        partnership=blocked.partnership,
        consumer=blocked.consumer,
        since=blocked.since,
        version=blocked.version,
        event=blocked.event,
        reason=as_sentence(blocked.reason),
        way_out=_WAYS_OUT[blocked.obstacle],
        waiting=blocked.waiting,
    )
