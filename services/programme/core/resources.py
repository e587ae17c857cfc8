"""What the API shows of a partnership: each capability has its collections, and their shapes, in ``resources.py``.

No person's name is among what is shown: those are in the directory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.register import Register
from domain.register.kinds import Kind
from services.programme.core.lookup import Finding, finding

Key = tuple[str, ...]


class Shape(BaseModel):
    """Something that is shown; made from the register's own object."""

    model_config = ConfigDict(from_attributes=True, serialize_by_alias=True)


def as_it_is(register: Register, thing: Any) -> Any:
    """Show an object by its own attributes."""
    return thing


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Facts that have no reference of their own, such as pledges: a list of them, under the name in its address.

    ``of`` yields each as its ``shape`` with a key, by which the list is ordered. A key stays the same for ever.
    """

    name: str
    shape: type[Shape]
    of: Callable[[Register], Iterable[tuple[Key, Shape]]]

    @property
    def list_shape(self) -> type[Shape]:
        """The shape of the rows of the list."""
        return self.shape

    def things(self, register: Register) -> Iterable[tuple[Key, Any]]:
        """Return what the list has, each with its key."""
        return self.of(register)

    def row(self, register: Register, thing: Any) -> Any:
        """Return one of them as the list shows it."""
        return thing


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """Objects of one kind, under the name that stands in their address.

    ``show`` gives an object in its ``shape``. The list has them in the shape ``brief``, given by ``show_brief``, where
    that is another one. ``find`` is for a kind that is not found as others are. ``changes_with`` returns the reference
    of the object whose version counts for one that is shown and changed together with it.
    """

    name: str
    kind: Kind[Any]
    shape: type[Shape]
    show: Callable[[Register, Any], Any] = as_it_is
    brief: type[Shape] | None = None
    show_brief: Callable[[Register, Any], Any] = as_it_is
    find: Finding | None = None
    changes_with: Callable[[str], str] | None = None

    @property
    def list_shape(self) -> type[Shape]:
        """The shape of the rows of the list."""
        return self.brief or self.shape

    def things(self, register: Register) -> Iterable[tuple[Key, Any]]:
        """Return what the list has, each with its key."""
        return (((reference,), thing) for reference, thing in self.kind.of(register).items())

    def row(self, register: Register, thing: Any) -> Any:
        """Return one of them as the list shows it."""
        return self.show(register, thing) if self.brief is None else self.show_brief(register, thing)

    @property
    def finding(self) -> Finding:
        """What finds one of them. Raises Refused."""
        return self.find or finding(self.kind)


def attributes(thing: object, names: str) -> dict[str, object]:
    """Return the attributes of these names, which stand apart by spaces."""
    return {name: getattr(thing, name) for name in names.split()}
