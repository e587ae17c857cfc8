"""A meeting's calendar entry: one identity, rising sequence, local times, the same bytes every time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from services.notifications.channels.calendar_file import CalendarEvent, calendar_file
from services.runtime.base.addresses import address

ENTRY = CalendarEvent(
    uid="LAP-B07@concordat.example",
    sequence=0,
    recorded_at=datetime(2014, 7, 1, 8, 0, tzinfo=UTC),
    starts_at=datetime(2014, 10, 16, 14, 0, tzinfo=ZoneInfo("Europe/London")),
    minutes=120,
    summary="Project board – London Archives Partnership",
    place="Guildhall, Room 2",
    address="https://concordat.example/home/LAP",
    organiser=address("concordat@office.example"),
    organiser_name="London Archives Partnership",
    attendee=address("dora@board.example"),
    attendee_name="Dora",
    is_cancelled=False,
)


def test_times_are_in_the_time_zone_of_the_partnership_which_goes_with_them() -> None:
    # when
    calendar = Calendar.from_ical(calendar_file(ENTRY))
    # then
    [event] = calendar.events
    assert event["dtstart"].params["tzid"] == "Europe/London"
    assert event.start.utcoffset() == timedelta(hours=1)
    assert event.start == ENTRY.starts_at
    assert event.end - event.start == timedelta(hours=2)
    assert [zone["tzid"] for zone in calendar.timezones] == ["Europe/London"]


def test_a_meeting_across_a_change_of_clocks_lasts_as_long_as_any() -> None:
    entry = replace(ENTRY, starts_at=datetime(2014, 10, 26, 0, 30, tzinfo=ZoneInfo("Europe/London")), minutes=180)
    [event] = Calendar.from_ical(calendar_file(entry)).events
    assert event.end.astimezone(UTC) - event.start.astimezone(UTC) == timedelta(minutes=180)


@pytest.mark.parametrize(
    ("attendee", "written"),
    [
        ("o'neill+lap@board.example", "mailto:o'neill+lap@board.example"),
        ("döra@bücher.example", "mailto:d%C3%B6ra@xn--bcher-kva.example"),
        ("a?b%c#d@board.example", "mailto:a%3Fb%25c%23d@board.example"),
    ],
)
def test_an_address_is_written_as_a_mailto_address_has_it(attendee: str, written: str) -> None:
    [event] = Calendar.from_ical(calendar_file(replace(ENTRY, attendee=address(attendee)))).events
    assert str(event["attendee"]) == written


def test_the_same_meeting_gives_the_same_bytes() -> None:
    assert calendar_file(ENTRY) == calendar_file(replace(ENTRY))


def test_a_meeting_is_stamped_with_when_its_present_state_was_recorded() -> None:
    [event] = Calendar.from_ical(calendar_file(ENTRY)).events
    assert event["dtstamp"].dt == ENTRY.recorded_at


def test_a_cancelled_meeting_is_taken_back_under_the_same_identity() -> None:
    # when
    calendar = Calendar.from_ical(calendar_file(replace(ENTRY, sequence=2, is_cancelled=True)))
    # then
    [event] = calendar.events
    assert str(calendar["method"]) == "CANCEL"
    assert (str(event["uid"]), event["sequence"], str(event["status"])) == (ENTRY.uid, 2, "CANCELLED")


@pytest.mark.parametrize(
    "hostile", ['Eve"\r\nATTENDEE:mailto:eve@evil.example', "Eve;X=1:", "Eve\nEND:VEVENT", "Ève, 李"]
)
def test_no_name_and_no_place_can_add_a_line(hostile: str) -> None:
    # when
    content = calendar_file(replace(ENTRY, attendee_name=hostile, place=hostile, summary=hostile))
    # then
    [event] = Calendar.from_ical(content).events
    assert str(event["attendee"]) == "mailto:dora@board.example"
    assert str(event["uid"]) == ENTRY.uid
    lines = content.replace(b"\r\n ", b"").split(b"\r\n")
    assert [line for line in lines if line.startswith((b"ATTENDEE", b"END:VEVENT"))] == [
        next(line for line in lines if line.startswith(b"ATTENDEE")),
        b"END:VEVENT",
    ]
