"""What happened to a thing, in sentences; what just happened, with the way to put it right."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from contracts.envelope import Recorded
from contracts.events import Fact
from domain.wording.dates import plain_date
from domain.wording.happened.sentences import Named
from services.programme.api.access import answered_in_problems
from services.programme.core.dispatcher import Dispatcher
from services.programme.pages.changing import Link
from services.runtime.web.partnership.view import View

BY_DECISION = "It takes a decision of the board: put an item on an agenda."
_MOST = 40
_VERSIONS = re.compile(r"(\d{1,12})-(\d{1,12})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened. ``put_right`` leads to where that is put right, if whoever reads may.

    ``stays`` says of what nobody takes back what can be done instead. ``so`` says what follows from it for others: each
    in a sentence, with the way to do something about it.
    """

    sentence: str
    at: datetime
    put_right: Link | None = None
    stays: str = ""
    so: Sequence[tuple[str, Link | None]] = ()


def _nothing(view: View, event: Recorded, reader: str) -> Sequence[tuple[str, Link | None]]:
    return ()


@dataclass(frozen=True, slots=True)
class Telling:
    """How the facts of a capability are told. ``sentence`` is empty for a fact that is told elsewhere.

    ``put_right`` returns the last segment of the address of the change that puts a fact right, and the words of the
    link there; both are empty where it cannot be, and ``stays`` says by kind what can be done instead. ``links`` are
    the changes that a reader may make of what an event is about.
    """

    sentence: Callable[[Fact, Named], str]
    put_right: Callable[[Fact], tuple[str, str]]
    links: Callable[[View, Recorded, str], Sequence[Link]]
    so: Callable[[View, Recorded, str], Sequence[tuple[str, Link | None]]] = _nothing
    stays: Mapping[type[Fact], str] = field(default_factory=dict)


def by_kind(ways: Mapping[type[Fact], tuple[str, str]]) -> Callable[[Fact], tuple[str, str]]:
    """Return the ``put_right`` of a telling in which each kind of fact has its own way."""
    return lambda fact: ways.get(type(fact), ("", ""))


@dataclass(frozen=True, slots=True)
class History:
    """The last events about a thing, the latest first."""

    events: Sequence[Recorded]
    telling: Telling

    @classmethod
    def of(cls, dispatcher: Dispatcher, partnership: str, reference: str, telling: Telling) -> Self:
        """Read what the log has of a thing. Raises Problem 404 where there is no such partnership."""
        with answered_in_problems():
            return cls(dispatcher.history_sync(partnership, reference, _MOST), telling)

    def until(self, view: View) -> list[Happening]:
        """Return what had happened by the instant of a view."""
        named = view.figures().name
        known = (each for each in self.events if each.version <= view.register.position.version)
        said = ((self.telling.sentence(each.fact, named), each.recorded_at) for each in known)
        return [Happening(sentence, at) for sentence, at in said if sentence]

    def just(self, view: View, versions: str, reader: str) -> list[Happening]:
        """Return what happened with the events of these versions (``117-118``), and how to put it right."""
        asked = _VERSIONS.fullmatch(versions)
        if asked is None:
            return []
        first, last = int(asked[1]), int(asked[2])
        named = view.figures().name
        these = (each for each in reversed(self.events) if first <= each.version <= last)
        return [
            Happening(
                sentence,
                each.recorded_at,
                self._put_right(view, each, reader),
                "" if self.telling.put_right(each.fact)[0] else self.telling.stays.get(type(each.fact), ""),
                self.telling.so(view, each, reader),
            )
            for each in these
            if (sentence := self.telling.sentence(each.fact, named))
        ]

    def shown(self, view: View, asked: Mapping[str, str], reader: str) -> dict[str, Any]:
        """Return what the macros of ``happened.html`` show; ``asked`` is the query of the page's address."""
        happened = asked.get("happened", "")
        return {
            "history": self.until(view),
            "happened": self.just(view, happened, reader),
            "nothing_happened": happened == "nothing",
            "day": lambda at: plain_date(view.calendar.local_date(at)),
        }

    def _put_right(self, view: View, event: Recorded, reader: str) -> Link | None:
        segment, words = self.telling.put_right(event.fact)
        wanted = (each for each in self.telling.links(view, event, reader) if each.segment == segment)
        return next((Link(words, each.href) for each in wanted), None)
