"""A return is downloaded, filled in and uploaded; what is in the file goes into the draft, and nothing is submitted."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from services.programme.returns import drafts
from services.programme.returns.drafts import DraftAnswer, ReturnOf
from services.programme.sheets.reading import read_book
from tests.programme.returns.stage import Reader, Stage, text_of
from tests.programme.returns.test_return_sheet import filled_in

BRENT, BRENT_ARCHIVIST, LMA, OBSERVER = "LAP-U009", "LAP-U010", "LAP-U003", "LAP-U045"
BEXLEY_AND_BROMLEY = "LAP-U008"
Q2 = "2015-16 Q2"
BRE = "/return/LAP/2015-16-Q2/BRE"
LATER = {"Answer": "It has a new date", "New date": date(2016, 4, 3), "Why it moves": "The schools break up."}


async def draft(london: Stage) -> list[DraftAnswer]:
    of = ReturnOf("LAP", Q2, "BRE")
    return await london.database.read(lambda connection: drafts.read(connection, of))


async def downloaded(reader: Reader) -> bytes:
    answer = await reader.client.get(f"{BRE}/sheet.xlsx")
    assert answer.headers["content-disposition"] == 'attachment; filename="LAP-2015-16-Q2-BRE.xlsx"'
    return answer.content


async def uploads(reader: Reader, content: bytes, status: int = 200) -> str:
    files = {"file": ("return.xlsx", content)}
    answer = await reader.client.post(
        f"{BRE}/sheet/upload", data=reader.session.csrf, files=files, follow_redirects=True
    )
    assert answer.status_code == status, text_of(answer.text)
    reader.address = answer.url.path
    return text_of(answer.text)


async def test_what_is_filled_in_is_shown_and_goes_into_the_draft_and_nothing_is_submitted(london: Stage) -> None:
    async with london.person(BRENT) as lead:
        # when
        shown = await uploads(lead, filled_in(await downloaded(lead), {"milestone-P10-M04": LATER}))
        # then
        assert "from the file return.xlsx. Nothing is kept yet." in shown
        assert "forecast for 3 April 2016: The schools break up." in shown
        assert await draft(london) == []
        # and when
        place = lead.address
        checked = await lead.sends(place)
        # then
        assert lead.address == f"{BRE}/check"
        assert "forecast for 3 April 2016: The schools break up." in checked
        (kept,) = await draft(london)
        assert (kept.line, kept.answer.choice, kept.by) == ("milestone-P10-M04", "reforecast", BRENT)
        assert not (await london.register()).returns.submissions.get(("BRE", Q2))
        # and when it is sent twice
        again = await lead.sends(place, 422)
        # then
        assert "This file was taken already, or is no longer kept." in again


async def test_what_is_wrong_is_said_at_its_cell_and_the_other_answers_can_be_taken(london: Stage) -> None:
    async with london.person(BRENT) as lead:
        cells: dict[str, dict[str, Any]] = {
            "milestone-P10-M04": {**LATER, "New date": "soon"},
            "risk-R01": {"Answer": "It is no longer a risk", "Why": "It is over."},
        }
        shown = await uploads(lead, filled_in(await downloaded(lead), cells))
        assert re.search(r"Milestones you own, G\d+ : “soon” is not a date\.", shown)
        assert "Take this answer into the draft" in shown
        await lead.sends(lead.address)
    assert [each.line for each in await draft(london)] == ["risk-R01"]


async def test_what_the_rules_would_refuse_is_said_before_it_goes_into_the_draft(london: Stage) -> None:
    async with london.person(BRENT) as lead:
        done = {"Answer": "It is done", "Done on": date(2016, 4, 1)}
        shown = await uploads(lead, filled_in(await downloaded(lead), {"milestone-P10-M04": done}))
    assert "This would be refused as it stands" in shown
    assert "1 April 2016 has not come yet; it is 18 September 2015" in shown


async def test_facts_that_changed_since_the_download_are_shown_and_chosen_between_afterwards(london: Stage) -> None:
    async with london.person(BRENT) as lead:
        content = filled_in(await downloaded(lead), {"milestone-P10-M04": LATER})
        await london.do("reforecast_milestone", milestone="P10-M04", forecast="2016-05-06", reason="Later.")
        shown = await uploads(lead, content)
        assert "forecast for 6 May 2016 changed since: you choose on the next page" in shown
        await lead.sends(lead.address)
        form = await lead.opens(BRE)
    assert "6 May 2016" in form
    (kept,) = await draft(london)
    assert "2016-05-06" not in kept.base


async def test_two_who_answered_the_same_line_are_both_kept(london: Stage) -> None:
    async with london.person(BRENT) as lead, london.person(BRENT_ARCHIVIST) as archivist:
        content = filled_in(await downloaded(lead), {"milestone-P10-M04": LATER})
        await archivist.opens(BRE)
        done = {"milestone-P10-M04.choice": "keep"}
        await archivist.sends(BRE, typed=done, then="save")
        await uploads(lead, content)
        await lead.sends(lead.address)
    assert {each.by for each in await draft(london)} == {BRENT, BRENT_ARCHIVIST}


async def test_a_file_goes_out_with_the_draft(london: Stage) -> None:
    async with london.person(BRENT) as lead:
        await uploads(lead, filled_in(await downloaded(lead), {"milestone-P10-M04": LATER}))
        await lead.sends(lead.address)
        book = read_book(await downloaded(lead))
    (sheet,) = (each for each in book.sheets if each.name == "Milestones you own")
    assert any("The schools break up." in row for row in sheet.rows)


async def test_all_returns_of_a_person_come_in_one_file(london: Stage) -> None:
    async with london.person(BEXLEY_AND_BROMLEY) as lead:
        answer = await lead.client.get("/return/LAP/returns.xlsx")
    names = [sheet.name for sheet in read_book(answer.content).shown]
    assert {"15-16 Q2 BEX Milestones you own"[:31], "15-16 Q2 BRO Milestones you own"[:31]} <= set(names)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "The file is empty."), (b"a,b\n1,2\n", "The file is no return. Download the return, and fill that in.")],
    ids=["empty", "another"],
)
async def test_a_file_that_is_none_gets_a_sentence(london: Stage, content: bytes, said: str) -> None:
    async with london.person(BRENT) as lead:
        assert said in await uploads(lead, content, 422)


async def test_a_return_is_downloaded_by_its_own_people_alone(london: Stage) -> None:
    async with london.person(LMA) as other, london.person(OBSERVER) as observer:
        assert (await other.client.get(f"{BRE}/sheet.xlsx")).status_code == 403
        assert (await observer.client.get(f"{BRE}/sheet")).status_code == 403
        assert (await observer.client.get("/return/LAP/returns.xlsx")).status_code == 403
        other.client.cookies.clear()
        assert (await other.client.get(f"{BRE}/sheet.xlsx")).headers["location"].startswith("/sign-in?next=")


async def test_a_quarter_that_is_none_has_no_return(london: Stage) -> None:
    async with london.person(BRENT) as lead:
        assert (await lead.client.get("/return/LAP/2015-16-Q2/ZZZ/sheet.xlsx")).status_code == 404


async def test_an_empty_upload_is_asked_for_a_file(london: Stage) -> None:
    async with london.person(BRENT) as lead:
        await lead.opens(f"{BRE}/sheet")
        answer = await lead.client.post(f"{BRE}/sheet/upload", data=lead.session.csrf, files={"file": ("", b"")})
    assert "Choose the return that you filled in." in answer.text
