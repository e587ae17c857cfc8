"""What a comparison of two packs is made of: everything worded, nothing set."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from domain import wording
from services.reporting.comparing.reported import Reported


class Way(Enum):
    """Whether a change is one for the better: its word, and the tone of its chip."""

    WORSE = ("worse", "bad")
    BETTER = ("better", "good")
    NEITHER = ("changed", "none")

    @property
    def words(self) -> str:
        """The word for people."""
        return self.value[0]

    @property
    def tone(self) -> str:
        """The tone of its chip."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in both packs, and the difference with its sign."""

    name: str
    was: str
    now: str
    difference: str
    way: Way | None


@dataclass(frozen=True, slots=True)
class Change:
    """What changed about one thing: its name and code, what of it, what that was and what it is."""

    name: str
    code: str
    what: str
    was: str
    now: str
    way: Way = Way.NEITHER


@dataclass(frozen=True, slots=True)
class Group:
    """The changes of one kind: first what got worse, then what got better."""

    title: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two packs side by side, the earlier first."""

    earlier: Reported
    later: Reported
    figures: tuple[Figure, ...]
    groups: tuple[Group, ...]

    @property
    def says(self) -> str:
        """What came of it, in a sentence."""
        counted = {way: sum(each.way is way for group in self.groups for each in group.changes) for way in Way}
        if not any(counted.values()):
            return "Nothing that the packs list has changed."
        got = [
            f"{wording.count(counted[way], 'thing')} got {way.words}" for way in (Way.WORSE, Way.BETTER) if counted[way]
        ]
        others = counted[Way.NEITHER]
        changed = [f"{wording.count(others, 'thing')} changed that {'is' if others == 1 else 'are'} neither"]
        if not got:
            changed = [f"{wording.count(others, 'thing')} changed, none for the better or the worse"]
        return wording.sentence(wording.listed(got + (changed if others else [])))


def way(was: int, now: int, *, more_is_better: bool) -> Way:
    """Return whether a number that rises, or falls, got better."""
    if was == now:
        return Way.NEITHER
    return Way.BETTER if (now > was) == more_is_better else Way.WORSE
