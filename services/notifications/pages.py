"""E-mails, for people: what went out, what waits, what failed and may go again."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from contracts.references import short
from services.notifications.api import LARGEST_ID, Before, Code
from services.notifications.intake.notices import NoticeKind
from services.notifications.letters.words import listed, role_words
from services.notifications.queue.delivery import Delivery, DeliveryState
from services.notifications.queue.listing import Wanted
from services.notifications.queue.queue_admin import QueueAdmin, QueuePage
from services.runtime.access.directory import Directory
from services.runtime.access.identity import Caller
from services.runtime.access.who_sees import OFFICE
from services.runtime.base.problems import Problem
from services.runtime.base.validation_messages import as_sentence
from services.runtime.web.dates import moment
from services.runtime.web.forms import Form, FormRefused, signed, submitted
from services.runtime.web.moved import redirects
from services.runtime.web.pages import Link, Pages
from services.runtime.web.routing import joined
from services.runtime.web.visits import visit_to

TABS: dict[str, tuple[str, tuple[DeliveryState, ...]]] = {
    "all": ("All", ()),
    "queued": ("Waiting", (DeliveryState.WAITING, DeliveryState.ATTEMPTING, DeliveryState.DEFERRED)),
    "sent": ("Sent", (DeliveryState.SENT,)),
    "failed": ("Failed", (DeliveryState.FAILED,)),
    "overtaken": ("Overtaken", (DeliveryState.OVERTAKEN,)),
    "omitted": ("Not sent", (DeliveryState.OMITTED,)),
}
KINDS = {
    NoticeKind.PACK: "Board pack",
    NoticeKind.RETURN_DUE: "Return due",
    NoticeKind.RETURN_OVERDUE: "Return overdue",
    NoticeKind.RETURN_CHASED: "Reminder by the secretary",
    NoticeKind.MISSING_RETURNS: "Who has not reported",
    NoticeKind.RETURN_SUBMITTED: "Receipt of a return",
    NoticeKind.INVITATION: "Invitation",
    NoticeKind.EFFECT_FAILED: "Effect that failed",
    NoticeKind.INVITATION_WITHDRAWN: "No longer invited",
    NoticeKind.PACK_NOT_RECEIVED: "Pack not received",
    NoticeKind.DIGEST: "What waits for somebody",
}
_CHIPS = {
    DeliveryState.WAITING: ("Waiting", "info"),
    DeliveryState.ATTEMPTING: ("Being sent", "info"),
    DeliveryState.DEFERRED: ("Put off", "caution"),
    DeliveryState.SENT: ("Sent", "good"),
    DeliveryState.FAILED: ("Failed", "bad"),
    DeliveryState.OVERTAKEN: ("Overtaken", "none"),
    DeliveryState.OMITTED: ("Not sent", "none"),
}

_PACK = re.compile(r"(B\d+)-PACK(?:-S(\d+))?")
MOVED = {"/notifications/": "/emails/", "/notifications/{partnership}/deliveries": "/emails/{partnership}"}


class SendAgain(BaseModel):
    """The form that sends failed deliveries again."""

    delivery: list[Annotated[int, Field(ge=1, le=LARGEST_ID)]]


def routes(queue_admin: QueueAdmin, directory: Directory) -> APIRouter:
    """Return the routes of the pages. The secretary sees the names that ``directory`` has."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    pages = Pages(Path(__file__).parent / "templates")

    @router.get("/emails/")
    async def partnerships(request: Request) -> Response:
        known = await queue_admin.partnerships()
        own = await request.app.state.doors.partnerships_for(request, [each.code for each, _ in known], OFFICE)
        known = [(each, counts) for each, counts in known if each.code in own]
        return pages.render(request, "partnerships.html", {"partnerships": known}, as_at=queue_admin.clock.now())

    @router.get("/emails/{partnership}")
    async def deliveries(
        request: Request,
        partnership: Code,
        show: str = "all",
        kind: NoticeKind | None = None,
        about: Annotated[str | None, Query(max_length=64)] = None,
        before: Before = None,
        again: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0,
    ) -> Response:
        wanted = Wanted(TABS.get(show, TABS["all"])[1], kind, about, before)
        return await _page(request, partnership, show, wanted, again=again)

    @router.get("/emails/{partnership}/failed.json")
    async def failed(partnership: Code) -> JSONResponse:
        """Answer the page of Home, which asks once it is there."""
        number = await queue_admin.failed_lately(partnership)
        return JSONResponse({"failed": number}, headers={"Cache-Control": "no-store"})

    @router.post("/emails/{partnership}/send-again")
    async def send_again(request: Request, partnership: Code) -> Response:
        form = await submitted(request)
        try:
            caller = signed(request, form)
            wanted = form.checked(SendAgain, missing={"delivery": "Choose at least one e-mail to send again."})
            sent = await _sent_again(partnership, wanted, caller, form)
        except FormRefused as refused:
            return await _page(request, partnership, "failed", Wanted((DeliveryState.FAILED,)), refused=refused)
        return RedirectResponse(f"/emails/{partnership}?again={len(sent)}", status_code=303)

    async def _sent_again(partnership: str, wanted: SendAgain, caller: Caller, form: Form) -> list[Delivery]:
        try:
            return await queue_admin.send_again(partnership, wanted.delivery, caller)
        except Problem as problem:
            raise form.refused(problem, "delivery") from None

    async def _page(
        request: Request,
        partnership: str,
        show: str,
        wanted: Wanted,
        *,
        again: int = 0,
        refused: FormRefused | None = None,
    ) -> Response:
        view = await queue_admin.view(partnership, wanted)
        now = queue_admin.clock.now()
        today = now.astimezone(view.partnership.zone).date()
        known = view.partnership
        visit = visit_to(request, partnership, known.name, view.people, view.partner_names, today, known.timezone)
        names = await asyncio.to_thread(directory.names_sync, partnership) if visit.is_secretary else {}
        shown = show if show in TABS else "all"
        listing = _address(partnership, shown, wanted)
        context = {
            "partnership": view.partnership,
            "tabs": [_tab(view, key, partnership, wanted) for key in TABS],
            "show": shown,
            "kind": wanted.kind,
            "kinds": KINDS,
            "about": wanted.about,
            "pack": _pack(partnership, wanted.about or ""),
            "reach": view.reach,
            "rows": [_row(view, each, names) for each in view.deliveries],
            "has_names": visit.is_secretary,
            "newest": Link("Newest", listing) if wanted.before else None,
            "older": Link("Older", f"{listing}&before={view.deliveries[-1].id}") if view.older else None,
            "unfetched": view.unfetched,
            "again": again,
            "form": refused.form if refused else Form(),
        }
        status, headers = (refused.status, refused.headers) if refused else (200, None)
        return pages.render(request, "deliveries.html", context, visit=visit, as_at=now, status=status, headers=headers)

    return joined(redirects(MOVED), router)


def _tab(view: QueuePage, key: str, partnership: str, wanted: Wanted) -> dict[str, object]:
    words, states = TABS[key]
    count = sum(number for state, number in view.counts.items() if not states or state in states)
    return {
        "key": key,
        "words": words,
        "count": count,
        "href": _address(partnership, key, wanted),
    }


def _pack(partnership: str, about: str) -> str:
    """Return the address of the pack, or the supplement, that a list of e-mails is about; empty where it is none."""
    found = _PACK.fullmatch(about.removeprefix(f"{partnership}-"))
    if found is None:
        return ""
    meeting, supplement = found.groups()
    return f"/packs/{partnership}/{meeting}" + (f"/supplements/{supplement}" if supplement else "")


def _address(partnership: str, show: str, wanted: Wanted) -> str:
    """Return the address of one tab of the list, narrowed as it is now; its newest e-mails come first."""
    asked = {"kind": wanted.kind, "about": wanted.about}
    narrowed = "".join(f"&{name}={quote(value)}" for name, value in asked.items() if value)
    return f"/emails/{partnership}?show={show}{narrowed}"


def _row(view: QueuePage, delivery: Delivery, names: Mapping[str, str]) -> dict[str, object]:
    words, tone = _CHIPS[delivery.state]
    return {
        "delivery": delivery,
        "what": KINDS[delivery.kind],
        "name": names.get(delivery.person, ""),
        "person": f"/office/{delivery.partnership}/people/{short(delivery.partnership, delivery.person)}",
        "whom": _whom(view, delivery),
        "words": words,
        "tone": tone,
        "when": _when(view, delivery),
        "reason": as_sentence(delivery.reason) if delivery.reason else "",
    }


def _whom(view: QueuePage, delivery: Delivery) -> str:
    role = role_words(delivery.role).capitalize()
    names = [view.partner_names.get(each, each) for each in delivery.partners]
    return f"{role}, {listed(names)}" if names else role


def _when(view: QueuePage, delivery: Delivery) -> str:
    def local(instant: datetime) -> str:
        return moment(instant, view.partnership.timezone)

    if delivery.finished_at is not None:
        return local(delivery.finished_at)
    if delivery.state is DeliveryState.ATTEMPTING:
        return "now"
    return f"next try {local(delivery.due_at)}" if delivery.due_at else "when its papers are here"
