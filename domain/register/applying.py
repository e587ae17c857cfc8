"""How a fact finds the one function that applies it to the register."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from contracts.envelope import Recorded
from contracts.events import Fact

if TYPE_CHECKING:
    from domain.register import Register

AnyFact = TypeVar("AnyFact", bound=Fact)
Application = Callable[["Register", AnyFact, Recorded], None]

APPLICATIONS: dict[type[Fact], Callable[[Register, Any, Recorded], None]] = {}


def applies(fact: type[AnyFact]) -> Callable[[Application[AnyFact]], Application[AnyFact]]:
    """Mark the function that applies ``fact``; a second one for the same fact is a mistake in the code."""

    def mark(application: Application[AnyFact]) -> Application[AnyFact]:
        if fact in APPLICATIONS:
            raise TypeError(f"{fact.__name__} is applied twice")
        APPLICATIONS[fact] = application
        return application

    return mark
