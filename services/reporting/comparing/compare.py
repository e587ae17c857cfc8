"""From what two packs say to what changed between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from services.reporting.comparing import board, commitments, partners, projects, risks
from services.reporting.comparing.comparison import Change, Comparison, Group, Way
from services.reporting.comparing.headline_figures import headline_figures
from services.reporting.comparing.names import Names
from services.reporting.comparing.reported import NotComparable, Reported

_WORST_FIRST = list(Way)
_GROUPS: Mapping[str, Callable[[Reported, Reported, Names], Iterable[Change]]] = {
    "Breaches": commitments.breaches,
    "Projects": projects.projects,
    "Milestones": projects.milestones,
    "Risks": risks.risks,
    "Decisions": board.decisions,
    "Actions": board.actions,
    "Compliance rates": commitments.rates,
    "Recorded since about the same periods": commitments.recorded_since,
    "Load": partners.load,
    "Silence": partners.silence,
    "Partners": partners.partners,
    "Partners’ notes to the board": partners.notes,
}


def compare(one: Reported, other: Reported) -> Comparison:
    """Return what changed between two packs of one partnership, whichever is named first. Raises NotComparable."""
    _check(one, other)
    earlier, later = sorted((one, other), key=lambda pack: (pack.as_at, pack.events_taken_in, pack.pack))
    names = Names(earlier, later)
    groups = (Group(title, _sorted(changes(earlier, later, names))) for title, changes in _GROUPS.items())
    return Comparison(
        earlier, later, headline_figures(earlier, later), tuple(group for group in groups if group.changes)
    )


def _sorted(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda change: _WORST_FIRST.index(change.way)))


def _check(one: Reported, other: Reported) -> None:
    if one.partnership != other.partnership:
        raise NotComparable(
            f"{one.pack} is a pack of {one.partnership} and {other.pack} one of {other.partnership}: only packs of one"
            " partnership can be compared"
        )
    if (one.pack, one.chain) == (other.pack, other.chain):
        raise NotComparable(f"both are {one.pack}, taken in up to the same event: there is nothing to compare")
