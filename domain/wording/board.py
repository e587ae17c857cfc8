"""Meetings, their agendas and votes in words."""

from __future__ import annotations

from collections.abc import Callable

from contracts.events.board import InterestFollows, ItemKind, Vote
from contracts.events.partnership import BoardRules
from domain.wording.numbers import count
from domain.wording.sentences import listed

ITEM_KINDS = {
    ItemKind.DECISION: "For decision",
    ItemKind.DISCUSSION: "For discussion",
    ItemKind.INFORMATION: "For information",
}
FOLLOWS = {
    InterestFollows.NOTED: "It is noted, and nothing else follows",
    InterestFollows.SPEAKS_NO_VOTE: "The member speaks, but does not vote",
    InterestFollows.WITHDRAWS: "The member withdraws, and does not count towards the quorum",
}
VOTES = {Vote.FOR: "For", Vote.AGAINST: "Against", Vote.ABSTAIN: "Abstain"}


def quorum_in_words(rules: BoardRules, partner_name: Callable[[str], str]) -> str:
    """Return what makes a quorum: ``4 seats of 3 partners, City of London among them``."""
    named = f", {listed(map(partner_name, rules.must_attend))} among them" if rules.must_attend else ""
    return f"{count(rules.quorum_count, 'seat')} of {count(rules.quorum_partners, 'partner')}{named}"
