"""What happened, in sentences: narrowed down by person, object and day, page by page."""

from __future__ import annotations

import re

import pytest

from services.programme.office import history
from services.runtime.access.directory import DirectoryEntry
from tests.programme.pages.rooms import BRENT, Rooms

HISTORY = "/office/LAP/history"
PROJECT = "LAP-P01"


def entries(page: str) -> list[str]:
    """Return what the page says of each event."""
    timeline = page.partition('class="timeline"')[2].partition("</ul>")[0]
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", each)).strip() for each in timeline.split("<li>")[1:]]


async def test_everything_is_told_in_sentences_the_latest_first(office: Rooms) -> None:
    told = entries(await office.read(HISTORY))
    assert told[0].startswith("2 October 2014, 12:00 BST LAP-U004 became observer.")
    assert any(
        "London Borough BRE submitted its return for 2014-15 Q2. LAP-2014-15-Q2-BRE , by" in each for each in told
    )
    assert any("holds for" not in each for each in told)


async def test_what_is_about_one_thing_is_found_by_its_reference_short_or_whole(office: Rooms) -> None:
    short, whole = [entries(await office.read(HISTORY, about=each)) for each in ("p01", office.code + "-P01")]
    assert short == whole
    assert any("Confidence was stated as green. On course." in each for each in short)
    assert not any("return" in each for each in short)
    assert any("London Borough BRE joins" in each for each in entries(await office.read(HISTORY, about="BRE")))


async def test_a_day_is_a_day_of_the_partnership_from_its_first_instant_to_its_last(office: Rooms) -> None:
    of_the_day = entries(await office.read(HISTORY, day="1/8/14"))
    assert len(of_the_day) == 1
    assert "Confidence was stated as green." in of_the_day[0]
    assert entries(await office.read(HISTORY, day="2014-08-02")) == []


async def test_what_somebody_recorded_is_found_with_their_name_until_they_are_erased(office: Rooms) -> None:
    # given
    lead = await office.read_by(BRENT)
    own = BRENT.replace("LAP", office.code)
    await office.service.directory.put(
        office.code, [DirectoryEntry(own, None, "Ada Brent", f"{own.lower()}@people.example")]
    )
    path, body = f"/api/v1/partnerships/{office.code}/commands/state-confidence", {"project": "P01"}
    body |= {"confidence": "red", "reason": "Lost."}
    assert lead.reader is not None
    answer = await office.client.post(path, json=body, headers=lead.reader.writing)
    assert answer.is_success, answer.text
    # when
    before = entries(await office.read(HISTORY, person=own))
    await office.service.directory.erase(office.code, own, office.clock.now())
    after = entries(await office.read(HISTORY, person=own))
    # then
    assert [each.partition(", by ")[2] for each in before] == ["Ada Brent"]
    assert [each.partition(", by ")[2] for each in after] == [f"a former colleague ({BRENT})"]


async def test_pages_follow_one_another_without_a_gap(office: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = entries(await office.read(HISTORY))
    monkeypatch.setattr(history, "ON_A_PAGE", 7)
    monkeypatch.setattr(history, "_AT_ONCE", 5)
    found, page = [], await office.read(HISTORY)
    while True:
        found += entries(page)
        older = re.search(r'rel="next" href="\?(?:[^"]*)before=(\d+)"', page)
        if older is None:
            break
        page = await office.read(HISTORY, before=older[1])
    assert found == whole
    assert len(whole) > 7


async def test_a_day_that_is_none_is_said_beside_its_field_and_kept(office: Rooms) -> None:
    answer = await office.get(HISTORY, day="yesterday", about="P01")
    assert answer.status == 422
    assert 'id="day-error"' in answer.text
    assert 'value="yesterday"' in answer.text
    assert entries(answer.text) == []


@pytest.mark.parametrize("asked", [{"before": "-1"}, {"before": "9" * 40}, {"about": "<b>"}, {"person": "nobody"}])
async def test_what_nobody_could_have_chosen_harms_nothing(office: Rooms, asked: dict[str, str]) -> None:
    answer = await office.get(HISTORY, **asked)
    assert answer.status == 200
    assert "<b>" not in answer.text
