"""Mail servers that are slow, refuse, hang up or are away: each recipient gets each edition once all the same."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.faults.at_work import all_holds, at_work, through_the_cut_off
from tests.faults.conftest import Houses
from tests.faults.evidence import gather
from tests.faults.house import SMTP_PATIENCE_SECONDS
from tests.faults.rest import at_rest
from tests.faults.story import packs
from tests.parts.smtp import Moment, SmtpServer

TIMES = 5
HARMLESS: dict[str, Callable[[SmtpServer], None]] = {
    "slow": lambda smtp: smtp.answer_after(SMTP_PATIENCE_SECONDS / 4),
    "puts some off": lambda smtp: smtp.refuse("dur-lead@NFA.example", "450 4.2.1 Mailbox busy", times=TIMES),
    "puts all off": lambda smtp: smtp.refuse_messages("451 4.3.0 Not now", times=TIMES),
}


def hang_up_within_messages(smtp: SmtpServer) -> None:
    smtp.hang_up(Moment.DURING_DATA, times=TIMES)


@pytest.mark.parametrize(
    "misbehave",
    [
        *(pytest.param(way, id=name) for name, way in HARMLESS.items()),
        pytest.param(hang_up_within_messages, id="hangs up within a message", marks=pytest.mark.short_form("sqlite")),
    ],
)
async def test_every_e_mail_arrives_exactly_once_however_the_server_puts_it_off(
    houses: Houses, misbehave: Callable[[SmtpServer], None]
) -> None:
    with houses.house() as house:
        misbehave(house.smtp)
        async with at_work(house, people=1) as people:
            await through_the_cut_off(house)
            misbehave(house.smtp)
        await all_holds(house, people.book, packs("B01"), doubts=0)


async def test_every_e_mail_arrives_exactly_once_through_a_server_that_is_away_now_and_then(houses: Houses) -> None:
    with houses.house() as house:
        await asyncio.to_thread(house.smtp.stop)
        async with at_work(house, people=1) as people:
            await through_the_cut_off(house)
            await asyncio.sleep(1)
            await asyncio.to_thread(house.smtp.start)
        await all_holds(house, people.book, packs("B01"), doubts=0)


async def test_only_a_server_that_took_an_e_mail_and_never_said_so_gets_it_again_under_the_same_id(
    houses: Houses,
) -> None:
    with houses.house() as house:
        house.smtp.hang_up(Moment.AFTER_DATA, times=TIMES)
        async with at_work(house, people=1) as people:
            await through_the_cut_off(house)
        await all_holds(house, people.book, packs("B01"), doubts=TIMES)
        evidence = gather(house)
        assert sum(times - 1 for times in evidence.arrived.values()) == TIMES
        assert sum(row["doubts"] for row in evidence.deliveries) == TIMES


async def test_a_server_that_answers_too_late_gets_an_e_mail_again_only_as_often_as_there_was_doubt(
    houses: Houses,
) -> None:
    with houses.house(slow_mail=True) as house:
        house.smtp.answer_after(1.5 * SMTP_PATIENCE_SECONDS)
        async with at_work(house, people=1) as people:
            await through_the_cut_off(house)
            await asyncio.sleep(2 * SMTP_PATIENCE_SECONDS)
            house.smtp.behave()
        assert await at_rest(house, packs("B01")) == []
        doubts = sum(row["doubts"] for row in gather(house).deliveries)
        assert doubts > 0
        await all_holds(house, people.book, packs("B01"), doubts=doubts)


async def test_who_is_refused_for_good_keeps_nobody_else_waiting(houses: Houses) -> None:
    with houses.house() as house:
        house.smtp.refuse("nor-lead@NFA.example", "550 5.1.1 No such user")
        async with at_work(house, people=1):
            await through_the_cut_off(house)
        assert await at_rest(house, packs("B01")) == []
        deliveries = gather(house).deliveries
        failed = [row for row in deliveries if row["state"] == "failed"]
        assert {(row["partnership"], row["person"]) for row in failed} == {("NFA", "NFA-U003")}
        assert all("550" in row["reason"] for row in failed)
        assert all(row["state"] == "sent" for row in deliveries if row not in failed)
