"""What deciding works with and what it comes to: facts with their dates, or a refusal in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from pydantic import BaseModel

from contracts.events import Fact
from domain.register import Register
from domain.wording.dates import with_dates_in_words
from services.programme.core.command import Command

SYSTEM = "system"
"""Who acts where no person does: it puts breaches on agendas and notes the holidays of a year."""


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks (a person's id, or SYSTEM) and when (an aware instant).

    ``forward_references`` are the milestones and partners that later entries of the same file introduce.
    ``imported_at`` is when a file with a history of its own is imported.
    """

    actor: str
    now: datetime
    forward_references: frozenset[str] = frozenset()
    imported_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A fact, and the local date on which it became true; ``by_system`` where nobody asked for this one."""

    fact: Fact
    effective_on: date
    by_system: bool = False


class Refused(Exception):
    """The command cannot be carried out.

    ``field`` is the dotted path, inside the command, of what is wrong; empty where it is the command as a whole.
    ``problem`` says to people what is wrong and what would be right: its dates are in words, however a rule wrote them.
    """

    def __init__(self, field: str, problem: str) -> None:
        self.field = field
        self.problem = with_dates_in_words(problem)
        super().__init__(self.problem)

    def under(self, path: str) -> Refused:
        """Return the same refusal for a command in which these fields stand below ``path``."""
        return type(self)(f"{path}.{self.field}" if self.field else path, self.problem)


class NotAllowed(Refused):
    """The person's roles do not give them this."""


class AlreadyGiven(Refused):
    """A reference that was to be given has been given before; none is ever reused."""


class ImpossibleDate(Refused):
    """A day or time that cannot be, whatever else had been recorded."""


class NoPartnership(Refused):
    """The partnership that the command is about has not been formed."""


Facts = Sequence[Fact | NewEvent]
"""What a rule returns: a bare fact became true on the local date of the present instant."""

AnyCommand = TypeVar("AnyCommand", bound=Command)
Rule = Callable[[Register, AnyCommand, Context], Facts]

RULES: dict[type[Command], Callable[[Register, Any, Context], Facts]] = {}


def decides(command: type[AnyCommand]) -> Callable[[Rule[AnyCommand]], Rule[AnyCommand]]:
    """Mark the one function that decides ``command``."""

    def mark(rule: Rule[AnyCommand]) -> Rule[AnyCommand]:
        if command in RULES:
            raise TypeError(f"{command.do} is decided twice")
        RULES[command] = rule
        return rule

    return mark


EFFECT_RULES: dict[type[BaseModel], Callable[[Register, Any, str], Facts]] = {}
"""By effect, what returns the facts that it consists of, given the reference of its decision. Raises Refused."""

AnyRule = TypeVar("AnyRule", bound=Callable[..., Facts])


def carries_out(effect: type[BaseModel]) -> Callable[[AnyRule], AnyRule]:
    """Mark the one function that carries out ``effect``, a part of ``contracts.events.effects.Effect``."""

    def mark(rule: AnyRule) -> AnyRule:
        if effect in EFFECT_RULES:
            raise TypeError(f"{effect.__name__} is carried out twice")
        EFFECT_RULES[effect] = rule
        return rule

    return mark
