"""What every command has in common. A command is a wish; deciding makes facts of it, or refuses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import Enum, auto
from types import ModuleType
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

_WORD_START = re.compile(r"(?<!^)(?=[A-Z])")


class DateRule(Enum):
    """What holds of a date, or of the label of a period, at the local date of recording."""

    HAS_COME = auto()
    IS_NOT_PAST = auto()
    HAS_BEGUN = auto()


class Fields(BaseModel):
    """A group of fields within a command, or a command itself. Unknown fields are faults; text is trimmed.

    ``gives`` names the field with the reference that it gives to something new, ``people`` the fields in which people
    are named, as a programme file has them; where there are such.
    """

    gives: ClassVar[str] = "code"
    people: ClassVar[tuple[str, ...]] = ("person",)

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Command(Fields):
    """Something that somebody wants done.

    ``do`` is its name, ``schedule_meeting``. ``sets_up`` marks what forms a partnership and is no entry of a
    history; ``by_system`` what only the system itself may ask for. ``concerns`` names the field with the reference of
    the object that it changes, where there is one: the object whose version a caller's precondition is about;
    ``is_step`` marks what brings that object a step further, without which the next step cannot be taken. ``dates`` are
    the rules of its dates, by field.
    """

    do: ClassVar[str] = ""
    sets_up: ClassVar[bool] = False
    by_system: ClassVar[bool] = False
    concerns: ClassVar[str | None] = None
    is_step: ClassVar[bool] = False
    dates: ClassVar[Mapping[str, DateRule]] = {}

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        cls.do = _WORD_START.sub("_", cls.__name__).lower()

    def brings_in(self, partnership: str) -> Iterable[str]:
        """Yield the references that other entries of the same file may speak of before this one is carried out."""
        return ()

    @classmethod
    def words(cls) -> str:
        """Return the command's name as people say it: ``schedule meeting``."""
        return cls.do.replace("_", " ")


def commands_in(module: ModuleType) -> tuple[type[Command], ...]:
    """Return the commands that a module defines, in the order of their definition."""
    return tuple(
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, Command) and thing.__module__ == module.__name__
    )
