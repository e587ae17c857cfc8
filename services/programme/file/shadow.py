"""A partnership's register as a programme file alone makes it, entry by entry: pure, and thrown away afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.envelope import Cause, Recorded
from contracts.register import Register, apply
from services.programme.deciding import Context, decide
from services.programme.file.entries import FileEntry
from services.programme.recording import sealed
from services.programme.to_come import brought_in


class Shadow:
    """Carries entries out on a register of its own, by the very rules that programme decides by."""

    def __init__(self, partnership: str, entries: Sequence[FileEntry]) -> None:
        self.register = Register(partnership)
        self._to_come = brought_in(partnership, (entry.command for entry in entries))

    def carry_out(self, entry: FileEntry) -> list[Recorded]:
        """Carry ``entry`` out and return the events. Raises Refused; the register is then as it was."""
        decided = decide(self.register, entry.command, Context(entry.actor, entry.at, self._to_come))
        events = sealed(self.register, decided, entry.at, Cause(entry.actor, entry.path, entry.path))
        for event in events:
            apply(self.register, event)
        return events
