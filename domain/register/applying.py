"""How a fact finds the one function that applies it to the register, and whether it speaks for a partner."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from contracts.envelope import Recorded
from contracts.events import Fact

if TYPE_CHECKING:
    from domain.register import Register

AnyFact = TypeVar("AnyFact", bound=Fact)
Application = Callable[["Register", AnyFact, Recorded], None]

About = Callable[["Register", AnyFact, date], tuple[str, ...]]
"""Returns the partners that a fact is about when it is recorded on a day, the nearest first."""

APPLICATIONS: dict[type[Fact], Callable[[Register, Any, Recorded], None]] = {}
ABOUT: dict[type[Fact], Callable[[Register, Any, date], tuple[str, ...]]] = {}
"""By fact that speaks for a partner, whom it is about: it breaks that partner's silence."""


def applies(
    fact: type[AnyFact], about: About[AnyFact] | None = None
) -> Callable[[Application[AnyFact]], Application[AnyFact]]:
    """Mark the function that applies ``fact``; a second one for the same fact is a mistake in the code.

    A fact with ``about`` speaks for the partners that this returns once the fact has been applied.
    """

    def mark(application: Application[AnyFact]) -> Application[AnyFact]:
        if fact in APPLICATIONS:
            raise TypeError(f"{fact.__name__} is applied twice")
        APPLICATIONS[fact] = application
        if about is not None:
            ABOUT[fact] = about
        return application

    return mark


def named_partner(register: Register, fact: Any, day: date) -> tuple[str, ...]:
    """Return the partner that a fact names."""
    return (fact.partner,)
