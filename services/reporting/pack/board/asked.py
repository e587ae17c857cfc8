"""Section 2: what the board is asked to decide, each with its recommendation, owner and effect."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.events.board import ItemKind
from domain import wording
from domain.figures.breaches import Breach
from domain.register.board import AgendaItem, WrittenProcedure
from domain.wording.cells import Cell, Tone
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.decisions.ratification import asked_for, to_ratify
from services.reporting.pack.document import (
    Block,
    Column,
    ColumnKind,
    Detail,
    Facts,
    Heading,
    Matter,
    Paragraph,
    Section,
    Table,
)
from services.reporting.pack.edition import EditionState
from services.reporting.pack.sections import handing_over

UNSTATED_EFFECT = "Set by the decision itself: nothing changes until the board has resolved."
MOST_ENTRIES = 8
BREACH_RECOMMENDATION = "Agree with {} how and by when it will meet the commitment, or grant a derogation."
BREACH_EFFECT = "None by itself. A derogation ends the breach for the periods it names; a recovery action is tracked."


def section(briefing: Briefing) -> Section:
    """Return the section."""
    return Section(2, "decide", "What you are asked to decide", tuple(_blocks(briefing)))


def items_for_decision(briefing: Briefing) -> list[AgendaItem]:
    """Return the meeting's items for decision, by number, other than those of breaches, which are listed apart."""
    return [each for each in _agenda(briefing) if each.kind is ItemKind.DECISION and each.breach is None]


def _blocks(briefing: Briefing) -> Iterator[Block]:
    items, breaches = items_for_decision(briefing), briefing.now.breaches
    procedures, recommended = _open_procedures(briefing), to_ratify(briefing)
    to_hand_over = len(briefing.now.to_hand_over)
    yield Paragraph(_lead(len(items), len(recommended), len(breaches), to_hand_over), "lead")
    for item in items:
        yield _item(briefing, item)
    if recommended:
        yield Heading("Decisions to ratify")
        yield Paragraph("Agreed without a quorum, so they have no effect until the board ratifies them.", "quiet")
        for decision in recommended:
            yield asked_for(briefing, decision)
    if breaches:
        yield Heading("Breaches of core commitments")
        yield Paragraph("A partner failed a core commitment in the last two periods that fell due for it.", "quiet")
        yield from _breaches(briefing)
    if briefing.now.to_hand_over:
        yield Heading("To be handed over")
        yield Paragraph(handing_over.WHY, "quiet")
        yield handing_over.table(briefing)
    if procedures:
        yield Heading("Written procedures that are open")
        for procedure in procedures:
            yield _procedure(briefing, procedure)
    yield from _other_items(briefing)
    yield from _removed_items(briefing)


def _lead(items: int, recommended: int, breaches: int, handed_over: int) -> str:
    if not items and not recommended and not breaches and not handed_over:
        return "The board is not asked to decide anything at this meeting, and there is no breach to respond to."
    parts = [f"{wording.count(items, 'item')} for decision"]
    if recommended:
        parts.append(f"{wording.count(recommended, 'decision')} to ratify")
    parts.append(f"{wording.count(breaches, 'breach', 'breaches')} to respond to")
    if handed_over:
        parts.append(f"{wording.count(handed_over, 'matter')} to be handed over")
    return wording.sentence(wording.listed(parts))


def _agenda(briefing: Briefing) -> list[AgendaItem]:
    meeting = briefing.register.meetings.get(briefing.notice.reference)
    return [] if meeting is None else [meeting.items[number] for number in sorted(meeting.items)]


def _item(briefing: Briefing, item: AgendaItem) -> Matter:
    owner = "Not named" if item.owner is None else briefing.now.partner_name(item.owner)
    facts = [
        Detail("Recommendation", Cell(item.recommendation or "None was given.")),
        Detail("Owner", Cell(owner)),
        Detail("Effect", Cell(_item_effect(briefing, item))),
    ]
    if item.about is not None:
        facts.insert(0, Detail("Concerns", _concerns(briefing, item.about)))
    return Matter(f"Item {item.number}{_change(briefing, item)}", item.title, tuple(facts))


def _change(briefing: Briefing, item: AgendaItem) -> str:
    """Say in a supplement whether an item is new, or reads otherwise."""
    if briefing.edition.state is not EditionState.SUPPLEMENT:
        return ""
    if briefing.is_news(item.recorded_at):
        return ", new"
    return ", amended" if briefing.is_news(item.amended_at) else ""


def _item_effect(briefing: Briefing, item: AgendaItem) -> str:
    """Return the effect that is asked for, or that of the recommended decision that the item is about."""
    if item.effect is not None:
        return f"If agreed: {briefing.effect(item.effect)}"
    recommended = briefing.register.decisions.get(item.about or "")
    if recommended is None or recommended.effect is None:
        return UNSTATED_EFFECT
    return f"If ratified: {briefing.effect(recommended.effect)}"


def _concerns(briefing: Briefing, about: str) -> Cell:
    project = briefing.now.project(about)
    if project is not None:
        shown = "none stated" if project.shown is None else project.shown.value
        stage = wording.stage(project.project.stage).lower()
        note = f"{stage}; delivery confidence {shown}; schedule status {project.schedule.value}"
        return Cell(briefing.titled(about), note, link=f"#{about}")
    decision = briefing.register.decisions.get(about)
    if decision is not None:
        return Cell(about, decision.text)
    milestone = briefing.now.milestone(about)
    return Cell(briefing.titled(about), "" if milestone is None else wording.before(milestone.before))


def _breaches(briefing: Briefing) -> Iterator[Block]:
    """Yield each breach as an entry of its own; where there are many, one table with what they have in common."""
    breaches = briefing.now.breaches
    if len(breaches) <= MOST_ENTRIES:
        yield from (_breach(briefing, each) for each in breaches)
        return
    yield Facts(
        (
            Detail("Recommendation", Cell(BREACH_RECOMMENDATION.format("each partner"))),
            Detail("Owner", Cell("The partner in breach")),
            Detail("Effect", Cell(BREACH_EFFECT)),
        )
    )
    yield Table(
        "Breaches to respond to",
        (
            Column("Partner", share=1.6),
            Column("Commitment", share=2.2),
            Column("What happened", ColumnKind.STATUS, 2.6),
        ),
        tuple(
            (
                Cell(briefing.now.partner_name(each.partner)),
                Cell(briefing.titled(each.commitment)),
                Cell(_failures(briefing, each), tone=Tone.BAD),
            )
            for each in breaches
        ),
        "",
        dense=True,
    )


def _breach(briefing: Briefing, breach: Breach) -> Matter:
    partner = briefing.now.partner_name(breach.partner)
    recommendation = BREACH_RECOMMENDATION.format(partner)
    return Matter(
        _breach_label(briefing, breach),
        f"{partner}: {briefing.titled(breach.commitment)}",
        (
            Detail("What happened", Cell(_failures(briefing, breach), tone=Tone.BAD)),
            Detail("Recommendation", Cell(recommendation)),
            Detail("Owner", Cell(partner)),
            Detail("Effect", Cell(BREACH_EFFECT)),
        ),
    )


def _breach_label(briefing: Briefing, breach: Breach) -> str:
    for item in _agenda(briefing):
        if item.breach and (item.breach.commitment, item.breach.partner) == (breach.commitment, breach.partner):
            return f"Item {item.number}"
    return "Breach"


def _failures(briefing: Briefing, breach: Breach) -> str:
    compliance = briefing.now.compliance
    commitment = briefing.register.commitments[breach.commitment]
    partner = briefing.register.partners[breach.partner]
    statuses = (
        compliance.obligation(commitment, partner, commitment.period_labelled(briefing.now.calendar, label)).status
        for label in breach.periods
    )
    words = (
        f"{label}: {wording.OBLIGATIONS[status].text.lower()}"
        for label, status in zip(breach.periods, statuses, strict=True)
    )
    return "; ".join(words)


def _open_procedures(briefing: Briefing) -> list[WrittenProcedure]:
    procedures = (each for each in briefing.register.procedures.values() if each.closed_at is None)
    return sorted(procedures, key=lambda each: each.reference)


def _procedure(briefing: Briefing, procedure: WrittenProcedure) -> Matter:
    about = briefing.register.decisions.get(procedure.about or "")
    effect = procedure.effect if about is None else about.effect
    return Matter(
        procedure.reference,
        procedure.title,
        (
            Detail("Text", Cell(procedure.text)),
            Detail("Answers until", Cell(briefing.local(procedure.closes_at))),
            Detail("Answers so far", Cell(wording.count(len(procedure.answers), "member has", "members have"))),
            Detail("Effect", Cell(briefing.effect(effect))),
        ),
    )


def _other_items(briefing: Briefing) -> Iterator[Block]:
    others = [each for each in _agenda(briefing) if each.kind is not ItemKind.DECISION]
    if others:
        yield Table(
            "Also on the agenda, for discussion and for information",
            (Column("Item", share=0.4), Column("Title", share=3), Column("For"), Column("Owner", share=1.4)),
            tuple(
                (
                    Cell(str(item.number)),
                    Cell(item.title, "" if item.about is None else briefing.titled(item.about)),
                    Cell(item.kind.value.capitalize()),
                    Cell(wording.NOTHING if item.owner is None else briefing.now.partner_name(item.owner)),
                )
                for item in others
            ),
            "There are no other items.",
        )


def _removed_items(briefing: Briefing) -> Iterator[Block]:
    """Yield the items that left the agenda, where a supplement goes with a pack that had them."""
    meeting = briefing.register.meetings.get(briefing.notice.reference)
    removed = () if meeting is None else meeting.removed.values()
    gone = [
        each
        for each in removed
        if briefing.edition.state is EditionState.SUPPLEMENT and briefing.is_news(each.recorded_at)
    ]
    if gone:
        yield Table(
            "Taken off the agenda",
            (Column("Item", share=0.4), Column("Title", share=2), Column("Reason", share=2)),
            tuple((Cell(str(each.number)), Cell(each.title), Cell(each.reason)) for each in gone),
            "Nothing was taken off the agenda.",
        )
