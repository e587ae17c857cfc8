"""In one minute: what the board is asked to decide."""

from __future__ import annotations

from domain import wording
from services.reporting.pack.board.agenda import items_for_decision, open_procedures
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.decisions.ratification import to_ratify
from services.reporting.pack.minute import Finding

MOST_TITLES = 3
LONGEST_TITLE = 60


def asked(briefing: Briefing) -> Finding | None:
    """Return how much is asked, with the titles of the items where they are short enough to be read in passing."""
    items = items_for_decision(briefing)
    partners = len({each.partner for each in briefing.now.breaches})
    parts = [
        *([f"decide {wording.count(len(items), 'item')}{_titles([each.title for each in items])}"] if items else []),
        *([f"ratify {wording.count(len(to_ratify(briefing)), 'decision')}"] if to_ratify(briefing) else []),
        *([f"respond to {wording.count(partners, 'partner')} in breach"] if partners else []),
        *(["have handed over what partners that left still lead or own"] if briefing.now.to_hand_over else []),
        *([f"answer {wording.count(n, 'written procedure')}"] if (n := len(open_procedures(briefing))) else []),
    ]
    return Finding(f"you are asked to {wording.listed(parts)}", "decide") if parts else None


def _titles(titles: list[str]) -> str:
    if any(len(each) > LONGEST_TITLE for each in titles[:MOST_TITLES]):
        return ""
    return f" ({wording.listed_up_to(MOST_TITLES, titles)})"
