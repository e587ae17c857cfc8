"""What a group of changes reads together, at its beginning, and writes together, at its end, not each change by itself.

Each statement lets other threads of the interpreter in and has to wait for its turn again, which takes longer than the
statement itself. So a change may come with a question, which is asked together with those of the others before any of
them is done; and it may say what it wants written and leave the writing to the end of its group. Whoever runs a
statement of their own finds everything written that was wanted before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol, TypeVar

from sqlalchemy import Connection

_GROUP = "group of changes"
W_contra = TypeVar("W_contra", contravariant=True)


class Writes(Protocol[W_contra]):
    """Knows how to write what several changes want written."""

    def write(self, connection: Connection, wanted: Sequence[W_contra]) -> None:
        """Write it all, in this order."""
        ...


class Reads(Protocol):
    """Knows how to read the answers to several questions."""

    def read(self, connection: Connection, asked: Sequence[Any]) -> Mapping[Any, Any]:
        """Return the answers that there are, by what was asked."""
        ...


class Question(NamedTuple):
    """What a change wants to know before anything else."""

    reads: Reads
    asked: Hashable


class GroupLost(Exception):
    """The transaction of a group cannot go on. The message is a sentence for people."""


class NotTogether(Exception):
    """What the changes of a group wanted written could not be written; they are to be done one by one."""


class Group:
    """The changes of one transaction, done one after another. ``notes`` are those of the changes that were kept."""

    def __init__(self, connection: Connection, questions: Iterable[Question] = ()) -> None:
        """``questions`` are those that the changes will ask."""
        self._connection = connection
        # Where other replicas write too, each change is to find out by itself that one of them was first.
        self._gathers = connection.dialect.name == "sqlite"
        self._wanted_before: list[tuple[Writes[Any], Any]] = []
        self._wanted: list[tuple[Writes[Any], Any]] = []
        self._own_notes: list[object] = []
        self._has_savepoint = False
        self._at_it_itself = False
        self._failure: GroupLost | NotTogether | None = None
        self.notes: list[object] = []
        connection.info[_GROUP] = self
        with self._statements_of_its_own():
            self._answers = _answers(connection, questions)

    def answer(self, question: Question) -> Any:
        """Return the answer to a question, None where there is none.

        What was read beforehand is good for the first that asks; what that one does may change the answer.
        """
        if question in self._answers:
            return self._answers.pop(question)
        self.before_statement()
        return _answered(self._connection, question)

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
        if self._at_it_itself:
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
        by_kind: dict[Writes[Any], list[Any]] = defaultdict(list)
        for writes, each in wanted:
            by_kind[writes].append(each)
        with self._statements_of_its_own():
            for writes, its in by_kind.items():
                writes.write(self._connection, its)

    @contextmanager
    def _statements_of_its_own(self) -> Iterator[None]:
        self._at_it_itself = True
        try:
            yield
        finally:
            self._at_it_itself = False

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


def find_out(connection: Connection, question: Question) -> Any:
    """Return the answer to a question, None where there is none; in a group, what was read for all beforehand."""
    group = _group_on(connection)
    return _answered(connection, question) if group is None else group.answer(question)


def want_written(connection: Connection, writes: Writes[W_contra], wanted: W_contra) -> None:
    """Have something written as part of the change that is being done: at once where that is not one of a group."""
    group = _group_on(connection)
    if group is None:
        writes.write(connection, [wanted])
    else:
        group.want(writes, wanted)


def write_now(connection: Connection) -> None:
    """Have what is wanted written, before something that could not be taken back with it. Raises what the writing does.

    Where a change of the same group is at fault that was done before, raises NotTogether.
    """
    group = _group_on(connection)
    if group is not None:
        group.before_statement()


def leave_note(connection: Connection, note: object) -> None:
    """Have ``note`` handed to those who wait for commits, if and when the change that is being done is committed."""
    group = _group_on(connection)
    if group is not None:
        group.note(note)


def before_statement(connection: Connection, *_: object) -> None:
    """Do what must be done before a statement of one of a group; listens to the engine that writes."""
    write_now(connection)


def _group_on(connection: Connection) -> Group | None:
    group: Group | None = connection.info.get(_GROUP)
    return group


def _answers(connection: Connection, questions: Iterable[Question]) -> dict[Question, Any]:
    by_kind: dict[Reads, list[Question]] = defaultdict(list)
    for question in questions:
        by_kind[question.reads].append(question)
    answers: dict[Question, Any] = {}
    for reads, its in by_kind.items():
        found = reads.read(connection, list(dict.fromkeys(question.asked for question in its)))
        answers |= {question: found.get(question.asked) for question in its}
    return answers


def _answered(connection: Connection, question: Question) -> Any:
    return question.reads.read(connection, [question.asked]).get(question.asked)
