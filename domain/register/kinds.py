"""The kinds of object that have references: what one is called, its letter, and where the register keeps them.

A reference counts up within its partnership, is given once and is never used again. Source: domain.md section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from contracts.references import number_of

if TYPE_CHECKING:
    from domain.register import Register

Thing = TypeVar("Thing")
_LONGEST_NUMBER = 5


@dataclass(frozen=True, slots=True)
class Kind(Generic[Thing]):
    """A kind of object, such as ``Kind("risk", "R", lambda register: register.risks)``.

    ``letter`` stands before the number of a reference, which has at least ``digits`` digits when the system gives it;
    a kind without one goes by a code of its own choice. ``of`` returns the objects of this kind, by reference. Where
    ``is_owned``, each has an ``owner``, the partner that answers for it as long as it ``is_open``.
    """

    name: str
    letter: str
    of: Callable[[Register], Mapping[str, Thing]]
    digits: int = 2
    is_owned: bool = False

    def is_reference(self, owner: str, reference: str) -> bool:
        """Say whether ``reference`` is one of this kind and owner: for projects, ``LAP`` and ``LAP-P03``."""
        beginning = f"{owner}-{self.letter}"
        number = reference[len(beginning) :]  # it is asked of each event of a log, so no pattern is made for it
        return reference.startswith(beginning) and number.isdecimal() and len(number) <= _LONGEST_NUMBER

    def next_reference(self, owner: str, given: Iterable[str]) -> str:
        """Return the reference after the highest that was given."""
        number = max((number_of(reference) for reference in given), default=0) + 1
        return f"{owner}-{self.letter}{number:0{self.digits}d}"
