"""Home tells whoever is signed in what others recorded since they were last here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from services.programme.home import last_visits
from services.programme.home.last_visits import Visit, going_on
from services.runtime.web.dates import appointment
from tests.domain.history import at
from tests.programme.pages.filling_in import text_of
from tests.programme.pages.rooms import BRENT, SECRETARY, Rooms, open_rooms

SINCE, FORTNIGHT = "Since you were here", "In the last fortnight"
NOON = at("2014-10-10")


@pytest.fixture(scope="module")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    async with open_rooms(tmp_path_factory.mktemp("rooms")) as rooms:
        yield rooms


@pytest.fixture
async def rooms(opened: Rooms) -> Rooms:
    """A partnership of its own for each test: the clock goes on from one to the next."""
    return await opened.told()


def later(rooms: Rooms, **time: float) -> None:
    """Let so much time pass."""
    rooms.clock.move_to(rooms.clock.now() + timedelta(**time))


def now_in_words(rooms: Rooms) -> str:
    """Return how a page of this year writes the present instant."""
    return appointment(rooms.clock.now(), "Europe/London", rooms.clock.now())


async def news(rooms: Rooms, heading: str = SINCE) -> str:
    """Return what Home says below a heading, without what the page has after it."""
    _, found, rest = text_of(await rooms.get("/home/LAP")).partition(f"{heading} ")
    assert found
    return rest.partition("Who has not reported")[0]


async def noted(rooms: Rooms, person: str) -> Visit | None:
    """Return what is kept of somebody's visits."""
    own = person.replace("LAP", rooms.code)
    return await rooms.service.database.read(lambda connection: last_visits.read(connection, rooms.code, own))


async def test_home_tells_what_others_recorded_since_the_last_visit_the_latest_first(rooms: Rooms) -> None:
    # given
    brent = await rooms.read_by(BRENT)
    here = now_in_words(rooms)
    await news(brent, FORTNIGHT)
    later(rooms, hours=21)
    await rooms.do("state_confidence", project="P01", confidence="red", reason="The supplier is gone.")
    await rooms.do("complete_action", action="A01", on="2014-10-10", evidence="A letter.")
    await rooms.do("state_confidence", project="P01", confidence="amber", reason="Another one came.")
    later(rooms, hours=1)
    # when
    told = await news(brent)
    # then
    assert f"That was on {here}." in told
    assert "Confidence was stated as amber. Another one came. And 1 other change." in told
    assert "The action was done on 10 October 2014. A letter." in told
    assert told.index("Another one came.") < told.index("A letter.")
    page = await brent.read("/home/LAP")
    assert 'href="/projects/LAP/P01"' in page
    assert 'href="/board/LAP/actions/A01"' in page
    # and nobody is told of what they recorded themselves
    assert "Another one came" not in await news(await rooms.read_by(SECRETARY), FORTNIGHT)


async def test_what_partners_returned_is_one_line_for_a_quarter(rooms: Rooms) -> None:
    # given
    brent = await rooms.read_by(BRENT)
    await news(brent, FORTNIGHT)
    later(rooms, hours=1)
    # when
    await rooms.do("attest_commitment", commitment="C1", partner="HAC", period="2014-15 Q2", answer="no")
    await rooms.do("submit_return", partner="HAC", quarter="2014-15 Q2")
    # then
    told = await news(brent)
    assert "Returns for 2014-15 Q2 London Borough HAC submitted its return for 2014-15 Q2." in told
    assert "answered" not in told


async def test_a_visit_goes_on_while_somebody_comes_back_and_survives_signing_out(rooms: Rooms) -> None:
    # given
    brent = await rooms.read_by(BRENT)
    await news(brent, FORTNIGHT)
    later(rooms, minutes=1)
    await rooms.do("state_confidence", project="P01", confidence="red", reason="The supplier is gone.")
    # then
    for minutes in (60, 20, 20, 20):
        later(rooms, minutes=minutes)
        assert "The supplier is gone." in await news(brent)
    # when
    here = now_in_words(rooms)
    rooms.readers.clear()
    later(rooms, hours=1)
    # then
    again = await news(await rooms.read_by(BRENT))
    assert f"That was on {here}." in again
    assert "Nobody else has recorded anything." in again


async def test_a_page_is_not_given_again_once_another_visit_has_begun(rooms: Rooms) -> None:
    brent = await rooms.read_by(BRENT)
    first = await brent.get("/home/LAP")
    later(rooms, minutes=30)
    assert (await brent.get("/home/LAP")).headers["etag"] != first.headers["etag"]


async def test_nothing_is_told_or_noted_of_whoever_looks_back(rooms: Rooms) -> None:
    brent = await rooms.read_by(BRENT)
    assert FORTNIGHT not in await brent.read("/home/LAP", as_at="2014-10-09")
    assert await noted(rooms, BRENT) is None


async def test_of_whoever_is_erased_no_visit_is_kept(rooms: Rooms) -> None:
    brent = await rooms.read_by(BRENT)
    await news(brent, FORTNIGHT)
    assert await noted(rooms, BRENT) is not None
    own, secretary = (each.replace("LAP", rooms.code) for each in (BRENT, SECRETARY))
    await rooms.service.dispatcher.forget(rooms.code, own, secretary)
    assert await noted(rooms, BRENT) is None


def test_nothing_is_noted_within_five_minutes_and_a_visit_is_over_after_half_an_hour() -> None:
    first = going_on(None, NOON)
    assert first == Visit(NOON, None)
    assert going_on(first, NOON + timedelta(minutes=4)) is first
    back = NOON + timedelta(minutes=29)
    assert going_on(first, back) == Visit(back, None)
    next_day = NOON + timedelta(days=1)
    assert going_on(Visit(back, None), next_day) == Visit(next_day, back)
