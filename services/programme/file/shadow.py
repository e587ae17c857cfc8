"""A partnership's register as a programme file alone makes it, entry by entry: pure, and thrown away afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from contracts.envelope import Cause, Recorded
from domain.register import Register, apply
from services.programme.core.command import Command
from services.programme.core.dates import impossible_dates
from services.programme.core.deciding import Context, NewEvent, Refused, decide
from services.programme.core.event_factory import sealed
from services.programme.core.forward_references import brought_in
from services.programme.file.entries import FileEntry
from services.programme.file.refusals import acceptable, refusals
from services.programme.partnership.commands import FormPartnership


class Shadow:
    """Carries entries out on a register of its own, by the very rules that programme decides by."""

    def __init__(self, partnership: str, entries: Sequence[FileEntry]) -> None:
        self.register = Register(partnership)
        whole = (entry.command for entry in entries if entry.is_whole)
        self.forward_references = brought_in(partnership, whole)

    @property
    def is_formed(self) -> bool:
        """Whether the partnership has been formed."""
        return self.register.formed is not None

    def carry_out(self, entry: FileEntry) -> list[Recorded]:
        """Carry ``entry`` out and return the events. Raises Refused; the register is then as it was."""
        decided = self._decide(entry.command, entry.actor, entry.at)
        events = sealed(self.register, decided, entry.at, Cause(entry.actor, entry.path, entry.path))
        for event in events:
            apply(self.register, event)
        return events

    def form_nonetheless(self, entry: FileEntry) -> None:
        """Form the partnership by what can be used of a faulty ``entry``, so that what follows can be judged.

        Who must attend is left out: without a quorum no decision would have its effect.
        """
        if not isinstance(entry.command, FormPartnership):
            return
        given = {name: getattr(entry.command, name) for name in entry.command.model_fields_set}
        readable = FormPartnership.model_construct(**{"name": entry.command.code, **given})
        board = readable.board.model_copy(update={"must_attend": ()})
        command = acceptable(
            lambda command, actor: self._decide(command, actor, entry.at),
            readable.model_copy(update={"board": board}),
            entry.actor,
        )
        if command is not None:
            self.carry_out(replace(entry, command=command))

    def impossible_dates(self, entry: FileEntry) -> list[Refused]:
        """Return which dates of ``entry`` cannot be, whatever else is wrong with it."""
        return list(impossible_dates(self.register, entry.command, Context(entry.actor, entry.at)))

    def refusals(self, entry: FileEntry, secretary: str) -> list[Refused]:
        """Return why ``entry`` is refused, with what would be refused besides; the register stays as it is."""
        return refusals(
            lambda command, actor: self._decide(command, actor, entry.at), entry.command, entry.actor, secretary
        )

    def _decide(self, command: Command, actor: str, at: datetime) -> list[NewEvent]:
        return decide(self.register, command, Context(actor, at, self.forward_references))
