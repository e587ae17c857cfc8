"""The delivery queue as JSON, under ``/notifications/api/v1/``. People are shown by role and partner, never by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request
from pydantic import AwareDatetime, BaseModel, Field
from starlette.responses import Response

from contracts.events.partnership import Role
from services.notifications.intake.notices import NoticeKind
from services.notifications.queue.delivery import Delivery, DeliveryState
from services.notifications.queue.listing import Wanted
from services.notifications.queue.queue_admin import QueueAdmin
from services.runtime.access.identity import Writer
from services.runtime.web.etags import TAGGED, check_unchanged, digest, quoted_tag, unchanged
from services.runtime.web.lists.answers import content_of, list_answer, list_responses
from services.runtime.web.lists.pages import List, ListQuery, Page, cut
from services.runtime.web.openapi import problems

LARGEST_ID = 2**31 - 1

Code = Annotated[str, Path(max_length=64, examples=["LAP"], description="The partnership's code.")]
Number = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The delivery's number.")]
IfMatch = Annotated[
    str | None, Header(alias="If-Match", description="The ETag of the delivery as you saw it; 412 if it has changed.")
]
_DIGITS = len(str(LARGEST_ID))
Before = Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="Only deliveries with a lower number.")]


class DeliveryView(BaseModel):
    """One delivery. ``doubts`` counts attempts after which nobody could say whether it had arrived."""

    id: int
    kind: NoticeKind
    reference: str
    about: str
    person: str = Field(description="The opaque id; who it is stands in the directory alone.")
    role: Role | None
    partners: tuple[str, ...]
    state: DeliveryState
    attempts: int
    doubts: int
    created_at: AwareDatetime
    next_attempt_at: AwareDatetime | None
    finished_at: AwareDatetime | None
    reason: str | None
    message_id: str


class DeliveryCounts(BaseModel):
    """How many deliveries stand in each state."""

    counts: dict[DeliveryState, int]


_DELIVERIES: List[Delivery] = List.of("deliveries", DeliveryView, latest_first=True)
_TAGGED = {**TAGGED, **problems(404)}


def routes(queue_admin: QueueAdmin) -> APIRouter:
    """Return the routes of the API."""
    router = APIRouter(prefix="/notifications/api/v1", tags=["e-mails"])

    @router.get(
        "/{partnership}/deliveries",
        response_model=list[DeliveryView],
        responses=list_responses(404),
        summary="Deliveries, the newest first",
        operation_id="list_deliveries",
    )
    async def listed(
        request: Request,
        partnership: Code,
        wanted: Annotated[_DELIVERIES.query, Query()],  # type: ignore[name-defined]
    ) -> Response:
        page = await queue_admin.read(partnership, _narrowed(wanted), lambda found: _page(found, wanted))
        content = content_of(page, DeliveryView, wanted)
        saved_as = f"{partnership}-deliveries"
        return list_answer(request, content, wanted, cursor=page.cursor, tag=digest(content), saved_as=saved_as)

    @router.get(
        "/{partnership}/delivery-counts",
        response_model=DeliveryCounts,
        responses=_TAGGED,
        summary="How many deliveries stand in each state",
        operation_id="count_deliveries",
    )
    async def counted(request: Request, partnership: Code) -> Response:
        return _tagged(request, DeliveryCounts(counts=await queue_admin.counts(partnership)))

    @router.get(
        "/{partnership}/deliveries/{number}",
        response_model=DeliveryView,
        responses=_TAGGED,
        summary="One delivery",
        operation_id="show_delivery",
    )
    async def one(request: Request, partnership: Code, number: Number) -> Response:
        return _tagged(request, shown(await queue_admin.delivery(partnership, number)))

    @router.post(
        "/{partnership}/deliveries/{number}/send-again",
        summary="Send a failed delivery again",
        status_code=202,
        responses=problems(403, 404, 409, 412),
        operation_id="send_delivery_again",
    )
    async def send_again(
        request: Request, partnership: Code, number: Number, writer: Writer, if_match: IfMatch = None
    ) -> DeliveryView:
        def check(delivery: Delivery) -> None:
            check_unchanged(request, _tag(shown(delivery)))

        [again] = await queue_admin.send_again(partnership, [number], writer, check)
        return shown(again)

    return router


def _narrowed(wanted: ListQuery) -> Wanted:
    """Return what the database can narrow by; the filters of the list see to the rest."""
    given = wanted.model_dump()
    before = next(iter(wanted.after), None)
    about: list[str] = given["about"] or []
    return Wanted(
        states=given["state"] or (),
        about=about[0] if len(about) == 1 else None,
        before=int(before) if before and before.isdecimal() and len(before) <= _DIGITS else None,
    )


def _page(found: Iterator[Delivery], wanted: ListQuery) -> Page:
    rows = (((str(each.id),), shown(each)) for each in found)
    return cut(((key, row) for key, row in rows if _DELIVERIES.fits(row, wanted)), wanted.most)


def _tagged(request: Request, content: BaseModel) -> Response:
    """Answer with content and its entity tag, or that the caller has it."""
    tag = _tag(content)
    headers = {"ETag": tag}
    return unchanged(request, tag) or Response(content.model_dump_json(), 200, headers, "application/json")


def _tag(content: BaseModel) -> str:
    return quoted_tag(digest(content.model_dump_json().encode()))


def shown(delivery: Delivery) -> DeliveryView:
    """Return a delivery as it is answered."""
    return DeliveryView(
        id=delivery.id,
        kind=delivery.kind,
        reference=delivery.reference,
        about=delivery.about,
        person=delivery.person,
        role=delivery.role,
        partners=delivery.partners,
        state=delivery.state,
        attempts=delivery.attempts,
        doubts=delivery.doubts,
        created_at=delivery.created_at,
        next_attempt_at=delivery.due_at,
        finished_at=delivery.finished_at,
        reason=delivery.reason,
        message_id=delivery.message_id,
    )
