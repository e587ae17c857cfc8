"""The desk at which workplans go out as files and come back: shown first, then recorded, all of it or nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import partial

from contracts.references import full
from domain.register import Register
from domain.register.projects import PROJECTS
from services.programme.core import lookup
from services.programme.core.dispatcher import DatedCommand, Dispatcher
from services.programme.core.outcome import EntryRefused
from services.programme.projects.workplan_sheet.changes import WorkplanChanges, compare
from services.programme.projects.workplan_sheet.layout import workplan_form
from services.programme.projects.workplan_sheet.reading import read_workplan
from services.programme.sheets import kept_uploads
from services.programme.sheets.cells import Book, CellFault
from services.programme.sheets.in_turn import in_turn
from services.programme.sheets.kept_uploads import UploadOf
from services.programme.sheets.reading import read_book
from services.programme.sheets.writing import SheetForm, write_book
from services.runtime.store.database import Database
from services.runtime.web.chosen_file import ChosenFile


@dataclass(frozen=True, slots=True)
class WorkplanOf:
    """Whose file it is, and of which project: its full reference."""

    partnership: str
    project: str
    actor: str

    @property
    def upload(self) -> UploadOf:
        """Under what the file is kept."""
        return UploadOf(self.partnership, self.actor, f"workplan {self.project}")


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What a file would change, and everything that is in its way."""

    name: str
    changes: WorkplanChanges
    faults: tuple[CellFault, ...] = ()

    @property
    def can_be_recorded(self) -> bool:
        """Say whether it changes something and nothing is in its way."""
        return bool(self.changes.steps) and not self.faults and not self.changes.clashes


@dataclass(frozen=True, slots=True)
class Decided:
    """By their keys, the fields of which what is there now holds (``kept``), or what the file says (``taken``)."""

    kept: Collection[str] = field(default_factory=frozenset)
    taken: Collection[str] = field(default_factory=frozenset)


class WorkplanDesk:
    """Works on the files of one deployment."""

    def __init__(self, dispatcher: Dispatcher, database: Database) -> None:
        self._dispatcher = dispatcher
        self._database = database

    async def file(self, partnership: str, project: str) -> bytes:
        """Return a project's workplan as it is now. Raises Refused."""
        now = self._dispatcher.now()

        def made(register: Register) -> SheetForm:
            reference = lookup.find(PROJECTS, register, full(partnership, project)).reference
            return workplan_form(register, reference, register.calendar.local_date(now))

        form = await self._dispatcher.view(partnership, made)
        return await in_turn(write_book, form.title, [form])

    async def keep(self, of: WorkplanOf, file: ChosenFile) -> str:
        """Keep a file that can be read, and return by what it is found again. Raises FileRefused, Refused."""
        await self._compared(of, await in_turn(read_book, file.content), Decided())
        now = self._dispatcher.now()
        return await self._database.write(lambda connection: kept_uploads.keep(connection, of.upload, file, now))

    async def look(self, of: WorkplanOf, upload: str, decided: Decided) -> LookedAt:
        """Return what a file would change now. Raises UploadGone, FileRefused, Refused."""
        file = await self._database.read(lambda connection: kept_uploads.read(connection, of.upload, upload))
        compared = await self._compared(of, await in_turn(read_book, file.content), decided)
        looked_at = replace(compared, name=file.name)
        steps = looked_at.changes.steps
        refusals = await self._dispatcher.rehearse(of.partnership, [step.command for step in steps], of.actor)
        refused = (step.fault(refusal) for step, refusal in zip(steps, refusals, strict=True) if refusal is not None)
        return replace(looked_at, faults=(*looked_at.faults, *dict.fromkeys(refused)))

    async def record(self, of: WorkplanOf, upload: str, decided: Decided) -> LookedAt:
        """Record what a file changes, all of it or nothing; return what it came to, or what is in its way.

        Raises UploadGone where it was recorded before, FileRefused, Refused.
        """
        looked_at = await self.look(of, upload, decided)
        if not looked_at.can_be_recorded:
            return looked_at
        steps = looked_at.changes.steps
        try:
            await self._dispatcher.handle_all(
                of.partnership,
                [DatedCommand(step.command, of.actor) for step in steps],
                beside=partial(kept_uploads.spend, of=of.upload, upload=upload),
            )
        except EntryRefused as refused:
            return replace(looked_at, faults=(steps[refused.index].fault(refused.refused),))
        return looked_at

    async def _compared(self, of: WorkplanOf, book: Book, decided: Decided) -> LookedAt:
        def question(register: Register) -> LookedAt:
            lookup.find(PROJECTS, register, of.project)
            read = read_workplan(book, register, of.project)
            changes = compare(register, of.project, read.lines, decided.kept, decided.taken)
            return LookedAt("", changes, (*read.faults, *changes.faults))

        return await self._dispatcher.view(of.partnership, question)
