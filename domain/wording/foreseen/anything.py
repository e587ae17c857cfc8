"""What would change, whatever it is about."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.events import Fact
from domain.register import Register
from domain.wording.foreseen import commitments, partners, projects
from domain.wording.foreseen.change import Foreseen
from domain.wording.happened.sentences import Named

_TELLING = (projects, commitments, partners)


def foreseen(register: Register, facts: Iterable[Fact], named: Named) -> list[Foreseen]:
    """Return what the facts that an effect consists of would change. ``named`` names what a reference stands for."""
    return [change for fact in facts for of in _TELLING for change in of.changes(register, fact, named)]
