"""A partnership's life: day after day, whatever people may ask for, and the timetable in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from domain.register.board import MeetingState
from tests.simulation import watching
from tests.simulation.board_at_work import BETWEEN_MEETINGS, hold
from tests.simulation.chance import WEIRD, several, some, soon, spoil
from tests.simulation.founding import found
from tests.simulation.looking_back import look_back
from tests.simulation.partners_at_work import (
    DAILY,
    actor_for,
    attest_commitment,
    partner_of,
    report_quantity,
    submit_evidence,
    submit_return,
    withdraw_report,
)
from tests.simulation.putting_right import PUTTING_RIGHT
from tests.simulation.timekeeping import Timekeeper
from tests.simulation.world import Wish, World

SPOILT = 0.07
MAKERS = [maker for maker, _ in DAILY + BETWEEN_MEETINGS + PUTTING_RIGHT]
REPORTS = (attest_commitment, report_quantity, submit_evidence, withdraw_report, withdraw_report, submit_return)
TEMPERS = {"balanced": (1, 1), "of reports": (3, 1), "of boards": (1, 5)}
"""What a partnership's life is full of: how often partners report, and how often the board and its secretary act."""
ODD = (
    "form_partnership",
    "appoint_person",
    "admit_partner",
    "record_partner_leaving",
    "amend_partner",
    "end_roles",
    "note_breach",
    "bring_in_project",
)


def live(seed: int, years: float) -> tuple[World, Timekeeper]:
    """Live through so many years from ``seed``."""
    world = found(seed)
    keeper = Timekeeper(world)
    if world.register.formed is None:
        raise AssertionError(f"seed {seed}: the partnership could not be founded")
    busy = world.rng.choice((0.05, 0.4, 1, 1, 2.5))
    reports, boards = TEMPERS[world.rng.choice(sorted(TEMPERS))]
    weights = [weight * reports for _, weight in DAILY] + [
        weight * boards for _, weight in BETWEEN_MEETINGS + PUTTING_RIGHT
    ]
    day, last = world.today, world.today + timedelta(days=round(365.25 * years))
    while day < last:
        for instant in _instants(world, day, busy):
            keeper.keep_until(max(instant, world.now))
            for wish in _wishes(world, weights):
                world.ask(wish)
                keeper.keep_until(world.now)
        if world.rng.random() < 0.03:
            keeper.look()
        day += timedelta(days=1)
    keeper.keep_until(world.register.calendar.instant(last, time(0)))
    watching.workplans(world)
    keeper.make_again()
    for issued in world.rng.sample(list(keeper.issued.values()), min(4, len(keeper.issued))):
        look_back(world, issued.notice)
    return world, keeper


def _instants(world: World, day: date, busy: float) -> list[datetime]:
    """Return when somebody asks for something on a day; on that of a cut-off, to the second and just beside it."""
    calendar = world.register.calendar
    midnight = calendar.instant(day, time(0))
    if calendar.quarter_of(day).first_day == day:
        busy = max(busy, 0.7)
    instants = [midnight + timedelta(seconds=world.rng.randint(0, 86_399)) for _ in range(_how_many(world, busy))]
    for meeting in world.register.meetings.values():
        if meeting.state is not MeetingState.SCHEDULED:
            continue
        cut_off = calendar.timetable(meeting.date).cut_off
        if calendar.local_date(cut_off) == day:
            beside = (timedelta(0), timedelta(seconds=1), -timedelta(microseconds=1), timedelta(microseconds=1))
            instants += [cut_off + world.rng.choice(beside) for _ in range(world.rng.randint(0, 6))]
        if meeting.date == day:
            instants.append(calendar.instant(day, meeting.time))
    return sorted(instants)


def _how_many(world: World, busy: float) -> int:
    count = 0
    while world.rng.random() < busy / (1 + busy):
        count += 1
    return min(count, 12)


def _wishes(world: World, weights: list[int]) -> Iterator[Wish]:
    """Return what is asked for at this instant: a meeting that is due is held, else something ordinary or odd."""
    calendar = world.register.calendar
    for meeting in list(world.register.meetings.values()):
        is_due = calendar.instant(meeting.date, meeting.time) <= world.now
        if meeting.state is MeetingState.SCHEDULED and is_due and world.rng.random() < 0.6:
            yield from (wish for wish in hold(world, meeting) if wish is not None)
    wish = _maker(world, weights)(world)
    if wish is not None and world.rng.random() < SPOILT:
        others = [*world.register.projects, *world.register.commitments, *world.register.milestones]
        others += [*world.register.meetings, *world.register.decisions, *world.register.people, *world.register.actions]
        wish = Wish(wish.do, spoil(world.rng, wish.fields, others), wish.actor)
    if wish is not None:
        yield wish


def _maker(world: World, weights: list[int]) -> Callable[[World], Wish | None]:
    if _beside_a_cut_off(world) and world.rng.random() < 0.6:
        return world.rng.choice(REPORTS)
    return world.rng.choices(MAKERS, weights)[0] if world.rng.random() < 0.97 else _odd


def _beside_a_cut_off(world: World) -> bool:
    cut_offs = (world.register.calendar.timetable(each.date).cut_off for each in world.register.meetings.values())
    return any(abs(world.now - cut_off) <= timedelta(seconds=1) for cut_off in cut_offs)


def _odd(world: World) -> Wish | None:
    """Return what is seldom asked for, or by nobody who may."""
    do = world.rng.choice(ODD)
    partner = partner_of(world)
    possible: dict[str, dict[str, Any]] = {
        "form_partnership": {"code": world.code, "name": "Again", "formed_on": str(world.today)},
        "appoint_person": {"name": "New", "partner": partner, "roles": [world.rng.choice(("substitute", "chair"))]},
        "admit_partner": {"code": "LATE", "name": "Late", "kind": "police", "joined_on": str(world.today)},
        "record_partner_leaving": {"partner": partner, "left_on": str(world.today)},
        "amend_partner": {"partner": partner, "membership": world.rng.choice(("full", "supporting", "supporting")),
                          "from": soon(world.rng, world.today, 200, 200), "reason": "As agreed."},
        "end_roles": {"person": world.rng.choice(list(world.register.people)), "on": str(world.today)},
        "note_breach": {"meeting": some(world.rng, world.register.meetings, "B01"), "commitment": "C1",
                        "partner": partner, "periods": ["2014-15 Q2"]},
        "bring_in_project": {"code": "P77", "title": "Late", "lead": partner},
    }  # fmt: skip
    fields = possible[do]
    if do == "appoint_person" and world.rng.random() < 0.4:
        fields["person"] = world.rng.choice(list(world.register.people))
    if do == "appoint_person" and world.rng.random() < 0.4:
        del fields["partner"]
        fields["partners"] = several(world.rng, sorted(world.register.partners), 3)
    if do == "record_partner_leaving" and world.rng.random() < 0.8:
        return Wish("submit_return", {"partner": partner, "quarter": world.rng.choice(WEIRD)}, world.secretary)
    return Wish(do, fields, actor_for(world))
