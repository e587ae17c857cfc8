"""The list of who was erased from the directory, kept outside the deployment: a backup from before has them still.

Each line is an instant, a partnership and an opaque id, such as ``2026-11-26T10:00:00+00:00 LAP LAP-U007``: nobody's
name stands in it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from services.runtime.store.writer import Unavailable

_LINE = re.compile(r"\S+ (?P<partnership>\S+) (?P<person>\S+)")
_PRIVATE = 0o600


class Erased(NamedTuple):
    """Somebody who was erased, by partnership and opaque id."""

    partnership: str
    person: str


class NotAList(ValueError):
    """A file is no list of erased people; the message says in which line."""


@dataclass(frozen=True, slots=True)
class ErasureList:
    """The list in a file, which is made with its first line."""

    path: Path

    def note(self, partnership: str, person: str, at: datetime) -> None:
        """Have the disk hold that somebody is being erased. Raises Unavailable."""
        line = f"{at.isoformat(timespec='seconds')} {partnership} {person}\n".encode()
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _PRIVATE)
            try:
                os.write(handle, line)  # of several processes each appends its whole line
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise Unavailable(f"nobody is erased while the list {self.path} takes no line ({error.strerror})") from None

    def read(self) -> Sequence[Erased]:
        """Return who was erased, in order, each once. Raises OSError and NotAList."""
        found = []
        for number, line in enumerate(self.path.read_text("utf-8").splitlines(), start=1):
            if (written := _LINE.fullmatch(line.strip())) is None:
                raise NotAList(f"line {number} of {self.path} is not an instant, a partnership and a person")
            found.append(Erased(written["partnership"], written["person"]))
        return list(dict.fromkeys(found))
