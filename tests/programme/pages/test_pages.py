"""The pages of what is so now, or was at an earlier instant: the pack's figures, read as soon as they are written."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

from contracts.events.partners import PartnerAmended
from services.programme.core import earlier_registers
from services.programme.core.earlier_registers import EarlierRegisters
from services.runtime.base.version import build
from services.runtime.web import app
from services.runtime.web.pages import Pages
from tests.domain.history import at
from tests.programme.pages.rooms import BRENT, Rooms, open_rooms

PAGES = (
    "/home/LAP",
    "/commitments/LAP",
    "/commitments/LAP/C1",
    "/projects/LAP",
    "/projects/LAP/LAP-P01",
    "/partners/LAP",
    "/partners/LAP/BRE",
    "/board/LAP",
    "/board/LAP/B02",
    "/board/LAP/decisions",
    "/board/LAP/decisions/D01",
    "/board/LAP/actions",
    "/board/LAP/actions/A01",
    "/risks/LAP",
    "/risks/LAP/R01",
)


@pytest.fixture(scope="module")
async def rooms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    """The pages, for tests that only read them."""
    async with open_rooms(tmp_path_factory.mktemp("rooms")) as opened:
        yield opened


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_answers_and_escapes_what_people_entered(rooms: Rooms, path: str) -> None:
    answer = await rooms.get(path)
    assert answer.status == 200
    assert "<h1>" in answer.text
    assert "<b>" not in answer.text


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_can_be_read_as_at_an_earlier_instant(rooms: Rooms, path: str) -> None:
    page = await rooms.read(path, as_at="2014-09-30T17:00")
    assert "As at 30 September 2014, 17:00 BST." in page


async def test_a_page_as_at_an_instant_counts_what_was_recorded_by_then_alone(rooms: Rooms) -> None:
    before = await rooms.read("/commitments/LAP", as_at="2014-09-30T23:00", quarter="2014-15 Q2")
    after = await rooms.read("/commitments/LAP", as_at="2014-10-01", quarter="2014-15 Q2")
    assert "no obligation has fallen due, 2 not yet due" in before
    assert "Met" not in re.findall(r"</span>(\w+)</span>", before)
    assert "Met" in re.findall(r"</span>(\w+)</span>", after)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"as_at": "2014-10-11"}, "lies in the future"),
        ({"as_at": "yesterday"}, "such as 2014-10-03T17:00"),
        ({"as_at": "2013-01-01"}, "it was formed on 1 April 2014"),
        ({"quarter": "last"}, "from 2014-15 Q1 to 2014-15 Q3"),
    ],
)
async def test_an_unfit_question_is_answered_with_what_would_be_right(
    rooms: Rooms, query: dict[str, str], said: str
) -> None:
    answer = await rooms.client.get("/commitments/LAP", params=query, auth=rooms.reading)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


async def test_compliance_shows_rates_with_their_counts(rooms: Rooms) -> None:
    assert "1 of 2 (50 %)" in await rooms.read("/commitments/LAP")


async def test_projects_show_confidence_schedule_and_slip_apart(rooms: Rooms) -> None:
    assert "+42 days" in await rooms.read("/projects/LAP")
    project = await rooms.read("/projects/LAP/P01")
    assert "First ten services" in project
    assert "Late." in project


async def test_a_project_leads_to_all_that_belongs_to_it(rooms: Rooms) -> None:
    page = await rooms.read("/projects/LAP/P01")
    for address in ("/partners/LAP/BRE", "/partners/LAP/HAC", "/board/LAP/decisions/D01", "/risks/LAP/R01"):
        assert f'href="{address}"' in page
    assert "<svg" in page
    assert '<li id="LAP-P01-M02">' in page
    assert "is enough." in page


async def test_a_meeting_has_its_agenda_what_was_decided_and_what_follows(rooms: Rooms) -> None:
    page = await rooms.read("/board/LAP/B02")
    assert "Thursday 16 October 2014, 14:00" in page
    assert 'href="/projects/LAP/P01#LAP-P01-M01"' in page
    assert 'href="/packs/LAP/B02"' in page
    assert "on 2 September 2014, by consensus" in page
    assert "due 9 October 2014" in page
    actions = await rooms.read("/board/LAP/actions")
    assert "Overdue" in actions
    assert 'href="/board/LAP/decisions/D01"' in actions


async def test_a_partner_is_shown_by_the_figures_of_the_pack(rooms: Rooms) -> None:
    page = await rooms.read("/partners/LAP/HAC")
    assert "Not reported" in page
    assert "0 % 0 of 1" in re.sub("<[^>]*>", "", page)
    assert 'href="/risks/LAP/R01"' in page


async def test_a_commitment_says_when_it_is_met_and_how_each_partner_stands(rooms: Rooms) -> None:
    page = await rooms.read("/commitments/LAP/C1")
    assert "The partner attests “yes”." in page
    assert 'href="/partners/LAP/HAC"' in page
    assert page.count("Not reported") == 3  # both in the first quarter, one in the second


async def test_risks_are_shown_with_their_map_and_can_be_read_as_at_an_earlier_instant(rooms: Rooms) -> None:
    page = await rooms.read("/risks/LAP")
    assert "16 high" in page
    assert ">R01</text>" in page
    assert "There are no open risks." in await rooms.read("/risks/LAP", as_at="2014-06-30")


async def test_links_of_a_page_as_at_an_instant_stay_at_that_instant(rooms: Rooms) -> None:
    page = await rooms.read("/projects/LAP/P01", as_at="2014-09-30T17:00")
    assert 'href="/risks/LAP/R01?as_at=2014-09-30T17%3A00"' in page
    assert 'href="/partners/LAP/BRE?as_at=2014-09-30T17%3A00"' in page


async def test_tables_sort_by_their_headings(rooms: Rooms) -> None:
    page = await rooms.read("/partners/LAP", sort="-partner")
    assert page.index("London Borough HAC") < page.index("London Borough BRE")
    assert 'aria-sort="descending"' in page


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/projects/LAP/P09", "There are: LAP-P01."),
        ("/commitments/LAP/C9", "There are: LAP-C1."),
        ("/partners/LAP/CAM", "There are: BRE, HAC."),
        ("/risks/LAP/R09", "There are: LAP-R01."),
        ("/board/LAP/B09", "There are: LAP-B02, LAP-B03."),
        ("/board/LAP/actions/A09", "There are: LAP-A01."),
        ("/board/LAP/decisions/D09", "There are: LAP-D01."),
        ("/board/LAP/procedures/W09", "It has none yet."),
    ],
)
async def test_what_is_not_there_is_answered_with_what_is(rooms: Rooms, path: str, said: str) -> None:
    answer = await rooms.client.get(path, auth=rooms.reading)
    assert answer.status_code == 404
    assert said in answer.json()["detail"]
    assert (await rooms.get(path)).status == 404


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_that_has_not_changed_is_not_sent_again(rooms: Rooms, path: str) -> None:
    tag = (await rooms.client.get(path, auth=rooms.reading)).headers["etag"]
    assert (await rooms.client.get(path, headers={"If-None-Match": tag}, auth=rooms.reading)).status_code == 304


async def test_a_page_of_another_build_of_the_same_version_is_sent_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def tag_of(folder: str) -> str:
        async with open_rooms(tmp_path / folder) as rooms:
            return (await rooms.client.get("/risks/LAP", auth=rooms.reading)).headers["etag"]

    before = await tag_of("one")
    monkeypatch.setattr(app, "build", lambda: "0.1.0-another")
    assert before.replace(build(), "0.1.0-another") == await tag_of("another") != before


async def test_a_browser_that_signs_in_or_out_is_not_told_that_its_page_is_unchanged(rooms: Rooms) -> None:
    query = {"as_at": "2014-09-30T17:00"}
    own = await rooms.told()
    tags = [(await each.get("/risks/LAP", **query)).headers["etag"] for each in (own, await own.read_by(BRENT))]
    assert len(set(tags)) == 2


async def test_a_page_is_made_once_while_nothing_changes_and_anew_once_somebody_has_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    render = Pages.render

    def counting(self: Pages, request: Request, template: str, *args: object, **settings: object) -> Response:
        made.append(template)
        return render(self, request, template, *args, **settings)

    monkeypatch.setattr(Pages, "render", counting)
    async with open_rooms(tmp_path) as rooms:
        # given
        before = await rooms.client.get("/projects/LAP", auth=rooms.reading)
        # when
        stated = {"project": "P01", "confidence": "red", "reason": "The supplier is gone."}
        await rooms.do("state_confidence", **stated)
        after = [await rooms.client.get("/projects/LAP", auth=rooms.reading) for _ in range(2)]
        rooms.clock.move_to(at("2014-10-10", "12:01"))
        later = await rooms.client.get("/projects/LAP", auth=rooms.reading)
        # then
        assert "The supplier is gone." in await rooms.read("/projects/LAP/P01")
    assert made == ["projects.html"] * 3 + ["project.html"]
    assert after[0].text == after[1].text != before.text
    assert len({each.headers["etag"] for each in (before, *after, later)}) == 3


async def test_whoever_has_written_reads_it_whichever_replica_they_ask(tmp_path: Path, database_url: str) -> None:
    async with (
        open_rooms(tmp_path / "one", database_url) as rooms,
        open_rooms(tmp_path / "other", database_url, is_replica=True) as other,
    ):
        for number in range(3):
            # given
            for _ in range(2):
                await other.read("/projects/LAP/P01")  # the second one is kept there
            # when
            reason = f"Reason number {number}."
            await rooms.do("state_confidence", project="P01", confidence="red", reason=reason)
            # then
            assert reason in await other.read("/projects/LAP/P01")


async def test_a_register_of_an_earlier_instant_is_kept_for_the_next_page(rooms: Rooms) -> None:
    # given
    earlier = EarlierRegisters(rooms.service.database, rooms.service.store)
    first = earlier.at("LAP", at("2014-09-30"))
    # then
    assert earlier.at("LAP", at("2014-08-31")) is not first
    assert earlier.at("LAP", at("2014-09-29")) is first  # nothing was recorded between
    # when
    for day in ("2014-04-01", "2014-04-02", "2014-06-02", "2014-07-01"):
        earlier.at("LAP", at(day))
    # then
    assert len(earlier._kept) == earlier_registers._KEPT
    assert earlier.at("LAP", at("2014-09-30")) is not first


@pytest.mark.parametrize("path", ["/commitments/LAP", "/commitments/LAP/C1"])
async def test_a_matrix_of_commitments_has_the_partners_by_name(rooms: Rooms, path: str) -> None:
    renamed = await rooms.told(PartnerAmended(partner="HAC", name="Another Borough", reason="Renamed."))
    text = await renamed.read(path)
    matrix = text[text.index("<tbody>") :]
    assert matrix.index("Another Borough") < matrix.index("London Borough BRE")
