"""The pages on which a partner fills in its return of a quarter: draft, check, submission, changes afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.responses import Response

from services.programme.api.access import Partnership, answered_in_problems
from services.programme.core.decider import NoPartnership, NotAllowed, Refused
from services.programme.core.dispatcher import Dispatcher
from services.programme.returns.form.filled_in import FilledLine
from services.programme.returns.form.line import AnswerRefused, Line
from services.programme.returns.my_return import posted, words
from services.programme.returns.my_return.desk import NotReady, Opened, ReturnDesk
from services.programme.returns.my_return.places import Places, Quarter, quarter_in
from services.runtime.access.directory import Directory
from services.runtime.access.identity import caller_of
from services.runtime.base.problems import Problem
from services.runtime.base.validation_messages import as_sentence
from services.runtime.store.database import Database
from services.runtime.web.forms import Form, FormRefused, signed, submitted
from services.runtime.web.pages import Pages, Visit
from services.runtime.web.partnership.site import page_routes
from services.runtime.web.visits import visit_of

PartnerInPath = Annotated[str, InPath(pattern=r"^[A-Z][A-Z0-9]{0,11}$", description="Code of the partner.")]
LineInPath = Annotated[str, InPath(min_length=1, max_length=128)]

_TEMPLATES = Path(__file__).parent / "templates"


def routes(dispatcher: Dispatcher, database: Database, directory: Directory) -> APIRouter:
    """Return the routes of returns."""
    router = page_routes()
    site = ReturnPages(dispatcher, ReturnDesk(dispatcher, database, directory))
    one = "/return/{partnership}/{quarter}/{partner}"
    router.get("/return/{partnership}")(site.front)
    router.get(one)(site.show)
    router.post(one)(site.save)
    router.post(f"{one}/lines/{{key}}")(site.save_line)
    router.post(f"{one}/choose/{{key}}")(site.choose)
    router.get(f"{one}/check")(site.check)
    router.post(f"{one}/submit")(site.submit)
    router.get(f"{one}/submitted")(site.receipt)
    router.get(f"{one}/change/{{key}}")(site.change)
    router.post(f"{one}/change/{{key}}")(site.record)
    return router


class ReturnPages:
    """Answers the requests of these pages."""

    def __init__(self, dispatcher: Dispatcher, desk: ReturnDesk) -> None:
        self._dispatcher = dispatcher
        self._desk = desk
        self._pages = Pages(_TEMPLATES)
        self._pages.environment.globals.update(words=words, posted=posted)

    async def front(self, request: Request, partnership: Partnership) -> Response:
        """Lead to the one return that is to be filled in, or let the reader choose between several."""
        with answered_in_problems():
            found = await self._desk.to_do(partnership, _reader(request, partnership))
            visit = await self._visit(request, partnership)
        if len(found) == 1:
            return _see(Places(partnership, found[0].quarter.label, found[0].partner).form)
        now = self._dispatcher.now()
        said: dict[str, Any] = {"partnership": partnership, "found": found, "now": now}
        said["place_of"] = _place_of(partnership)
        return self._pages.render(request, "returns.html", said, visit=visit)

    async def show(
        self, request: Request, partnership: Partnership, quarter: Quarter, partner: PartnerInPath
    ) -> Response:
        """Show the form with its draft; once it was submitted, what can be changed of it."""
        opened = await self._open(Places(partnership, quarter_in(quarter), partner), _reader(request, partnership))
        return await self._form(request, opened)

    async def save(
        self, request: Request, partnership: Partnership, quarter: Quarter, partner: PartnerInPath
    ) -> Response:
        """Keep all lines in which something was typed, then go on as the button says."""
        form = await submitted(request)
        places = Places(partnership, quarter_in(quarter), partner)
        try:
            opened = await self._signed(request, form, places)
        except FormRefused as refused:
            return await self._not_kept(request, places, refused)
        if opened.form.is_submitted:
            return _see(places.form)
        await self._keep(opened, form)
        match form.value("then"):
            case "unchanged":
                again = await self._reopened(opened)
                await self._desk.keep_unchanged(again)
                return _see(places.check)
            case "check":
                return _see(places.check)
            case _:
                return _see(f"{places.form}?saved=1")

    async def save_line(
        self, request: Request, partnership: Partnership, quarter: Quarter, partner: PartnerInPath, key: LineInPath
    ) -> Response:
        """Keep one line, for the script of the page."""
        form = await submitted(request)
        places = Places(partnership, quarter_in(quarter), partner)
        try:
            opened = await self._signed(request, form, places)
        except FormRefused as refused:
            return JSONResponse({"problem": str(refused)}, refused.status)
        if opened.form.is_submitted:
            return JSONResponse({"problem": "This return was submitted meanwhile.", "reload": True}, 409)
        await self._keep(opened, form)
        return JSONResponse(self._line_as_kept(request, await self._reopened(opened), key))

    async def choose(
        self, request: Request, partnership: Partnership, quarter: Quarter, partner: PartnerInPath, key: LineInPath
    ) -> Response:
        """Settle which answer of a line holds. What was typed elsewhere on the page is kept too."""
        form = await submitted(request)
        places = Places(partnership, quarter_in(quarter), partner)
        try:
            opened = await self._signed(request, form, places)
        except FormRefused as refused:
            return await self._not_kept(request, places, refused)
        await self._keep(opened, form, but=key)
        chosen = form.value("use")
        await self._desk.choose(await self._reopened(opened), key, int(chosen) if chosen.isdecimal() else None)
        return _see(f"{places.form}#{key}")

    async def check(
        self, request: Request, partnership: Partnership, quarter: Quarter, partner: PartnerInPath
    ) -> Response:
        """Show what would be recorded, and what is in its way; with ``?unchanged=1``, if nothing else has changed."""
        opened = await self._open(Places(partnership, quarter_in(quarter), partner), _reader(request, partnership))
        if opened.form.is_submitted:
            return _see(_places(opened).receipt)
        return await self._checked(request, opened, attesting="unchanged" in request.query_params)

    async def submit(
        self, request: Request, partnership: Partnership, quarter: Quarter, partner: PartnerInPath
    ) -> Response:
        """Keep what was confirmed on the page of the check, then record all of it or nothing."""
        form = await submitted(request)
        places = Places(partnership, quarter_in(quarter), partner)
        try:
            opened = await self._signed(request, form, places)
        except FormRefused as refused:
            return await self._not_kept(request, places, refused)
        if opened.form.is_submitted:
            return _see(places.receipt)
        await self._keep(opened, form)
        opened = await self._reopened(opened)
        if form.value("then") == "unchanged":
            await self._desk.keep_unchanged(opened)
            opened = await self._reopened(opened)
        try:
            with answered_in_problems():
                await self._desk.submit(opened)
        except NotReady as reason:
            return await self._checked(request, await self._reopened(opened), reason)
        return _see(places.receipt)

    async def receipt(
        self, request: Request, partnership: Partnership, quarter: Quarter, partner: PartnerInPath
    ) -> Response:
        """Show that a return was submitted, and what was recorded with it."""
        opened = await self._open(Places(partnership, quarter_in(quarter), partner), _reader(request, partnership))
        if not opened.form.is_submitted:
            return _see(_places(opened).form)
        return await self._render(request, "submitted.html", opened, receipts=await self._desk.receipts(opened))

    async def change(
        self, request: Request, partnership: Partnership, quarter: Quarter, partner: PartnerInPath, key: LineInPath
    ) -> Response:
        """Show one line of a return that was submitted."""
        opened = await self._open(Places(partnership, quarter_in(quarter), partner), _reader(request, partnership))
        if not opened.form.is_submitted:
            return _see(f"{_places(opened).form}#{key}")
        line = _line(opened, key)
        return await self._render(request, "change.html", opened, line=line, form=posted.form_of(opened.filled))

    async def record(
        self, request: Request, partnership: Partnership, quarter: Quarter, partner: PartnerInPath, key: LineInPath
    ) -> Response:
        """Record one line at once."""
        form = await submitted(request)
        places = Places(partnership, quarter_in(quarter), partner)
        try:
            opened = await self._signed(request, form, places)
        except FormRefused as refused:
            return await self._not_kept(request, places, refused)
        filled = _line(opened, key)
        faults = await self._recorded(opened, filled.line, form)
        if not faults:
            return _see(f"{places.form}?changed={key}")
        fields = posted.form_of(opened.filled)
        shown = Form({**fields.typed, **form.typed}, faults)
        return await self._render(request, "change.html", opened, line=filled, form=shown, status=422)

    async def _recorded(self, opened: Opened, line: Line, form: Form) -> dict[str, str]:
        """Record a line as it was posted; return what is wrong with it instead, by the names of its fields."""
        given = posted.given_in(form, line)
        option = None if given is None else line.option(given.choice)
        if given is None or option is None:
            return {posted.choice_name(line): "Choose one of the answers."}
        try:
            command = line.command(given)
            if command is not None:
                await self._desk.change(opened, line, command)
        except AnswerRefused as refused:
            return posted.named_faults(line, option, refused.faults)
        except Refused as refused:
            return posted.named_faults(line, option, {refused.field: as_sentence(refused.problem)})
        return {}

    # -- what several of these do ---------------------------------------------------------------------------------

    async def _signed(self, request: Request, form: Form, places: Places) -> Opened:
        """Open the return for whoever sends a form. Raises FormRefused where that is not known, Problem."""
        return await self._open(places, signed(request, form).person_of(places.partnership))

    async def _open(self, places: Places, actor: str) -> Opened:
        """Open the return that lies there. Raises Problem: 404 where there is none, 403 where it is another's."""
        with answered_in_problems():
            try:
                return await self._desk.open(places.partnership, places.quarter, places.partner, actor)
            except (NotAllowed, NoPartnership):
                raise
            except Refused as refused:
                raise Problem(404, as_sentence(refused.problem)) from None

    async def _reopened(self, opened: Opened) -> Opened:
        of = opened.of
        return await self._desk.open(of.partnership, of.quarter, of.partner, opened.actor)

    async def _keep(self, opened: Opened, form: Form, but: str = "") -> None:
        typed = posted.typed_in(form, [each for each in opened.form.lines if each.key != but])
        await self._desk.keep(opened, ((each.line, each.answer, each.seen) for each in typed))

    async def _not_kept(self, request: Request, places: Places, refused: FormRefused) -> Response:
        """Say that nobody is signed in any more, with everything that was typed in a form that can be sent again."""
        said = {"typed": refused.form, "action": request.url.path, "leads_to": places.form}
        return self._pages.render(
            request, "signed_out_meanwhile.html", said, status=refused.status, headers=refused.headers
        )

    async def _form(self, request: Request, opened: Opened) -> Response:
        if opened.form.is_submitted:
            changed = opened.filled.lines.get(request.query_params.get("changed", ""))
            return await self._render(request, "submitted_form.html", opened, changed=changed)
        refusals = await self._desk.refusals(opened) if opened.filled.draft else {}
        form = _with_refusals(opened, posted.form_of(opened.filled), refusals)
        return await self._render(request, "form.html", opened, form=form, saved="saved" in request.query_params)

    async def _checked(
        self, request: Request, opened: Opened, reason: NotReady | None = None, *, attesting: bool = False
    ) -> Response:
        refusals = await self._desk.refusals(opened)
        if reason is not None:
            refusals = {**refusals, **reason.refusals}
        suggested = posted.form_of(opened.filled, suggesting=True)
        form = Form(suggested.typed, _faults_of_check(opened, refusals) if reason is not None else {})
        status = 200 if reason is None else 422
        return await self._render(
            request,
            "check.html",
            opened,
            form=form,
            refusals=refusals,
            foreseen=await self._desk.foresee(opened),
            attesting=attesting,
            status=status,
        )

    def _line_as_kept(self, request: Request, opened: Opened, key: str) -> dict[str, Any]:
        """Return what the script of the page needs to show of a line that was kept."""
        filled = _line(opened, key)
        form = posted.form_of(opened.filled)
        own = {name: sentence for name, sentence in form.faults.items() if name.startswith(f"{key}.")}
        more = [
            each for each in opened.filled.lines.values() if each.line.key.startswith(f"{key}-") and each.line.extra
        ]
        said = {"opened": opened, "places": _places(opened), "form": form}
        return {
            "from": posted.shown_from(filled),
            "kept": "" if filled.latest is None else words.typed(opened, filled.latest),
            "faults": own,
            "needs_choice": filled.needs_choice,
            "progress": words.progress(opened.filled),
            "sections": {each.key: words.answered_in(opened, each) for each in opened.form.sections},
            "more": [
                {"key": each.line.key, "html": self._pages.text(request, "line.html", {**said, "line": each})}
                for each in more
            ],
        }

    async def _render(
        self, request: Request, template: str, opened: Opened, *, status: int = 200, **said: Any
    ) -> Response:
        visit = await self._visit(request, opened.of.partnership)
        context = {"opened": opened, "places": _places(opened), **said}
        return self._pages.render(
            request,
            template,
            context,
            visit=visit,
            as_at=opened.now,
            status=status,
            headers={"Cache-Control": "no-store"},
        )

    async def _visit(self, request: Request, partnership: str) -> Visit:
        now = self._dispatcher.now()
        return await self._dispatcher.view(
            partnership, lambda register: visit_of(request, register, register.calendar.local_date(now))
        )


def _reader(request: Request, partnership: str) -> str:
    """Return the id of who reads. Raises Problem 401 where nobody is known."""
    return caller_of(request).person_of(partnership)


def _line(opened: Opened, key: str) -> FilledLine:
    found = opened.filled.lines.get(key)
    if found is None:
        raise Problem(404, "This return has no such line; it may be done, closed or handed over by now.")
    return found


def _places(opened: Opened) -> Places:
    return Places(opened.of.partnership, opened.of.quarter, opened.of.partner)


def _place_of(partnership: str) -> Any:
    return lambda each: Places(partnership, each.quarter.label, each.partner).form


def _see(address: str) -> Response:
    return RedirectResponse(address, status_code=303)


def _with_refusals(opened: Opened, form: Form, refusals: dict[str, str]) -> Form:
    """Return the fields with what the rules have against an answer beside its line."""
    faults = dict(form.faults)
    for key, filled in opened.filled.lines.items():
        if key in refusals and filled.is_answered and not filled.faults:
            faults[posted.choice_name(filled.line)] = as_sentence(refusals[key])
    return Form(form.typed, faults)


def _faults_of_check(opened: Opened, refusals: dict[str, str]) -> dict[str, str]:
    faults: dict[str, str] = {}
    for key, sentence in refusals.items():
        filled = opened.filled.lines.get(key)
        if filled is None:
            faults[""] = as_sentence(sentence)
        elif filled in opened.filled.open_musts:
            faults[posted.choice_name(filled.line)] = f"{filled.line.title}: {as_sentence(sentence)}"
        else:
            faults[f"row-{key}"] = f"{filled.line.title}: {as_sentence(sentence)}"
    return faults
