"""What happened since somebody was last here: for each thing its latest news, in the sentence that its history has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.envelope import Position, Recorded
from contracts.events import Fact
from contracts.events.capacity import CapacityPledged, CapacityReleased
from contracts.events.partnership import HolidaysRecorded, PersonAppointed, RolesEnded
from contracts.events.returns import CommitmentAttested, EvidenceSubmitted, QuantityReported, ReturnSubmitted
from domain.figures.overview import Figures
from domain.wording.dates import plain_date
from domain.wording.happened.anything import happened
from services.programme.core.dispatcher import Dispatcher
from services.programme.home.last_visits import Visit
from services.programme.home.reader import in_short
from services.runtime.web.partnership.addresses import Addresses
from services.runtime.web.partnership.recent import Recent

FIRST_TIME = timedelta(days=14)
"""Whoever is here for the first time is told of so much time."""
_MOST = 10
_LOOKED_THROUGH = 200
_TOLD_ELSEWHERE = (
    CommitmentAttested,
    QuantityReported,
    EvidenceSubmitted,
    CapacityPledged,
    CapacityReleased,
    HolidaysRecorded,
    PersonAppointed,
    RolesEnded,
)
"""What partners answer is told by their return; who came and went, and what a library knew, is no news of the work."""


@dataclass(frozen=True, slots=True)
class News:
    """The latest that happened to one thing; ``more`` is how much else happened to it."""

    name: str
    code: str
    href: str
    sentence: str
    at: datetime
    more: int


@dataclass(frozen=True, slots=True)
class Since:
    """What others recorded since an instant, the latest first; ``is_first`` where whoever reads was never here."""

    instant: datetime
    is_first: bool
    events: Sequence[Recorded]

    def news(self, figures: Figures) -> list[News]:
        """Return the latest news of the things to which something happened, the latest of them first."""
        about: dict[str, list[Recorded]] = {}
        for event in self.events:
            if event.version <= figures.register.position.version and not isinstance(event.fact, _TOLD_ELSEWHERE):
                about.setdefault(_thing(event.fact, figures.register.code), []).append(event)
        return [_news(events, figures) for events in [*about.values()][:_MOST]]


class LatestEvents:
    """What was recorded last in the partnerships that were looked at last: read once, whoever asks."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._kept = Recent[Sequence[Recorded]]()

    def since(self, partnership: str, person: str, visit: Visit) -> Since:
        """Return what others recorded since a person's last visit, in any thread. Raises NoPartnership."""
        end = self._dispatcher.look_sync(partnership, lambda live: live.register.position)
        latest = self._kept.of(partnership, end, lambda: self._until(partnership, end))
        since = visit.before or visit.seen_at - FIRST_TIME
        others = [each for each in latest if each.recorded_at > since and each.actor != person]
        return Since(since, visit.before is None, others)

    def _until(self, partnership: str, end: Position) -> Sequence[Recorded]:
        return self._dispatcher.log_back_sync(partnership, "", 0, end.version + 1, _LOOKED_THROUGH)


def _thing(fact: Fact, partnership: str) -> str:
    """Return what a fact is news of: its subject; of returns, all those of their quarter."""
    return fact.quarter if isinstance(fact, ReturnSubmitted) else fact.subject(partnership)


def _news(events: Sequence[Recorded], figures: Figures) -> News:
    latest, to = events[0], Addresses(figures.register.code)
    sentence = happened(latest.fact, figures.name)
    if isinstance(latest.fact, ReturnSubmitted):
        named = (f"Returns for {latest.fact.quarter}", "", to.room("partners"))
    elif latest.subject in figures.register.partners:
        named = (figures.partner_name(latest.subject), latest.subject, to.partner(latest.subject))
    else:
        named = (_name(figures, latest.subject), latest.subject, to.of(latest.subject))
    return News(*named, sentence, latest.recorded_at, len(events) - 1)


def _name(figures: Figures, reference: str) -> str:
    """Return what people call a thing: its title, else what it says, else the day on which it is."""
    register = figures.register
    if reference == register.code:
        return register.partnership.name_on(figures.on)
    if (meeting := register.meetings.get(reference)) is not None:
        return f"Meeting of {plain_date(meeting.date)}"
    said = register.decisions.get(reference) or register.actions.get(reference)
    return figures.name(reference) if said is None else in_short(said.text)
