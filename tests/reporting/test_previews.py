"""A preview is made once however many ask for it, few at a time, and not at all once its askers have gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from threading import Event, Lock

import pytest
from starlette.requests import Request

from contracts.envelope import Position
from domain.calendar import Calendar
from domain.register.papers import MeetingNotice
from services.reporting.pack.edition import PREVIEW
from services.reporting.packs import MadePack, NothingRecorded, Plan
from services.reporting.pages.previews import AskerGone, Files, Previews
from services.runtime.base.problems import Problem
from tests.parts.waiting import until

NOW = datetime(2014, 10, 3, 16, 0, tzinfo=UTC)


class Workshop:
    """Makes packs when it is let, and counts them."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.at_work = 0
        self.most_at_work = 0
        self.go_on = Event()
        self._lock = Lock()

    def make(self, plan: Plan) -> MadePack:
        with self._lock:
            self.made.append(plan.notice.reference)
            self.at_work += 1
            self.most_at_work = max(self.most_at_work, self.at_work)
        assert self.go_on.wait(60)
        with self._lock:
            self.at_work -= 1
        if plan.notice.reference == "LAP-B99":
            raise NothingRecorded("nothing")
        return MadePack(plan, "A pack", Position(), None, {"pack.json": plan.notice.reference.encode()})


class Asker:
    """Somebody who asks for a preview and may hang up."""

    def __init__(self, previews: Previews, meeting: str, version: int = 1) -> None:
        self._hangs_up = asyncio.Event()
        calendar = Calendar()
        notice = MeetingNotice(meeting, date(2014, 10, 16), time(14), None, calendar.timetable(date(2014, 10, 16)))
        request = Request({"type": "http", "headers": []}, self._receive)
        self.answer: asyncio.Task[Files] = asyncio.create_task(
            previews.files(request, version, Plan("LAP", notice, PREVIEW, NOW))
        )

    def hang_up(self) -> None:
        self._hangs_up.set()

    async def _receive(self) -> dict[str, object]:
        await self._hangs_up.wait()
        return {"type": "http.disconnect"}


def began(workshop: Workshop, number: int) -> Callable[[], bool]:
    return lambda: len(workshop.made) == number


async def test_it_is_made_once_for_all_who_ask_and_for_those_who_come_a_moment_later() -> None:
    workshop = Workshop()
    previews = Previews(workshop.make, 1)

    together = [Asker(previews, "LAP-B02") for _ in range(60)]
    await until(began(workshop, 1))
    workshop.go_on.set()
    answers = await asyncio.gather(*(each.answer for each in together))
    later = await Asker(previews, "LAP-B02").answer

    assert workshop.made == ["LAP-B02"]
    assert {answer["pack.json"] for answer in [*answers, later]} == {b"LAP-B02"}


async def test_what_has_been_recorded_since_makes_another_one() -> None:
    workshop = Workshop()
    workshop.go_on.set()
    previews = Previews(workshop.make, 1)

    await Asker(previews, "LAP-B02", version=1).answer
    await Asker(previews, "LAP-B02", version=2).answer

    assert len(workshop.made) == 2


async def test_few_are_made_at_a_time_and_those_who_come_on_top_are_told_to_come_again() -> None:
    workshop = Workshop()
    previews = Previews(workshop.make, 1)

    waiting = [Asker(previews, f"LAP-B{number:02}") for number in range(1, 6)]
    await until(began(workshop, 1))
    with pytest.raises(Problem) as refused:
        await Asker(previews, "LAP-B06").answer
    workshop.go_on.set()
    await asyncio.gather(*(each.answer for each in waiting))

    assert (refused.value.status_code, refused.value.headers) == (503, {"Retry-After": "10"})
    assert (len(workshop.made), workshop.most_at_work) == (5, 1)


async def test_it_is_not_made_once_everybody_has_gone_who_asked() -> None:
    workshop = Workshop()
    previews = Previews(workshop.make, 1)
    first = Asker(previews, "LAP-B01")
    await until(began(workshop, 1))
    patient, leaving = Asker(previews, "LAP-B02"), [Asker(previews, "LAP-B03") for _ in range(3)]
    await asyncio.sleep(0)

    for each in leaving:
        each.hang_up()
        with pytest.raises(AskerGone):
            await each.answer
    workshop.go_on.set()
    await asyncio.gather(first.answer, patient.answer)

    assert workshop.made == ["LAP-B01", "LAP-B02"]


async def test_what_goes_wrong_is_told_to_all_who_asked_and_tried_again_for_the_next() -> None:
    workshop = Workshop()
    workshop.go_on.set()
    previews = Previews(workshop.make, 1)

    for asked in (1, 2):
        askers = [Asker(previews, "LAP-B99") for _ in range(3)]
        outcomes = await asyncio.gather(*(each.answer for each in askers), return_exceptions=True)
        assert {type(each) for each in outcomes} == {NothingRecorded}
        assert len(workshop.made) == asked
