"""The history of a database: its revisions in order, and whose code goes on working with the schema that each leaves.

The name of a revision says both: ``programme_0009_since_0008`` is the ninth of programme, and code that was written for
the eighth works with it still. So a database's mark tells every version of the code, older ones too, whether it may
work there.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Self

_NAME = re.compile(r"(?P<database>[a-z]+)_(?P<number>[0-9]{4})(_since_(?P<since>[0-9]{4}))?")
_FILE = re.compile(r"([0-9]{4}(?:_since_[0-9]{4})?)_\w+\.py")


class Kind(Enum):
    """What a revision is to code that was written for the revisions before it."""

    EXPANDS = "expands"
    """All code goes on working that worked before."""
    CONTRACTS = "contracts"
    """Code goes on working that was written for the revision before, and no older; its own works before it too."""
    BREAKS = "breaks"
    """Neither does older code work after it, nor its own before it."""


class Revision(NamedTuple):
    """A revision of a database. ``since`` is the number of the oldest one whose code works with what it leaves."""

    database: str
    number: int
    since: int

    @classmethod
    def read(cls, name: str) -> Self | None:
        """Return the revision of this name; None where it is none of ours."""
        found = _NAME.fullmatch(name)
        if found is None:
            return None
        return cls(found["database"], int(found["number"]), int(found["since"] or found["number"]))

    @property
    def name(self) -> str:
        """Its name, as a database bears it: the oldest whose code works is left out where it is itself."""
        since = f"_since_{self.since:04}" if self.since != self.number else ""
        return f"{self.database}_{self.number:04}{since}"

    @property
    def oldest(self) -> str:
        """How the oldest revision whose code works with it is called for people, such as ``programme_0008``."""
        return f"{self.database}_{self.since:04}"


class History:
    """The revisions in a folder, whose files are named ``0009_since_0008_what_it_does.py``."""

    def __init__(self, database: str, folder: Path) -> None:
        self.database = database
        self.folder = folder

    @cached_property
    def revisions(self) -> tuple[Revision, ...]:
        """All of them, in order."""
        names = (_FILE.fullmatch(file.name) for file in sorted(self.folder.glob("[0-9]*.py")))
        read = (Revision.read(f"{self.database}_{name[1]}") for name in names if name is not None)
        return tuple(revision for revision in read if revision is not None)

    @property
    def last(self) -> Revision:
        """The newest that this code knows, for whose schema it is written."""
        return self.revisions[-1]

    @cached_property
    def needed(self) -> Revision:
        """The first one whose schema this code works with: what contracts behind it may still be to come."""
        return next(each for each in reversed(self.revisions) if self.kind_of(each) is not Kind.CONTRACTS)

    def kind_of(self, revision: Revision) -> Kind:
        """Return what one of these revisions is to code of those before it."""
        if revision.since == revision.number:
            return Kind.BREAKS
        before = self.revisions[self.revisions.index(revision) - 1]
        return Kind.EXPANDS if revision.since <= before.since else Kind.CONTRACTS

    def pending(self, mark: Revision | None) -> tuple[Revision, ...]:
        """Return what is still to be run where a database has got to ``mark``: one of these, or None."""
        return self.revisions[self.revisions.index(mark) + 1 :] if mark else self.revisions

    def expanding(self, mark: Revision | None) -> Revision | None:
        """Return how far a database can be brought from ``mark`` with all code that works there going on to work."""
        reached = mark
        for each in self.pending(mark):
            if self.kind_of(each) is not Kind.EXPANDS:
                break
            reached = each
        return reached

    def works_with(self, mark: Revision) -> bool:
        """Say whether this code works with a database that has got to ``mark``, be it older or newer."""
        if mark in self.revisions:
            return mark.number >= self.needed.number
        return self.is_newer(mark) and mark.since <= self.last.number

    def is_newer(self, mark: Revision) -> bool:
        """Say whether ``mark`` is a revision of this database that this code does not know yet."""
        return mark.database == self.database and mark.number > self.last.number
