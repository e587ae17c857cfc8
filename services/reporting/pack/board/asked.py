"""2: what the board is asked to decide, each with what one needs to know for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from contracts.events.board import ItemKind
from domain import wording
from domain.wording.cells import Cell
from services.reporting.pack.board.agenda import agenda
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.data import Json
from services.reporting.pack.document import (
    Block,
    Column,
    Detail,
    Heading,
    Matter,
    Paragraph,
    Section,
    Table,
)
from services.reporting.pack.edition import EditionState
from services.reporting.pack.question import UNSTATED_EFFECT, Knowledge, Question, Questions, question_data
from services.reporting.pack.sections import handing_over

MOST_ENTRIES, MOST_ROWS = 8, 16
"""How many questions of a kind have an entry of their own, and how many have a row, before the rest is named."""
EFFECT_UNSTATED = "Where no effect is named, the decision itself sets it: nothing changes until the board has resolved."


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of one kind: how they are counted, and their heading.

    Where the same is recommended for all, ``recommendation`` has it, and it is said once. Such questions fold: more
    than ``MOST_ENTRIES`` become one table, with what ``brief`` says of each in a column.
    """

    counted: tuple[str, str]
    heading: str
    questions: Questions
    recommendation: str = ""
    brief: str = ""


def section(groups: Sequence[Group], knowledge: Knowledge, briefing: Briefing) -> Section:
    """Return the section."""
    return Section("2", "decide", "What you are asked to decide", tuple(_blocks(groups, knowledge, briefing)), True)


def asked(groups: Sequence[Group], knowledge: Knowledge, briefing: Briefing) -> list[Json]:
    """Return what the board is asked, as pack.json has it."""
    return [question_data(knowledge, briefing, each) for group in groups for each in group.questions(briefing)]


def _blocks(groups: Sequence[Group], knowledge: Knowledge, briefing: Briefing) -> Iterator[Block]:
    found = [(group, group.questions(briefing)) for group in groups]
    yield Paragraph(_lead(briefing, found), "lead")
    if any(each.effect == UNSTATED_EFFECT for _, questions in found for each in questions):
        yield Paragraph(EFFECT_UNSTATED, "quiet")
    for group, questions in found:
        if not questions:
            continue
        if group.heading:
            yield Heading(group.heading)
        if group.recommendation:
            yield Paragraph(f"Recommendation: {group.recommendation} Effect: {questions[0].effect}")
        if group.recommendation and len(questions) > MOST_ENTRIES:
            yield from _folded(group, questions, knowledge, briefing)
        else:
            yield from (_entry(group, each, knowledge, briefing) for each in questions)
    if briefing.now.to_hand_over:
        yield Heading("To be handed over")
        yield Paragraph(handing_over.WHY, "quiet")
        yield handing_over.table(briefing)
    yield from _other_items(briefing)
    yield from _removed_items(briefing)


def _lead(briefing: Briefing, found: Sequence[tuple[Group, Sequence[Question]]]) -> str:
    parts = [wording.count(len(questions), *group.counted) for group, questions in found if questions]
    if briefing.now.to_hand_over:
        parts.append(f"{wording.count(len(briefing.now.to_hand_over), 'matter')} to be handed over")
    if not parts:
        return "The board is not asked to decide anything at this meeting, and there is no breach to respond to."
    return wording.sentence(wording.listed(parts))


def _entry(group: Group, question: Question, knowledge: Knowledge, briefing: Briefing) -> Matter:
    known = knowledge.known(briefing, question)
    concern = knowledge.concern(briefing, question)
    facts = (
        *(() if concern is None else (Detail("Concerns", concern),)),
        *(() if group.recommendation else _asked_for(question)),
        *((Detail("To know", Cell("\n".join(known))),) if known else ()),
    )
    return Matter(question.label, question.title, facts, aside=Detail("Owner", Cell(question.owner)))


def _asked_for(question: Question) -> Iterator[Detail]:
    yield Detail("Recommendation", Cell(question.recommendation))
    if question.effect != UNSTATED_EFFECT:
        yield Detail("Effect", Cell(question.effect))


def _folded(group: Group, questions: Sequence[Question], knowledge: Knowledge, briefing: Briefing) -> Iterator[Block]:
    yield Table(
        "Each with its record",
        (Column("Who", share=2), Column(group.brief, share=1.6), Column("To know", share=3.4)),
        tuple(
            (Cell(each.owner), Cell(each.brief), Cell(knowledge.known(briefing, each)[-1]))
            for each in questions[:MOST_ROWS]
        ),
        "",
        dense=True,
    )
    if len(questions) > MOST_ROWS:
        others = wording.listed(each.owner for each in questions[MOST_ROWS:])
        yield Paragraph(f"The same is asked of {others}: annex C has what they failed.")


def _other_items(briefing: Briefing) -> Iterator[Block]:
    others = [each for each in agenda(briefing) if each.kind is not ItemKind.DECISION]
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
            dense=True,
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
