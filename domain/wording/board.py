"""Meetings, their agendas and votes in words."""

from __future__ import annotations

from contracts.events.board import InterestFollows, ItemKind, Vote

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
