"""The dead letters of a service, as a page for its operator and as JSON beside its API."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import AwareDatetime, BaseModel, Field

from services.runtime.access.identity import Caller
from services.runtime.messaging.dead_letters import DeadLetter
from services.runtime.web.dead_letter_admin import DeadLetterAdmin
from services.runtime.web.moved import redirects
from services.runtime.web.openapi import problems
from services.runtime.web.operator_pages import Act, Listed, OperatorPage
from services.runtime.web.operators import only_operator
from services.runtime.web.routing import joined

LARGEST_NUMBER = 2**31 - 1

Number = Annotated[int, Path(ge=1, le=LARGEST_NUMBER, description="The dead letter's number.")]


class DeadLetterView(BaseModel):
    """One dead letter. Only an event can be tried again; ``version`` is 0 for what is none."""

    number: int
    consumer: str
    partnership: str
    version: int
    subject: str
    reason: str
    since: AwareDatetime
    can_be_retried: bool


class DeadLetterList(BaseModel):
    """The oldest dead letters of a service; ``total`` counts those that are not shown too."""

    dead_letters: list[DeadLetterView]
    total: int


class Deal(Act):
    """The form that deals with a dead letter, which its number names."""

    act: Literal["retry", "discard"]
    chosen: Annotated[int, Field(ge=1, le=LARGEST_NUMBER)]


# A dead letter belongs to no partnership's people.
Operator = Annotated[Caller, Depends(only_operator("Dead letters are"))]


def routes(admin: DeadLetterAdmin, page: str, lacking: str) -> APIRouter:
    """Return the routes of a service's dead letters; mount them before routes that take any name for a partnership.

    ``page`` is the address of the page for people, ``lacking`` says what was not done: ``E-mails that were not sent``.
    """
    former = redirects({f"/{admin.service}/dead-letters": page})
    return joined(_api(admin), _page(admin, page, lacking).routes(), former)


def _api(admin: DeadLetterAdmin) -> APIRouter:
    router = APIRouter(prefix=f"/{admin.service}/api/v1/dead-letters", tags=["dead letters"])

    @router.get("", summary="List dead letters", operation_id=f"list_dead_letters_of_{admin.service}")
    async def listed() -> DeadLetterList:
        found = await _listed(admin)
        return DeadLetterList(dead_letters=[*found.items], total=found.total)

    @router.post(
        "/{number}/retry",
        summary="Have a dead letter take effect",
        operation_id=f"retry_dead_letter_of_{admin.service}",
        responses=problems(403, 404, 409),
    )
    async def retry(number: Number, caller: Operator) -> DeadLetterView:
        return _shown(await admin.retry(number))

    @router.post(
        "/{number}/discard",
        summary="Throw a dead letter away",
        operation_id=f"discard_dead_letter_of_{admin.service}",
        responses=problems(403, 404),
    )
    async def discard(number: Number, caller: Operator) -> DeadLetterView:
        return _shown(await admin.discard(number))

    return router


def _page(admin: DeadLetterAdmin, home: str, lacking: str) -> OperatorPage:
    async def carry_out(wanted: Deal) -> None:
        await (admin.retry if wanted.act == "retry" else admin.discard)(wanted.chosen)

    return OperatorPage(
        home,
        "dead_letters.html",
        f"Dead letters: {lacking}",
        partial(_listed, admin),
        Deal,
        "Choose a dead letter in the list.",
        carry_out,
        {"retry": "Dead letter {} has taken effect.", "discard": "Dead letter {} has been thrown away."},
    )


async def _listed(admin: DeadLetterAdmin) -> Listed[DeadLetterView]:
    found = await admin.listed()
    return Listed([_shown(each) for each in found.items], found.total)


def _shown(letter: DeadLetter) -> DeadLetterView:
    return DeadLetterView(
        number=letter.id,
        consumer=letter.consumer,
        partnership=letter.partnership,
        version=letter.version,
        subject=letter.subject,
        reason=letter.reason,
        since=letter.buried_at,
        can_be_retried=letter.can_be_retried,
    )
