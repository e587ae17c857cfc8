"""The delivery queue as JSON, under ``/notifications/api/v1/``. People are shown by role and partner, never by name."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime, BaseModel, Field

from contracts.events.partnership import Role
from services.notifications.intake.notices import NoticeKind
from services.notifications.queue.delivery import Delivery, DeliveryState
from services.notifications.queue.listing import PAGE, Wanted
from services.notifications.queue.queue_admin import QueueAdmin
from services.runtime.access.identity import Writer
from services.runtime.web.openapi import problems

LARGEST_ID = 2**31 - 1

Code = Annotated[str, Path(max_length=64, examples=["LAP"], description="The partnership's code.")]
Number = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The delivery's number.")]
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


class DeliveryList(BaseModel):
    """Deliveries, newest first. ``before`` asks for the next page; null where there is none."""

    deliveries: list[DeliveryView]
    counts: dict[DeliveryState, int]
    before: int | None


def routes(queue_admin: QueueAdmin) -> APIRouter:
    """Return the routes of the API."""
    router = APIRouter(prefix="/notifications/api/v1", tags=["notifications"])

    @router.get("/{partnership}/deliveries", summary="List deliveries", responses=problems(404))
    async def listed(
        partnership: Code,
        state: Annotated[list[DeliveryState] | None, Query(description="Only these states.")] = None,
        kind: NoticeKind | None = None,
        about: Annotated[
            str | None, Query(max_length=64, description="Only those about this pack, quarter or meeting.")
        ] = None,
        before: Before = None,
        limit: Annotated[int, Query(ge=1, le=500)] = PAGE,
    ) -> DeliveryList:
        view = await queue_admin.view(partnership, Wanted(state or (), kind, about, before), limit)
        return DeliveryList(
            deliveries=[shown(each) for each in view.deliveries],
            counts=view.counts,
            before=view.deliveries[-1].id if view.older else None,
        )

    @router.get("/{partnership}/deliveries/{number}", summary="Show one delivery", responses=problems(404))
    async def one(partnership: Code, number: Number) -> DeliveryView:
        return shown(await queue_admin.delivery(partnership, number))

    @router.post(
        "/{partnership}/deliveries/{number}/send-again",
        summary="Send a failed delivery again",
        status_code=202,
        responses=problems(403, 404, 409),
    )
    async def send_again(partnership: Code, number: Number, writer: Writer) -> DeliveryView:
        [again] = await queue_admin.send_again(partnership, [number], writer)
        return shown(again)

    return router


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
