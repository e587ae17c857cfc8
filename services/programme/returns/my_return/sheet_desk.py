"""The desk at which returns go out as spreadsheets and come back into their drafts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from domain.register import Register
from services.programme.core.dispatcher import Dispatcher
from services.programme.returns import drafts
from services.programme.returns.drafts import Typed
from services.programme.returns.form import note
from services.programme.returns.form.filled_in import FilledForm, chosen_in
from services.programme.returns.form.return_form import ReturnForm
from services.programme.returns.my_return.desk import Opened, ReturnDesk
from services.programme.returns.sheet.layout import form_with_series, return_sheets
from services.programme.returns.sheet.reading import SheetAnswer, SheetAnswers, read_return
from services.programme.sheets import kept_uploads
from services.programme.sheets.cells import CellFault
from services.programme.sheets.in_turn import in_turn
from services.programme.sheets.kept_uploads import UploadOf
from services.programme.sheets.reading import read_book
from services.programme.sheets.writing import SheetForm, write_book
from services.runtime.base.validation_messages import as_sentence
from services.runtime.store.database import Database
from services.runtime.web.chosen_file import ChosenFile


@dataclass(frozen=True, slots=True)
class SheetLookedAt:
    """What a file has for a draft, what is wrong with the rest, and what of it would be ``refused`` by the rules."""

    name: str
    answers: tuple[SheetAnswer, ...]
    faults: tuple[CellFault, ...]
    refused: tuple[CellFault, ...]


class ReturnSheetDesk:
    """Everything that the pages of a return's spreadsheet do."""

    def __init__(self, dispatcher: Dispatcher, database: Database, desk: ReturnDesk) -> None:
        self._dispatcher = dispatcher
        self._database = database
        self._desk = desk

    async def file(self, opened: Opened) -> bytes:
        """Return a return as it can be filled in, with what its draft says."""
        return await in_turn(write_book, "Return", await self._sheets(opened, with_quarter=False))

    async def files(self, partnership: str, actor: str) -> bytes | None:
        """Return one file with all returns that somebody can fill in now; None where there are none."""
        found = await self._desk.to_do(partnership, actor)
        sheets: list[SheetForm] = []
        for each in found:
            opened = await self._desk.open(partnership, each.quarter.label, each.partner, actor)
            sheets += await self._sheets(opened, with_quarter=len(found) > 1)
        return await in_turn(write_book, "Returns", sheets) if sheets else None

    async def keep(self, opened: Opened, file: ChosenFile) -> str:
        """Keep a file that has lines of this return, and return by what it is found again. Raises FileRefused."""
        await self._read(opened, file)
        now = self._dispatcher.now()
        return await self._database.write(lambda connection: kept_uploads.keep(connection, _of(opened), file, now))

    async def look(self, opened: Opened, upload: str) -> SheetLookedAt:
        """Return what a file has for the draft. Raises UploadGone, FileRefused."""
        file = await self._database.read(lambda connection: kept_uploads.read(connection, _of(opened), upload))
        read = await self._read(opened, file)
        return SheetLookedAt(file.name, read.answers, read.faults, tuple(await self._refused(opened, read.answers)))

    async def take(self, opened: Opened, upload: str) -> int:
        """Take the answers of a file into the draft, each upon the facts of its download; return how many there are.

        Raises UploadGone where it was taken before, FileRefused.
        """
        answers = (await self.look(opened, upload)).answers
        now = self._dispatcher.now()

        def take(connection: Connection) -> None:
            kept_uploads.spend(connection, _of(opened), upload)
            for each in answers:
                typed = Typed(each.answer, each.base, each.then, opened.actor, now)
                drafts.save(connection, opened.of, each.line.key, typed, each.seen)

        await self._database.write(take)
        return len(answers)

    async def _sheets(self, opened: Opened, *, with_quarter: bool) -> list[SheetForm]:
        draft = opened.filled.draft
        return return_sheets(FilledForm(await self._form(opened), draft), with_quarter=with_quarter)

    async def _read(self, opened: Opened, file: ChosenFile) -> SheetAnswers:
        book = await in_turn(read_book, file.content)
        return read_return(book, await self._form(opened))

    async def _form(self, opened: Opened) -> ReturnForm:
        of = opened.of

        def made(register: Register) -> ReturnForm:
            quarter = register.calendar.quarter(of.quarter)
            partner = register.partners[of.partner]
            return form_with_series(register, partner, quarter, opened.now, chosen_in(opened.filled.draft))

        return await self._dispatcher.view(of.partnership, made)

    async def _refused(self, opened: Opened, answers: Sequence[SheetAnswer]) -> Iterable[CellFault]:
        """Return what the rules have against answers, each at its line."""
        asked = [(each, each.line.command(each.answer)) for each in answers if each.line.key != note.KEY]
        commands = [(each, command) for each, command in asked if command is not None]
        judged = await self._dispatcher.judge(opened.of.partnership, [command for _, command in commands], opened.actor)
        return [
            CellFault(each.place, as_sentence(refused.problem))
            for (each, _), refused in zip(commands, judged, strict=True)
            if refused is not None
        ]


def _of(opened: Opened) -> UploadOf:
    return UploadOf(opened.of.partnership, opened.actor, f"return {opened.of.quarter} {opened.of.partner}")
