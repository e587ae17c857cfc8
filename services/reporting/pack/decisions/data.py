"""Decisions and actions in pack.json, by number."""

from __future__ import annotations

from domain.figures.overview import Figures
from domain.register.decisions import ACTIONS, DECISIONS, Action, Decision
from services.reporting.pack.data import Json, iso


def decisions(figures: Figures) -> list[Json]:
    """Return the decisions."""
    return [_decision(each) for each in figures.by_number(DECISIONS)]


def actions(figures: Figures) -> list[Json]:
    """Return the actions."""
    return [_action(figures, each) for each in figures.by_number(ACTIONS)]


def _decision(decision: Decision) -> Json:
    return {
        "ref": decision.reference,
        "text": decision.text,
        "outcome": decision.outcome.value,
        "quorate": decision.quorate,
        "casting_vote": decision.casting_vote,
        "carried_out": decision.carried_out_at is not None,
        "failed": decision.refused_because,
        "recommended": decision.is_recommended,
        "awaits_ratification": decision.awaits_ratification,
        "superseded_by": decision.superseded_by,
    }


def _action(figures: Figures, action: Action) -> Json:
    return {
        "ref": action.reference,
        "text": action.text,
        "decision": action.decision,
        "owner": action.owner,
        "status": figures.action_status(action),
        "due": action.due.isoformat(),
        "original_due": action.original_due.isoformat(),
        "moves": action.moves,
        "completed_on": iso(action.completed_on),
    }
