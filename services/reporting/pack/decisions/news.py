"""What a board must know since its last meeting about its decisions and actions."""

from __future__ import annotations

from collections.abc import Iterator

from domain import wording
from domain.register.decisions import ACTIONS, DECISIONS
from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.news import Direction, News
from services.reporting.pack.previous import PreviousPack

LINK = "#decisions"


def failures(briefing: Briefing, before: PreviousPack) -> Iterator[News]:
    """Yield the decisions whose effect could not be carried out."""
    for each in briefing.now.by_number(DECISIONS):
        if each.refused_because is not None and briefing.is_news(each.refused_at):
            change = f"It could not be carried out: {briefing.effect(each.effect)}"
            yield News(Direction.WORSE, Cell(each.reference, link=LINK), change, each.refused_because)


def carried_out(briefing: Briefing, before: PreviousPack) -> Iterator[News]:
    """Yield the decisions that were carried out, together."""
    done = [each for each in briefing.now.by_number(DECISIONS) if briefing.is_news(each.carried_out_at)]
    if done:
        words = wording.listed(each.reference for each in done)
        what = Cell(wording.sentence(wording.count(len(done), "decision")).rstrip("."), link=LINK)
        yield News(Direction.BETTER, what, f"Carried out: {words}")


def actions(briefing: Briefing, before: PreviousPack) -> Iterator[News]:
    """Yield each action that has become overdue, and together those that were done."""
    compared_on = briefing.now.calendar.local_date(before.at)
    done = []
    for each in briefing.now.by_number(ACTIONS):
        if briefing.is_news(each.completed_at):
            done.append(each.reference)
        elif briefing.now.action_status(each) == "overdue" and each.due >= compared_on:
            change = f"Overdue since {wording.plain_date(each.due)}: {briefing.now.partner_name(each.owner)}"
            yield News(Direction.WORSE, Cell(f"{each.reference} {each.text}", link=LINK), change)
    if done:
        what = Cell(wording.sentence(wording.count(len(done), "action")).rstrip("."), link=LINK)
        yield News(Direction.BETTER, what, f"Done: {wording.listed(done)}")
