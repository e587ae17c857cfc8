"""Every fact that can stand in a log, one module per capability, and the registry that finds a fact by its type."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

from pydantic import TypeAdapter

from contracts.events import (
    board,
    capacity,
    commitments,
    decisions,
    partners,
    partnership,
    projects,
    reporting,
    returns,
    risks,
)
from contracts.events.base import Fact
from contracts.events.upcasting import UPCASTERS, lift

PROGRAMME_MODULES = (partnership, partners, commitments, projects, capacity, returns, board, decisions, risks)
REPORTING_MODULES = (reporting,)
CAPABILITIES = tuple(module.__name__.rpartition(".")[2] for module in PROGRAMME_MODULES)
"""The name of each capability: what it has in another room stands there in a module or package of the same name."""


class UnknownFact(ValueError):
    """No model knows the type of an event."""


def facts_in(modules: Iterable[ModuleType]) -> tuple[type[Fact], ...]:
    """Return the facts that these modules define, in the order of their definition."""
    return tuple(
        thing
        for module in modules
        for name, thing in vars(module).items()
        if isinstance(thing, type)
        and issubclass(thing, Fact)
        and thing.__module__ == module.__name__
        and name[0] != "_"
    )


PROGRAMME_FACTS = facts_in(PROGRAMME_MODULES)
REPORTING_FACTS = facts_in(REPORTING_MODULES)
_READERS: dict[str, Callable[[dict[str, Any]], Fact]] = {
    fact.type_name(): TypeAdapter(fact).validator.validate_python for fact in PROGRAMME_FACTS + REPORTING_FACTS
}
"""By CloudEvents type, what reads the data of a fact."""


def fact_of(type_name: str, data: dict[str, Any]) -> Fact:
    """Return the fact of this CloudEvents type, lifted to the present schema version.

    Raises UnknownFact where no model knows the type, pydantic.ValidationError where the data does not fit.
    """
    type_name, data = lift(type_name, data)
    read = _READERS.get(type_name)
    if read is None:
        raise UnknownFact(f"no event is called {type_name!r}; is this service older than the one that wrote it?")
    return read(data)


__all__ = [
    "CAPABILITIES",
    "PROGRAMME_FACTS",
    "REPORTING_FACTS",
    "UPCASTERS",
    "Fact",
    "UnknownFact",
    "fact_of",
    "facts_in",
    "lift",
]
