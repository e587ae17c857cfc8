"""Setting a partnership up page by page, in six steps. They come to a programme file, which goes the one way in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from services.programme.file.faults import FaultyFile
from services.programme.file.importing import look_at
from services.programme.office import set_up_draft
from services.programme.office.set_up_draft import Draft, DraftGone
from services.programme.office.set_up_entrance import ADDRESS, admit_to_set_up, check_sender, files_of
from services.programme.office.set_up_steps import STEPS, Step, file_of
from services.programme.pages.file_forms import see
from services.programme.pages.room import Room
from services.programme.sheets import kept_uploads
from services.runtime.base.problems import Problem
from services.runtime.web.chosen_file import ChosenFile
from services.runtime.web.forms import Form, FormRefused, submitted

T = TypeVar("T")

PAGES = f"{ADDRESS}/pages"
DraftInPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{22}$")]
EntryInPath = Annotated[int, Path(ge=1, le=10_000)]
_BY_PART = {step.part: step for step in STEPS}
_GONE = "There is nothing here to go on with: it was set up, or was begun by somebody else, or is older than a month."


def routes(room: Room) -> APIRouter:
    """Return the routes of the steps, which come before that of a file."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    pages = _StepPages(room)
    router.get(PAGES)(pages.front)
    router.post(PAGES)(pages.begin)
    router.get(f"{PAGES}/{{draft}}")(pages.steps)
    router.post(f"{PAGES}/{{draft}}")(pages.look)
    router.get(f"{PAGES}/{{draft}}/{{part}}")(pages.step)
    router.post(f"{PAGES}/{{draft}}/{{part}}")(pages.add)
    router.get(f"{PAGES}/{{draft}}/{{part}}/{{number}}")(pages.entry)
    router.post(f"{PAGES}/{{draft}}/{{part}}/{{number}}")(pages.change)
    return router


class _StepPages:
    def __init__(self, room: Room) -> None:
        self._room = room

    async def front(self, request: Request) -> Response:
        """List what was begun."""
        address = admit_to_set_up(request).address
        begun = await self._room.database.read(lambda connection: set_up_draft.mine(connection, address))
        return self._page(request, "set_up_begun.html", {"drafts": begun})

    async def begin(self, request: Request) -> Response:
        """Begin with a new one."""
        address = admit_to_set_up(request).address
        check_sender(request, await submitted(request))
        now = self._room.dispatcher.now()
        draft = await self._room.database.write(lambda connection: set_up_draft.begin(connection, address, now))
        return see(f"{PAGES}/{draft}/{STEPS[0].part}")

    async def steps(self, request: Request, draft: DraftInPath) -> Response:
        """Show the six steps, how far each is, and what to do next."""
        return self._steps(request, await self._draft(request, draft))

    async def look(self, request: Request, draft: DraftInPath) -> Response:
        """Make the file of what was entered, and lead to what it makes."""
        session = admit_to_set_up(request)
        check_sender(request, await submitted(request))
        found = await self._draft(request, draft)
        now = self._room.dispatcher.now()
        text = await run_in_threadpool(file_of, found, now)
        name = f"{found.only('partnership').get('code', 'partnership')}.yaml"
        file = ChosenFile(name, text.encode())
        try:
            await look_at(self._room.dispatcher, file.content, file.name)
        except FaultyFile as faulty:
            return self._steps(request, found, [_told(each.path, each.problem) for each in faulty.faults])
        upload = await self._room.database.write(
            lambda connection: kept_uploads.keep(connection, files_of(session), file, now)
        )
        return see(f"{ADDRESS}/{upload}")

    async def step(self, request: Request, draft: DraftInPath, part: str) -> Response:
        """Ask for an entry of a part, below those that there are."""
        step, found = _step(part), await self._draft(request, draft)
        if step.is_single and found.of(part):
            return self._asking(request, found, step, found.of(part)[0].number, Form(dict(found.of(part)[0].typed)))
        return self._asking(request, found, step, 0, Form(dict(step.values(found))))

    async def add(self, request: Request, draft: DraftInPath, part: str) -> Response:
        """Take an entry."""
        return await self._taken(request, draft, part, 0)

    async def entry(self, request: Request, draft: DraftInPath, part: str, number: EntryInPath) -> Response:
        """Show an entry, to be changed or removed."""
        step, found = _step(part), await self._draft(request, draft)
        chosen = next((each for each in found.of(part) if each.number == number), None)
        if chosen is None:
            raise Problem(404, "This entry was removed.")
        return self._asking(request, found, step, number, Form(dict(chosen.typed)))

    async def change(self, request: Request, draft: DraftInPath, part: str, number: EntryInPath) -> Response:
        """Change an entry, or remove it."""
        return await self._taken(request, draft, part, number)

    async def _taken(self, request: Request, draft: str, part: str, number: int) -> Response:
        address, step = admit_to_set_up(request).address, _step(part)
        form = await submitted(request)
        check_sender(request, form)
        found = await self._draft(request, draft)
        now = self._room.dispatcher.now()
        if form.value("then") == "remove" and number:
            await self._write(lambda connection: set_up_draft.remove(connection, address, draft, part, number, now))
            return see(f"{PAGES}/{draft}/{part}")
        if step.is_single and not number and found.of(part):
            number = found.of(part)[0].number
        try:
            entry = step.entry(found, form, number)
        except FormRefused as refused:
            again = replace(refused.form, typed={**refused.form.typed})
            return self._asking(request, found, step, number, again, refused.status)
        await self._write(lambda connection: set_up_draft.put(connection, address, draft, part, entry, now))
        return see(f"{PAGES}/{draft}" if step.is_single else f"{PAGES}/{draft}/{part}")

    async def _draft(self, request: Request, draft: str) -> Draft:
        address = admit_to_set_up(request).address
        return await self._write(lambda connection: set_up_draft.read(connection, address, draft))

    async def _write(self, change: Callable[[Connection], T]) -> T:
        try:
            return await self._room.database.write(change)
        except DraftGone:
            raise Problem(404, _GONE) from None

    def _steps(self, request: Request, draft: Draft, faults: Sequence[dict[str, str]] = ()) -> Response:
        content = {"draft": draft, "steps": STEPS, "faults": faults}
        return self._page(request, "set_up_steps.html", content, 422 if faults else 200)

    def _asking(
        self, request: Request, draft: Draft, step: Step, number: int, form: Form, status: int = 200
    ) -> Response:
        here = STEPS.index(step)
        content: dict[str, Any] = {
            "draft": draft,
            "step": step,
            "steps": STEPS,
            "here": here + 1,
            "next": STEPS[here + 1] if here + 1 < len(STEPS) else None,
            "fields": step.fields(draft),
            "number": number,
            "form": form,
        }
        return self._page(request, "set_up_step.html", content, status)

    def _page(self, request: Request, template: str, content: dict[str, Any], status: int = 200) -> Response:
        return self._room.site.plain_page(request, template, {"pages": PAGES, **content}, status=status)


def _step(part: str) -> Step:
    if part not in _BY_PART:
        raise Problem(404, f"There is no step {part}.")
    return _BY_PART[part]


def _told(path: str, problem: str) -> dict[str, str]:
    """Return a fault of the file with the step that it belongs to."""
    part = path.partition(".")[0].partition("[")[0]
    step = _BY_PART.get("meetings" if part == "history" else part, STEPS[0])
    return {"part": step.part, "title": step.title, "problem": f"{problem[:1].upper()}{problem[1:]}"}
