"""The dead letters of a service, as a page for its operator and as JSON beside its API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import AwareDatetime, BaseModel, Field
from starlette.responses import RedirectResponse, Response

from services.runtime.access.identity import Caller, Identity, Writer
from services.runtime.base.problems import Problem
from services.runtime.messaging.dead_letters import DeadLetter
from services.runtime.web.dead_letter_admin import DeadLetterAdmin, Listed
from services.runtime.web.forms import Form, FormRefused, submitted
from services.runtime.web.moved import redirects
from services.runtime.web.openapi import problems
from services.runtime.web.pages import Pages
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


class Act(BaseModel):
    """The form that deals with a dead letter."""

    number: Annotated[int, Field(ge=1, le=LARGEST_NUMBER)]
    act: Literal["retry", "discard"]


_SHOW = "show"


def operator(caller: Writer) -> Caller:
    """Return who acts, who must be the deployment's operator: a dead letter belongs to no partnership's people."""
    if not caller.is_operator:
        raise Problem(403, "Dead letters are for the operator of the deployment, with its token.")
    return caller


Operator = Annotated[Caller, Depends(operator)]


def routes(admin: DeadLetterAdmin, page: str, lacking: str) -> APIRouter:
    """Return the routes of a service's dead letters; mount them before routes that take any name for a partnership.

    ``page`` is the address of the page for people, ``lacking`` says what was not done: ``E-mails that were not sent``.
    """
    return joined(_api(admin), _pages(admin, page, lacking), redirects({f"/{admin.service}/dead-letters": page}))


def _api(admin: DeadLetterAdmin) -> APIRouter:
    router = APIRouter(prefix=f"/{admin.service}/api/v1/dead-letters", tags=["dead letters"])

    @router.get("", summary="List dead letters", operation_id=f"list_dead_letters_of_{admin.service}")
    async def listed() -> DeadLetterList:
        found = await admin.listed()
        return DeadLetterList(dead_letters=[_shown(each) for each in found.letters], total=found.total)

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


def _pages(admin: DeadLetterAdmin, home: str, lacking: str) -> APIRouter:
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    pages = Pages()

    @router.get(home)
    async def ask(
        request: Request, done: Literal["retry", "discard", ""] = "", number: Annotated[int, Query(ge=0)] = 0
    ) -> Response:
        """Ask for the deployment's token: what the letters are about is for nobody else."""
        return shown(request, None, Form(), done=done, number=number)

    @router.post(home)
    async def act(request: Request) -> Response:
        form = await submitted(request)
        listed: Listed | None = None
        try:
            _check_token(request.app.state.identity, form)
            listed = await admin.listed()
            if form.value("act") == _SHOW:
                return shown(request, listed, form)
            wanted = form.checked(Act, missing={"number": "Choose a dead letter in the list."})
            await carry_out(wanted, form)
        except FormRefused as refused:
            return shown(request, listed, refused.form, status=refused.status, headers=refused.headers)
        return RedirectResponse(f"{home}?done={wanted.act}&number={wanted.number}", status_code=303)

    async def carry_out(wanted: Act, form: Form) -> None:
        try:
            await (admin.retry if wanted.act == "retry" else admin.discard)(wanted.number)
        except Problem as problem:
            raise form.refused(problem) from None

    def shown(
        request: Request,
        listed: Listed | None,
        form: Form,
        *,
        done: str = "",
        number: int = 0,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        said = {"home": home, "lacking": lacking, "listed": listed, "form": form, "done": done, "number": number}
        kept_nowhere = {**(headers or {}), "Cache-Control": "no-store"}
        return pages.render(request, "dead_letters.html", said, status=status, headers=kept_nowhere)

    return router


def _check_token(identity: Identity, form: Form) -> None:
    """Raise FormRefused unless the deployment's token was typed."""
    given = form.value("token").strip()
    if not given:
        raise form.refused(Problem(401, "Enter the API token of this deployment."), "token")
    try:
        identity.operator(given)
    except Problem as problem:
        raise form.refused(problem, "token") from None


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
