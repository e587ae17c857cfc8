"""The desk at which a return is filled in: opened, kept line by line, checked, submitted, changed afterwards.

Whatever is recorded goes through the dispatcher as ordinary commands. A draft is read before the register: so what was
submitted meanwhile is found in the register at the latest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from domain.calendar import Calendar, Period
from domain.figures.outlook import next_meeting
from domain.register import Register
from domain.register.partners import PARTNERS
from domain.wording.cells import Cell
from services.programme.core import lookup
from services.programme.core.command import Command
from services.programme.core.decider import AlreadyGiven, Refused
from services.programme.core.dispatcher import Dispatcher
from services.programme.core.outcome import EntryRefused
from services.programme.returns import drafts
from services.programme.returns.drafts import DraftChanged, ReturnOf, Typed
from services.programme.returns.form import note
from services.programme.returns.form.answer import Answer
from services.programme.returns.form.filled_in import FilledForm, chosen_in
from services.programme.returns.form.line import AnswerRefused, Line
from services.programme.returns.form.return_form import ReturnForm, quarters_to_return, return_form
from services.programme.returns.my_return import receipts
from services.programme.returns.my_return.receipts import Receipt, ReceiptLine
from services.programme.returns.my_return.standing import Standing, partners_of, standing
from services.runtime.access.directory import Directory
from services.runtime.store.database import Database
from services.runtime.store.idempotency import KeyReused

_TRIES = 5
"""How often a submission is made anew when somebody else raises a risk of the same number at the same time."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A return as somebody has opened it: the form with its draft, and what stands around it.

    ``names`` are those of the people that it speaks of, by id, as far as the directory has them; ``next_pack`` is of
    which meeting the board's next pack is, empty where none is due.
    """

    of: ReturnOf
    actor: str
    standing: Standing
    filled: FilledForm
    names: Mapping[str, str]
    now: datetime
    calendar: Calendar
    next_pack: str
    by_partner: int = 0

    @property
    def form(self) -> ReturnForm:
        """The form."""
        return self.filled.form

    @property
    def today(self) -> date:
        """The local date."""
        return self.calendar.local_date(self.now)

    @property
    def is_late(self) -> bool:
        """Say whether the deadline has passed."""
        return self.now > self.form.deadline


@dataclass(frozen=True, slots=True)
class ReturnToDo:
    """A return that somebody can open from the front page of returns."""

    partner: str
    partner_name: str
    quarter: Period
    deadline: datetime
    is_submitted: bool
    answered: int


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What the board sees of a line now, and what it will see."""

    line: Line
    now: Cell
    then: Cell


class NotReady(Exception):
    """A return cannot be submitted as it stands: lines must be answered, put right or chosen between.

    ``refusals`` has a sentence by key of line.
    """

    def __init__(self, refusals: Mapping[str, str]) -> None:
        super().__init__(" ".join(refusals.values()))
        self.refusals = refusals


class ReturnDesk:
    """Everything that the pages of returns do."""

    def __init__(self, dispatcher: Dispatcher, database: Database, directory: Directory) -> None:
        self._dispatcher = dispatcher
        self._database = database
        self._directory = directory

    async def to_do(self, partnership: str, actor: str) -> list[ReturnToDo]:
        """Return the returns that somebody can fill in now, as one of the people of their partners."""
        now = self._dispatcher.now()
        counts = await self._database.read(lambda connection: drafts.lines_answered(connection, partnership))

        def found(register: Register) -> list[ReturnToDo]:
            today = register.calendar.local_date(now)
            return [
                _to_do(return_form(register, partner, quarter, now, {}), counts)
                for partner in partners_of(register, actor, today)
                for quarter in quarters_to_return(register, partner, now)
            ]

        return await self._dispatcher.view(partnership, found)

    async def open(self, partnership: str, quarter: str, partner: str, actor: str) -> Opened:
        """Open a return. Raises NoPartnership, Refused where there is none such, NotAllowed."""
        now = self._dispatcher.now()

        def allowed(register: Register) -> Standing:
            lookup.quarter(register, quarter)
            lookup.find(PARTNERS, register, partner)
            return standing(register, actor, partner, quarter, register.calendar.local_date(now))

        stands = await self._dispatcher.view(partnership, allowed)
        of = ReturnOf(partnership, quarter, partner, stands.by_office)
        draft = await self._database.read(lambda connection: drafts.read(connection, of))

        def opened(register: Register) -> tuple[ReturnForm, Calendar, str]:
            period = register.calendar.quarter(quarter)
            form = return_form(register, register.partners[partner], period, now, chosen_in(draft))
            coming = next_meeting(register, now, ())
            return form, register.calendar, "" if coming is None else coming.meeting.reference

        form, calendar, next_pack = await self._dispatcher.view(partnership, opened)
        counts: Mapping[tuple[str, str], int] = {}
        if stands.by_office:
            counts = await self._database.read(lambda connection: drafts.lines_answered(connection, partnership))
        people = {*(each.by for each in draft), *(each.actor for each in form.submissions), *stands.leads}
        return Opened(
            of=of,
            actor=actor,
            standing=stands,
            filled=FilledForm(form, draft),
            names=await self._names(partnership, people),
            now=now,
            calendar=calendar,
            next_pack=next_pack,
            by_partner=counts.get((quarter, partner), 0),
        )

    async def keep(self, opened: Opened, typed: Iterable[tuple[Line, Answer, Sequence[int]]]) -> None:
        """Keep answers in the draft, each with the numbers of the answers that whoever typed it had seen."""
        kept = [(line.key, self._typed(opened, line, answer), seen) for line, answer, seen in typed]

        def keep(connection: Connection) -> None:
            for key, answer, seen in kept:
                drafts.save(connection, opened.of, key, answer, seen)

        if kept:
            await self._database.write(keep)

    async def keep_unchanged(self, opened: Opened) -> None:
        """Answer every line that allows it, and has no answer yet, with "no change"."""
        await self.keep(opened, [(line, answer, ()) for line, answer in opened.filled.unchanged()])

    async def choose(self, opened: Opened, key: str, chosen: int | None) -> None:
        """Settle a line of which there are several answers, or whose facts have changed.

        ``chosen`` is the number of the answer that holds, upon the facts as they are now; with none the line is left
        as it is.
        """
        filled = opened.filled.lines.get(key)
        seen = [each.id for each in opened.filled.draft if each.line == key]
        answer = next((each.answer for each in opened.filled.draft if each.line == key and each.id == chosen), None)
        if filled is not None and answer is not None:
            await self.keep(opened, [(filled.line, answer, seen)])
        else:
            await self._database.write(lambda connection: drafts.discard(connection, opened.of, key, seen))

    async def refusals(self, opened: Opened) -> dict[str, str]:
        """Return why lines would be refused, by key: as they are typed, or by the rules of what they come to."""
        found = {key: _fault(each.faults) for key, each in opened.filled.lines.items() if each.faults}
        commands = opened.filled.commands()
        judged = await self._dispatcher.judge(opened.of.partnership, [command for _, command in commands], opened.actor)
        for (key, _), refused in zip(commands, judged, strict=True):
            if refused is not None and key != note.KEY:
                found.setdefault(key, refused.problem)
        return found

    async def foresee(self, opened: Opened) -> list[Foreseen]:
        """Return what the board will see otherwise once the return is submitted as it stands.

        What must still be answered is taken to be confirmed as it was answered last.
        """
        filled, form = opened.filled, opened.form
        confirmed = filter(None, (_suggested(each.line) for each in filled.open_musts))
        commands = [*confirmed, *(command for _, command in filled.commands())]
        chosen = dict.fromkeys(filled.lines, "")

        def seen(register: Register) -> ReturnForm:
            partner = register.partners[form.partner.code]
            return return_form(register, partner, form.quarter, opened.now, chosen)

        then = await self._dispatcher.foresee(opened.of.partnership, commands, opened.actor, seen)
        return [
            Foreseen(line, line.sees, after.sees)
            for line in form.lines
            if (after := then.line(line.key)) is not None
            if line.sees is not None and after.sees is not None
            if (line.sees.text, line.sees.note) != (after.sees.text, after.sees.note)
        ]

    async def submit(self, opened: Opened) -> bool:
        """Record the return with all its changes, or nothing of it; say whether it was not submitted before.

        Raises NotReady, and NotAllowed where somebody else has to submit it.
        """
        for _ in range(_TRIES):
            refusals = {key: _fault(each.faults) for key, each in opened.filled.lines.items() if each.faults}
            choices = {key: "Choose what holds." for key, each in opened.filled.lines.items() if each.needs_choice}
            if refusals or choices:
                raise NotReady({**choices, **refusals})
            try:
                await self._record(opened)
            except (DraftChanged, KeyReused):
                again = await self.open(opened.of.partnership, opened.of.quarter, opened.of.partner, opened.actor)
                if len(again.form.submissions) > len(opened.form.submissions):
                    return False
                raise NotReady(
                    {"": "Somebody changed this return while you were looking at it. Look at it again."}
                ) from None
            except EntryRefused as refused:
                if isinstance(refused.refused, AlreadyGiven):
                    opened = await self.open(opened.of.partnership, opened.of.quarter, opened.of.partner, opened.actor)
                    continue
                key = opened.filled.commands()[refused.index][0]
                raise NotReady({"" if key == note.KEY else key: refused.refused.problem}) from refused
            return True
        raise NotReady({"": "Others are recording risks at this very moment. Submit it again."})

    async def change(self, opened: Opened, line: Line, command: Command) -> None:
        """Record one line of a return that was submitted, at once. Raises Refused."""
        if line.key == note.KEY and not opened.standing.may_submit:
            raise Refused("", "only those who submit a return can change its note")
        await self._dispatcher.handle(opened.of.partnership, command, opened.actor)

    async def receipts(self, opened: Opened) -> list[Receipt]:
        """Return the receipts of a return, the latest first."""
        of = opened.of
        return await self._database.read(
            lambda connection: receipts.read(connection, of.partnership, of.quarter, of.partner)
        )

    async def _record(self, opened: Opened) -> None:
        of, filled = opened.of, opened.filled
        lines = [ReceiptLine(each.line.title, each.line.code, each.line.was, each.will_be) for each in filled.changed]

        def beside(connection: Connection) -> None:
            drafts.submitted(connection, of, filled.draft)
            receipts.keep(connection, of.partnership, of.quarter, of.partner, opened.now, lines)

        await self._dispatcher.handle_together(
            of.partnership,
            [command for _, command in filled.commands()],
            opened.actor,
            idempotency_key=f"return {of.quarter} {of.partner} {len(opened.form.submissions) + 1}",
            beside=beside,
        )

    def _typed(self, opened: Opened, line: Line, answer: Answer) -> Typed:
        return Typed(answer, line.base, line.was, opened.actor, self._dispatcher.now())

    async def _names(self, partnership: str, people: Iterable[str]) -> dict[str, str]:
        found = await self._directory.get_many(partnership, filter(None, people))
        return {person: entry.name for person, entry in found.items() if entry.name}


def _suggested(line: Line) -> Command | None:
    """Return the command that the suggested answer comes to; None where there is none, or it cannot be taken."""
    try:
        return None if line.suggested is None else line.command(line.suggested)
    except AnswerRefused:
        return None


def _fault(faults: Mapping[str, str]) -> str:
    return " ".join(faults.values())


def _to_do(form: ReturnForm, counts: Mapping[tuple[str, str], int]) -> ReturnToDo:
    answered = counts.get((form.quarter.label, form.partner.code), 0)
    return ReturnToDo(form.partner.code, form.partner.name, form.quarter, form.deadline, form.is_submitted, answered)
