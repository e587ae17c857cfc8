"""A form with what its draft says: how far it is, what has to be chosen, and the commands that it comes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from services.programme.core.command import Command
from services.programme.returns.commands import SubmitReturn
from services.programme.returns.drafts import DraftAnswer
from services.programme.returns.form import note
from services.programme.returns.form.answer import Answer
from services.programme.returns.form.line import AnswerRefused, Line
from services.programme.returns.form.return_form import ReturnForm

_SPOKEN_FOR = ("milestones", "projects", "risks")
"""The sections of which a return attests that nothing has changed, where it changes nothing in them."""


@dataclass(frozen=True)
class FilledLine:
    """A line with its answers: none, one, or several of which one is to be chosen."""

    line: Line
    answers: tuple[DraftAnswer, ...] = ()

    @property
    def seen(self) -> tuple[int, ...]:
        """The numbers of the answers that are shown with it."""
        return tuple(each.id for each in self.answers)

    @property
    def latest(self) -> DraftAnswer | None:
        """What was typed last."""
        return self.answers[-1] if self.answers else None

    @property
    def is_contested(self) -> bool:
        """Say whether two people typed different things, and one is to be chosen."""
        return len(self.answers) > 1

    @property
    def is_overtaken(self) -> bool:
        """Say whether the facts have changed since it was typed."""
        return self.latest is not None and self.latest.base != self.line.base

    @property
    def needs_choice(self) -> bool:
        """Say whether a person has to choose before it can be submitted."""
        return self.is_contested or self.is_overtaken

    @property
    def is_answered(self) -> bool:
        """Say whether it has an answer."""
        return bool(self.answers)

    @cached_property
    def faults(self) -> dict[str, str]:
        """What is wrong with the answer, by name of field."""
        if self.latest is None:
            return {"": "Answer this: the board counts it each quarter."} if self.line.must else {}
        try:
            self.line.command(self.latest.answer)
        except AnswerRefused as refused:
            return dict(refused.faults)
        return {}

    @property
    def command(self) -> Command | None:
        """The command that it comes to; None where it changes nothing, or cannot be taken."""
        return None if self.latest is None or self.faults else self.line.command(self.latest.answer)

    @property
    def will_be(self) -> str:
        """What the line will be, in words; as it was where the answer changes nothing or cannot be taken."""
        return self.line.was if self.latest is None or self.faults else self.line.will_be(self.latest.answer)

    @property
    def changes_nothing(self) -> bool:
        """Say whether somebody answered that nothing changes."""
        return self.latest is not None and not self.faults and self.command is None


@dataclass(frozen=True)
class FilledForm:
    """A form and its draft."""

    form: ReturnForm
    draft: Sequence[DraftAnswer] = field(default_factory=tuple)

    @cached_property
    def lines(self) -> dict[str, FilledLine]:
        """All lines with their answers, by key, in order."""
        return {line.key: FilledLine(line, self._answers(line.key)) for line in self.form.lines}

    @cached_property
    def homeless(self) -> tuple[DraftAnswer, ...]:
        """What was typed into lines that there are no more."""
        return tuple(each for each in self.draft if each.line not in self.lines)

    @property
    def counted(self) -> list[FilledLine]:
        """The lines that wait for an answer."""
        return [each for each in self.lines.values() if not each.line.extra]

    @property
    def answered(self) -> int:
        """How many of them have one."""
        return sum(each.is_answered for each in self.counted)

    @property
    def open_musts(self) -> list[FilledLine]:
        """The lines that must still be answered."""
        return [each for each in self.counted if each.line.must and not each.is_answered]

    @property
    def is_ready(self) -> bool:
        """Say whether it can be submitted as it is."""
        return not any(each.faults or each.needs_choice for each in self.lines.values())

    @property
    def changed(self) -> list[FilledLine]:
        """The lines whose answer changes something."""
        return [each for each in self.lines.values() if each.command is not None and each.line.key != note.KEY]

    @property
    def typed_by(self) -> dict[str, DraftAnswer]:
        """Who has typed something, each with what they typed last."""
        return {each.by: each for each in self.draft}

    def commands(self) -> list[tuple[str, Command]]:
        """Return what it comes to, each with the key of its line: the changes, then the submission."""
        changes = [(each.line.key, each.command) for each in self.changed]
        return [*((key, command) for key, command in changes if command is not None), (note.KEY, self._submission())]

    def unchanged(self) -> Iterator[tuple[Line, Answer]]:
        """Yield, for each line without an answer that allows it, the answer that nothing has changed."""
        for each in self.counted:
            if not each.is_answered and each.line.unchanged is not None:
                yield each.line, Answer(each.line.unchanged)

    def _answers(self, key: str) -> tuple[DraftAnswer, ...]:
        return tuple(each for each in self.draft if each.line == key)

    def _submission(self) -> SubmitReturn:
        written = self.lines[note.KEY].command
        text = written.note if isinstance(written, SubmitReturn) else None
        return SubmitReturn(
            partner=self.form.partner.code,
            quarter=self.form.quarter.label,
            nothing_changed=self._nothing_changed(),
            note=text,
        )

    def _nothing_changed(self) -> bool:
        """Say whether the return attests that nothing has changed.

        It does in what it speaks for; where the partner has nothing of that, in all that is not asked for each quarter.
        """
        keys = [line.key for each in self.form.sections if each.key in _SPOKEN_FOR for line in each.lines]
        lines = [self.lines[key] for key in keys]
        if all(each.line.extra for each in lines):
            lines = [each for each in self.lines.values() if not each.line.must and each.line.key != note.KEY]
        return all((each.line.extra and not each.is_answered) or each.changes_nothing for each in lines)


def chosen_in(draft: Iterable[DraftAnswer]) -> dict[str, str]:
    """Return the options that a draft has chosen, by key of line; the one that was typed last."""
    return {each.line: each.answer.choice for each in draft}
