"""The secretary reminds partners from the board of returns: whom is ticked, or all; it is recorded and shown there."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from tests.programme.office.test_quarter import RETURNS, row_of
from tests.programme.pages.rooms import BRENT, SECRETARY, Rooms

Q3 = "2014-15 Q3"
REMIND = f"{RETURNS}/remind"


async def chosen(office: Rooms, **query: str) -> dict[str, list[str]]:
    """Return what the preview of the e-mail is asked for."""
    answer = await office.get(REMIND, quarter=Q3, **query)
    assert answer.status == 303
    address = urlsplit(answer.headers["location"])
    assert address.path == "/emails/LAP/reminder"
    return parse_qs(address.query)


async def test_who_is_ticked_or_everybody_who_has_a_lead_is_put_into_the_preview(office: Rooms) -> None:
    board = await office.read(RETURNS, quarter=Q3)
    assert 'name="partner" value="HAC"' in board
    assert (await chosen(office, partner="HAC"))["partner"] == ["HAC"]
    everybody = await chosen(office, all="1")
    assert everybody["partner"] == ["BRE", "HAC"]
    assert everybody["quarter"] == [Q3]


async def test_a_partner_without_a_lead_is_not_offered(office: Rooms) -> None:
    board = await office.read(RETURNS, quarter=Q3)
    assert 'value="LMA"' not in board.partition("Take back its links")[0].partition("<select")[0]


async def test_with_nobody_ticked_the_board_says_so(office: Rooms) -> None:
    answer = await office.get(REMIND, quarter=Q3)
    assert "nobody=1" in answer.headers["location"]
    assert "Tick a partner that is to be reminded." in (await office.get(answer.headers["location"])).text


async def test_a_reminder_is_recorded_shown_and_not_sent_twice_without_saying_so(opened: Rooms) -> None:
    rooms = await (await opened.told()).read_by(SECRETARY)
    assert rooms.reader is not None
    form = {"quarter": "2014-15 Q2", "partners": ["HAC"], **rooms.reader.csrf}
    # when
    sent = await rooms.post(REMIND, form)
    board = await rooms.get(sent.headers["location"])
    twice = await rooms.post(REMIND, form)
    again = await rooms.post(REMIND, {**form, "again": "true"})
    # then
    assert (sent.status, "1 partner reminded" in board.text) == (303, True)
    assert "reminded 10 October 2014" in row_of(board.text, "HAC")
    assert (twice.status, "HAC was reminded on 10 October 2014" in twice.text) == (422, True)
    assert again.status == 303
    history = await rooms.read("/office/LAP/history")
    assert "was reminded of the return for 2014-15 Q2." in history


async def test_only_the_secretary_reminds(strangers: Rooms) -> None:
    lead = await strangers.read_by(BRENT)
    assert lead.reader is not None
    form = {"quarter": "2014-15 Q2", "partners": ["HAC"]}
    answers = [
        await strangers.read_by_stranger().get(REMIND, quarter=Q3, all="1"),
        await lead.get(REMIND, quarter=Q3, all="1"),
        await strangers.read_by_stranger().post(REMIND, form),
        await lead.post(REMIND, {**form, **lead.reader.csrf}),
        await lead.post(REMIND, form),
    ]
    assert [each.status for each in answers] == [303, 403, 401, 403, 403]
