"""A partner's calendar, fetched by its address: what stands in it, for whom it opens, and when it does no more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import httpx
import pytest
from icalendar import Calendar, Event

from services.access.token_store import TokenStore
from services.runtime.access.sessions.reader import Sessions
from services.runtime.access.sessions.token_life import LONGEST
from tests.parts.waiting import until
from tests.programme.pages.rooms import HACKNEY, OBSERVER, TODAY, Rooms, open_rooms

PLACE = "/partners/LAP/BRE/calendar.ics"


@pytest.fixture(scope="module")
async def rooms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    async with open_rooms(tmp_path_factory.mktemp("rooms")) as opened:
        yield opened


async def address_for(rooms: Rooms, person: str, limited_to: str | None = PLACE) -> str:
    """Return the address of the calendar that somebody made."""
    reader = (await rooms.read_by(person)).reader
    assert reader is not None
    sessions = Sessions(rooms.settings)
    try:
        session = await sessions.find(reader.token)
        assert session is not None
        store = TokenStore(sessions.database)
        opens = None if limited_to is None else limited_to.replace("LAP", rooms.code)
        ends_at = store.clock.now() + LONGEST
        key = await store.make(session, "Calendar", ends_at, may_write=False, limited_to=opens)
    finally:
        await sessions.close()
    return f"{PLACE}?key={key}"


async def fetched(rooms: Rooms, address: str, **headers: str) -> httpx.Response:
    """Ask as a calendar does: without a cookie, and for no page."""
    return await rooms.client.get(address.replace("LAP", rooms.code), headers={"Accept": "*/*", **headers})


async def calendar_of(rooms: Rooms, address: str) -> dict[str, Event]:
    """Return the entries of a calendar by what they say."""
    answer = await fetched(rooms, address)
    assert answer.status_code == 200, answer.text
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    return {str(event["summary"]).replace(rooms.code, "LAP"): event for event in events}


def times(event: Event) -> tuple[date, date]:
    return event.decoded("dtstart"), event.decoded("dtend")


async def test_it_has_what_the_partner_has_to_do_and_the_meetings_of_the_board(rooms: Rooms) -> None:
    # when
    brent = await calendar_of(rooms, await address_for(rooms, OBSERVER))
    hackney = PLACE.replace("BRE", "HAC")
    hackneys = await calendar_of(rooms, (await address_for(rooms, OBSERVER, hackney)).replace("BRE", "HAC"))
    # then
    assert {summary: times(event) for summary, event in brent.items()} == {
        "Milestone: First ten services (LAP-P01-M01)": (date(2015, 1, 30), date(2015, 1, 31)),
        "Return for 2014-15 Q2 is due": (utc(2014, 10, 3, 16), utc(2014, 10, 3, 16)),
        "Return for 2014-15 Q3 is due": (utc(2015, 1, 2, 17), utc(2015, 1, 2, 17)),
        "Project board (LAP-B02)": (utc(2014, 10, 16, 13), utc(2014, 10, 16, 15)),
        "Cut-off of the pack for LAP-B02": (utc(2014, 10, 3, 16), utc(2014, 10, 3, 16)),
        "Project board (LAP-B03)": (utc(2015, 1, 15, 14), utc(2015, 1, 15, 16)),
        "Cut-off of the pack for LAP-B03": (utc(2015, 1, 2, 17), utc(2015, 1, 2, 17)),
    }
    assert set(hackneys) - set(brent) == {"Action due: Tell <b> everyone. (LAP-A01)"}
    assert set(brent) - set(hackneys) == {"Milestone: First ten services (LAP-P01-M01)"}


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


async def test_it_is_written_as_every_calendar_reads_it(rooms: Rooms) -> None:
    # when
    answer = await fetched(rooms, await address_for(rooms, OBSERVER))
    # then
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"].startswith("private")
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    assert b"DTSTART;VALUE=DATE:20150130\r\n" in answer.content
    calendar = Calendar.from_ical(answer.content)
    assert (calendar["version"], calendar["method"]) == ("2.0", "PUBLISH")
    assert not calendar.errors
    for event in calendar.walk("VEVENT"):
        assert not event.errors
        assert {"UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "SUMMARY", "URL"} <= set(event)
        assert "ATTENDEE" not in event
        assert "ORGANIZER" not in event


async def test_an_entry_that_changes_keeps_its_uid_which_no_other_has_and_its_sequence_rises(
    rooms: Rooms,
) -> None:
    # given
    moving = await rooms.told()
    address = await address_for(moving, OBSERVER)
    before = await calendar_of(moving, address)
    # when
    await moving.do("move_meeting", meeting="B03", date="2015-01-22", time="10:00")
    after = await calendar_of(moving, address)
    # then
    meeting = "Project board (LAP-B03)"
    assert times(after[meeting]) == (utc(2015, 1, 22, 10), utc(2015, 1, 22, 12))
    assert after[meeting]["uid"] == before[meeting]["uid"]
    assert after[meeting]["sequence"] > before[meeting]["sequence"]
    assert after[meeting].decoded("dtstamp") > before[meeting].decoded("dtstamp")
    assert len({str(event["uid"]) for event in after.values()}) == len(after)


async def test_a_meeting_that_is_cancelled_is_there_no_longer(rooms: Rooms) -> None:
    other = await rooms.told()
    await other.do("cancel_meeting", meeting="B03", reason="Nothing to decide.")
    assert "Project board (LAP-B03)" not in await calendar_of(other, await address_for(other, OBSERVER))


async def test_who_has_it_already_is_told_so_until_something_changes(rooms: Rooms) -> None:
    # given
    other = await rooms.told()
    address = await address_for(other, OBSERVER)
    tag = (await fetched(other, address)).headers["etag"]
    # then
    assert (await fetched(other, address, **{"If-None-Match": tag})).status_code == 304
    # when
    await other.do("move_meeting", meeting="B03", date="2015-01-22", time="10:00")
    # then
    assert (await fetched(other, address, **{"If-None-Match": tag})).status_code == 200


async def test_it_opens_for_nobody_without_a_key_and_by_no_other_token(rooms: Rooms) -> None:
    assert (await fetched(rooms, PLACE)).status_code == 401
    assert (await fetched(rooms, f"{PLACE}?key=concordat_{'a' * 43}")).status_code == 401
    assert (await fetched(rooms, await address_for(rooms, OBSERVER, None))).status_code == 401
    of_another = await address_for(rooms, OBSERVER, "/partners/LAP/HAC/calendar.ics")
    assert (await fetched(rooms, of_another)).status_code == 401


async def test_its_key_opens_nothing_else(rooms: Rooms) -> None:
    key = (await address_for(rooms, OBSERVER)).partition("=")[2]
    for path in ("/partners/LAP/BRE/everything.json", "/partners/LAP/HAC/calendar.ics", "/api/v1/partnerships/LAP"):
        assert (await fetched(rooms, f"{path}?key={key}")).status_code == 401
        assert (await fetched(rooms, path, Authorization=f"Bearer {key}")).status_code == 401


async def test_it_ends_with_the_last_role_of_who_made_it(rooms: Rooms) -> None:
    # given
    other = await rooms.told()
    address = await address_for(other, HACKNEY)
    assert (await fetched(other, address)).status_code == 200
    # when
    await other.do("end_roles", person=HACKNEY.replace("LAP", other.code), on=TODAY)
    # then
    await until(lambda: refused(other, address))


async def refused(rooms: Rooms, address: str) -> bool:
    return (await fetched(rooms, address)).status_code == 403


async def test_a_partner_that_is_not_there_has_no_calendar(rooms: Rooms) -> None:
    address = await address_for(rooms, OBSERVER, "/partners/LAP/NONE/calendar.ics")
    assert (await fetched(rooms, address.replace("BRE", "NONE"))).status_code == 404


async def test_the_key_is_in_no_entry_of_the_log(rooms: Rooms, capfd: pytest.CaptureFixture[str]) -> None:
    address = await address_for(rooms, OBSERVER)
    await fetched(rooms, address)
    await fetched(rooms, address.replace("BRE", "HAC"))
    said = capfd.readouterr()
    assert f"path={PLACE}" in said.out
    assert address.partition("=")[2] not in said.out + said.err
