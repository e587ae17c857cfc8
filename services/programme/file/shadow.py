"""A partnership's register as a programme file alone makes it, entry by entry: pure, and thrown away afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from contracts.envelope import Cause, Recorded
from contracts.register import Register, apply
from services.programme.command import Command
from services.programme.deciding import Context, Decided, Refused, decide
from services.programme.file.entries import FileEntry
from services.programme.file.refusals import refusals
from services.programme.recording import sealed
from services.programme.to_come import brought_in


class Shadow:
    """Carries entries out on a register of its own, by the very rules that programme decides by."""

    def __init__(self, partnership: str, entries: Sequence[FileEntry]) -> None:
        self.register = Register(partnership)
        whole = (entry.command for entry in entries if entry.is_whole)
        self.to_come = brought_in(partnership, whole)

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

    def refusals(self, entry: FileEntry, secretary: str) -> list[Refused]:
        """Return why ``entry`` is refused, with what would be refused besides; the register stays as it is."""
        return refusals(
            lambda command, actor: self._decide(command, actor, entry.at), entry.command, entry.actor, secretary
        )

    def _decide(self, command: Command, actor: str, at: datetime) -> list[Decided]:
        return decide(self.register, command, Context(actor, at, self.to_come))
