"""What pack.json must say, from the raw log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from tests.simulation.oracle.almanac import Almanac, Change
from tests.simulation.oracle.board import Board
from tests.simulation.oracle.log import Entry, Known
from tests.simulation.oracle.obligations import Obligations, counts
from tests.simulation.oracle.papers import Meeting
from tests.simulation.oracle.work import Work

_CHANGES = ("partnership-amended", "holiday-added", "holiday-removed")


def almanac_of(log: Sequence[Entry]) -> Almanac:
    """Return the calendar that the partnership chose when it was formed, and what was changed of it since."""
    formed = log[0]
    return Almanac(
        formed["financial_year_start_month"],
        formed["timezone"],
        formed["holidays"],
        formed["board"]["clear_days"],
        formed["board"]["cutoff_working_days"],
        tuple(_change(each) for each in log if each.kind in _CHANGES),
    )


def _change(each: Entry) -> Change:
    if each.kind == "partnership-amended":
        board = each["board"] or {}
        rules = board.get("clear_days"), board.get("cutoff_working_days"), each["holidays"]
        return Change(each.at, date.fromisoformat(each["holds_from"]), None, *rules)
    return Change(each.at, date.fromisoformat(each["on"]), each.kind == "holiday-added")


def expected(
    log: Sequence[Entry],
    meeting: Meeting,
    now: datetime,
    at: datetime | None = None,
    about: Meeting | None = None,
) -> dict[str, Any]:
    """Return what can be checked of the pack of a meeting that is made ``now``, as at its cut-off or another instant.

    ``about`` is the meeting as its pack announced it, where this is a supplement: the quarter is that of the pack.
    """
    almanac = almanac_of(log)
    cut_off, quarter = almanac.cut_off(meeting.on), almanac.covered((about or meeting).on)
    known = Known(log, at or cut_off)
    obligations = Obligations(known, almanac_of(known.entries), meeting, (Known(log, now), quarter))
    work = Work(known, almanac, quarter)
    covered = obligations.ending_in(quarter)
    trend: list[dict[str, Any]] = []
    earlier = quarter
    for _ in range(4):
        earlier = almanac.before(earlier)
        trend.insert(0, {"quarter": earlier.label, **counts(obligations.ending_in(earlier))})
    return {
        "meeting": meeting.reference,
        "quarter": quarter.label,
        "cut_off": cut_off.isoformat(),
        "issue_on": almanac.issue_day(meeting.on).isoformat(),
        "events_taken_in": len(known.entries),
        "projects": work.projects(),
        "milestones": work.milestones(),
        "compliance": {
            "obligations": covered + obligations.running(quarter),
            "partnership": counts(covered),
            "by_partner": {
                each: counts([one for one in covered if one["partner"] == each]) for each in obligations.partners
            },
            "by_commitment": {
                each["commitment"]: counts([one for one in covered if one["commitment"] == each["commitment"]])
                for each in obligations.commitments
            },
            "trend": trend,
            "breaches": obligations.breaches(),
        },
        "load": work.load(),
        "decisions": _decisions(known),
        "actions": work.actions(),
        "silent": work.silent_partners(),
        "notes": work.notes(),
    }


def differences(expected: Any, actual: Any, path: str = "") -> list[str]:
    """Return where ``actual`` is otherwise; members that ``expected`` does not have are passed over."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return [
            difference
            for name, value in expected.items()
            for difference in differences(value, actual.get(name, "(missing)"), f"{path}.{name}")
        ]
    if isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            return [f"{path}: {len(expected)} expected, {len(actual)} found: {expected} / {actual}"[:2_000]]
        return [
            difference
            for number, (one, other) in enumerate(zip(expected, actual, strict=True))
            for difference in differences(one, other, f"{path}[{number}]{_name(one)}")
        ]
    return [] if expected == actual else [f"{path}: expected {expected!r}, found {actual!r}"]


def _name(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    names = [str(value[name]) for name in ("ref", "commitment", "partner", "period") if name in value]
    return f"({' '.join(names)})"


def _decisions(known: Known) -> list[dict[str, Any]]:
    board = Board()
    for each in known.entries:
        board.hear(each)
    return [
        {
            "ref": reference,
            "outcome": decision.recorded["outcome"],
            "quorate": decision.recorded["quorate"],
            "carried_out": bool(decision.carried_out),
            "recommended": decision.is_recommended,
            "awaits_ratification": decision.superseded_by is None
            and (decision.is_recommended or decision.awaits_partners),
            "failed": decision.why_refused,
            "casting_vote": board.casting_votes[reference],
            "superseded_by": decision.superseded_by,
        }
        for reference, decision in sorted(board.decisions.items(), key=lambda each: int(each[0].rsplit("-D", 1)[1]))
    ]
