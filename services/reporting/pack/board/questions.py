"""What the agenda and open written procedures ask the board."""

from __future__ import annotations

from domain import wording
from domain.register.board import AgendaItem, WrittenProcedure
from services.reporting.pack.board.agenda import items_for_decision, open_procedures
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.decisions.ratification import told
from services.reporting.pack.edition import EditionState
from services.reporting.pack.question import NOT_GIVEN, UNSTATED_EFFECT, Question


def items(briefing: Briefing) -> list[Question]:
    """Return the items for decision."""
    return [_item(briefing, each) for each in items_for_decision(briefing)]


def procedures(briefing: Briefing) -> list[Question]:
    """Return the written procedures that wait for answers."""
    return [_procedure(briefing, each) for each in open_procedures(briefing)]


def _item(briefing: Briefing, item: AgendaItem) -> Question:
    recommended = briefing.register.decisions.get(item.about or "")
    asks = item.effect if item.effect is not None or recommended is None else recommended.effect
    when = "If agreed" if item.effect is not None or recommended is None else "If ratified"
    return Question(
        label=f"Item {item.number}{_change(briefing, item)}",
        title=item.title,
        recommendation=item.recommendation or NOT_GIVEN,
        owner="Not named" if item.owner is None else briefing.now.partner_name(item.owner),
        effect=UNSTATED_EFFECT if asks is None else f"{when}: {briefing.effect(asks)}",
        about=item.about,
        asks=asks,
        known=() if recommended is None else told(briefing, recommended),
    )


def _change(briefing: Briefing, item: AgendaItem) -> str:
    """Say in a supplement whether an item is new, or reads otherwise."""
    if briefing.edition.state is not EditionState.SUPPLEMENT:
        return ""
    if briefing.is_news(item.recorded_at):
        return ", new"
    return ", amended" if briefing.is_news(item.amended_at) else ""


def _procedure(briefing: Briefing, procedure: WrittenProcedure) -> Question:
    about = briefing.register.decisions.get(procedure.about or "")
    asks = procedure.effect if about is None else about.effect
    answers = wording.count(len(procedure.answers), "member has", "members have")
    return Question(
        label=procedure.reference,
        title=procedure.title,
        recommendation=procedure.text,
        owner="Each member of the board",
        effect=briefing.effect(asks),
        about=procedure.about,
        asks=asks,
        known=(
            f"Answers until {briefing.local(procedure.closes_at)}; so far {answers} answered.",
            *(() if about is None else told(briefing, about)),
        ),
    )
