"""The quarter as the office follows it, and who comes into the office at all."""

from __future__ import annotations

import re

import pytest

from services.runtime.access.return_links import ReturnLinks
from services.runtime.access.sessions.session import id_of
from tests.parts.tokens import by_operator
from tests.programme.pages.rooms import BRENT, HACKNEY, OBSERVER, SECRETARY, Rooms

RETURNS = "/office/LAP/returns"
PAGES = (RETURNS, "/office/LAP/history", "/office/LAP/people")


def row_of(page: str, partner: str) -> str:
    """Return the words of the row of a partner."""
    row = next(each for each in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if f">{partner}<" in each)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", row))


def figure(page: str, words: str) -> int:
    found = re.search(rf'>{words}</p><p class="card-figure">(\d+)<', page)
    assert found is not None
    return int(found[1])


@pytest.mark.parametrize("page", PAGES)
async def test_the_office_is_for_the_secretary_and_says_so(strangers: Rooms, page: str) -> None:
    nobody = await strangers.read_by_stranger().get(page)
    others = [await (await strangers.read_by(person)).get(page) for person in (BRENT, OBSERVER)]
    assert nobody.status == 303
    assert all(each.status == 403 for each in others)
    assert all("This is for the secretary of LAP." in each.text for each in others)
    assert "London Borough BRE" not in nobody.text + "".join(each.text for each in others)


@pytest.mark.parametrize("page", PAGES)
async def test_whoever_holds_the_token_of_the_deployment_stays_outside(strangers: Rooms, page: str) -> None:
    path = page.replace("LAP", strangers.code)
    answer = await strangers.client.get(path, headers=by_operator(strangers.settings))
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:concordat:problem:token-only-sets-up")


async def test_the_front_page_leads_to_everything_and_is_shut_to_other_people(office: Rooms, strangers: Rooms) -> None:
    page = await office.read("/office/LAP")
    assert all(f'href="{each}"' in page for each in PAGES)
    assert (await (await strangers.read_by(BRENT)).get("/office/LAP")).status == 403


async def test_a_return_is_expected_until_its_deadline_and_overdue_after_it(office: Rooms) -> None:
    present = await office.read(RETURNS, quarter="2014-15 Q3")
    last = await office.read(RETURNS)
    assert "Expected" in row_of(present, "HAC")
    assert "They are due" in present
    assert "Overdue" in row_of(last, "HAC")
    assert "Submitted" in row_of(last, "BRE")
    assert "They were due" in last
    assert (figure(present, "Late"), figure(last, "Late")) == (0, 1)


async def test_a_draft_is_counted_and_none_of_what_it_says_is_shown(office: Rooms, strangers: Rooms) -> None:
    # given
    lead = await strangers.read_by(HACKNEY)
    address = "/return/LAP/2014-15-Q3/HAC"
    form = await lead.get(address)
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form.text))
    # when
    kept = await lead.post(address, {**hidden, "then": "unchanged", "note.write.note": "We moved house."})
    page = await office.read(RETURNS, quarter="2014-15 Q3")
    # then
    assert kept.status == 303
    assert re.search(r"In draft [1-9]\d* of \d+ answered", row_of(page, "HAC"))
    assert figure(page, "In draft") == 1
    assert "We moved house" not in page


async def test_the_quarter_says_what_the_next_pack_lacks_and_leads_to_its_preview(office: Rooms) -> None:
    await office.do("add_agenda_item", meeting="B02", item=2, kind="decision", title="A new server")
    page = await office.read(RETURNS)
    assert 'href="/packs/LAP/B02"' in page
    assert "1 return of 2 for 2014-15 Q2" in page
    assert "Item 2, A new server</a>: no recommendation and no owner" in page
    assert "New dates" not in page


async def test_what_the_next_pack_lacks_is_of_its_own_quarter_whichever_is_shown(office: Rooms) -> None:
    page = await office.read(RETURNS, quarter="2014-15 Q3")
    assert "1 return of 2 for 2014-15 Q2" in page
    assert "for 2014-15 Q3</li>" not in page


async def test_the_quarters_beside_the_one_that_is_shown_stand_above_its_returns(office: Rooms) -> None:
    page = await office.read(RETURNS)
    above = page.partition("Whose return is where")[0]
    assert re.findall(r'quarter=2014-15\+(Q\d)"( aria-current="page")?', above) == [
        ("Q1", ""),
        ("Q2", ' aria-current="page"'),
        ("Q3", ""),
    ]


async def test_the_menu_shows_the_office_to_its_secretary_and_to_nobody_else_who_is_signed_in(strangers: Rooms) -> None:
    secretary, lead = [await strangers.read_by(person) for person in (SECRETARY, BRENT)]
    shown = [await each.read("/projects/LAP") for each in (secretary, lead)]
    assert ['href="/office/LAP"' in each for each in shown] == [True, False]


async def test_the_secretary_is_given_the_word_with_which_a_partners_links_are_taken_back(office: Rooms) -> None:
    page = await office.read(RETURNS)
    links = ReturnLinks.of(office.settings)
    assert links is not None
    assert office.reader is not None
    word = re.search(r'name="word" value="([^"]+)"', page)
    assert word is not None
    assert links.takes_word(word[1], "take back", id_of(office.reader.token), office.code)
    assert 'action="/sign-in/return/take-back"' in page
    # and once it was done
    done = await office.get(f"{RETURNS}?taken-back=BRE")
    assert "London Borough BRE got by e-mail until now open no return any more" in done.text
