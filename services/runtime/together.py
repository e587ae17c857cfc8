"""What a group of changes writes together: once, at its end, instead of each change by itself.

Each statement lets other threads of the interpreter in and has to wait for its turn again, which takes longer than the
statement itself. So a change may say what it wants written and leave the writing to the end of its group. Whoever runs
a statement of their own finds everything written that was wanted before.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

_GROUP = "group of changes"
W_contra = TypeVar("W_contra", contravariant=True)


class Writes(Protocol[W_contra]):
    """Knows how to write what several changes want written."""

    def write(self, connection: Connection, wanted: Sequence[W_contra]) -> None:
        """Write it all, in this order."""
        ...


class GroupLost(Exception):
    """The transaction of a group cannot go on. The message is a sentence for people."""


class NotTogether(Exception):
    """What the changes of a group wanted written could not be written; they are to be done one by one."""


class Group:
    """The changes of one transaction, done one after another. ``notes`` are those of the changes that were kept."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        # Where other replicas write too, each change is to find out by itself that one of them was first.
        self._gathers = connection.dialect.name == "sqlite"
        self._wanted_before: list[tuple[Writes[Any], Any]] = []
        self._wanted: list[tuple[Writes[Any], Any]] = []
        self._own_notes: list[object] = []
        self._has_savepoint = False
        self._writing = False
        self._failure: GroupLost | NotTogether | None = None
        self.notes: list[object] = []
        connection.info[_GROUP] = self

    def want(self, writes: Writes[W_contra], wanted: W_contra) -> None:
        """Have ``wanted`` written, before the next statement or at the end of the group."""
        self._wanted.append((writes, wanted))
        if not self._gathers:
            self.before_statement()

    def note(self, note: object) -> None:
        """Keep a note, if the change that is being done is kept."""
        self._own_notes.append(note)

    def before_statement(self) -> None:
        """Write what is wanted so far; what the change that is being done writes can be taken back from here on.

        Raises NotTogether or GroupLost where it is not this change that is at fault. Should the change pass over
        that, the group fails all the same: what others wanted must not get lost with it.
        """
        if self._writing:
            return
        self._check_that_it_goes_on()
        if not self._has_savepoint:
            self._write_what_was_wanted_before()
            self._control("SAVEPOINT change")
            self._has_savepoint = True
        wanted, self._wanted = self._wanted, []
        self._write(wanted)

    def keep(self) -> None:
        """End a change well."""
        self._check_that_it_goes_on()
        if self._has_savepoint:
            self._control("RELEASE SAVEPOINT change")
        self._wanted_before += self._wanted
        self.notes += self._own_notes
        self._begin_next()

    def take_back(self) -> None:
        """End a change as if it had never begun."""
        self._check_that_it_goes_on()
        if self._has_savepoint:
            self._control("ROLLBACK TO SAVEPOINT change")
        self._begin_next()

    def finish(self) -> None:
        """Write what is left to write. Raises NotTogether."""
        self._write_what_was_wanted_before()

    def _check_that_it_goes_on(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _begin_next(self) -> None:
        self._wanted, self._own_notes, self._has_savepoint = [], [], False

    def _write_what_was_wanted_before(self) -> None:
        wanted, self._wanted_before = self._wanted_before, []
        try:
            self._write(wanted)
        except Exception as error:
            self._failure = NotTogether()
            raise self._failure from error

    def _write(self, wanted: Sequence[tuple[Writes[Any], Any]]) -> None:
        self._writing = True
        try:
            for writes, its in groupby(wanted, key=itemgetter(0)):
                writes.write(self._connection, [each for _, each in its])
        finally:
            self._writing = False

    def _control(self, statement: str) -> None:
        """Run a savepoint statement on the driver itself: it happens often, and is ten times faster so."""
        if self._connection.invalidated:
            raise GroupLost("the connection to the database was lost")
        driver: Any = self._connection.connection.driver_connection
        try:
            driver.execute(statement)
        except Exception as error:
            self._connection.invalidate()
            self._failure = GroupLost(f"the transaction could not go on: {error}")
            raise self._failure from error


def want_written(connection: Connection, writes: Writes[W_contra], wanted: W_contra) -> None:
    """Have something written as part of the change that is being done: at once where that is not one of a group."""
    group = _group_on(connection)
    if group is None:
        writes.write(connection, [wanted])
    else:
        group.want(writes, wanted)


def leave_note(connection: Connection, note: object) -> None:
    """Have ``note`` handed to those who wait for commits, if and when the change that is being done is committed."""
    group = _group_on(connection)
    if group is not None:
        group.note(note)


def before_statement(connection: Connection, *_: object) -> None:
    """Do what must be done before a statement of one of a group; listens to the engine that writes."""
    group = _group_on(connection)
    if group is not None:
        group.before_statement()


def _group_on(connection: Connection) -> Group | None:
    group: Group | None = connection.info.get(_GROUP)
    return group
