"""Changes in place: a form, an ordinary command, one sentence that says what happened, and the way back."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import date

import pytest

from contracts.events.commitments import CommitmentAgreed
from tests.programme.pages.filling_in import followed, posted, sent, text_of
from tests.programme.pages.rooms import BRENT, HACKNEY, OBSERVER, SECRETARY, Rooms, open_rooms

PROJECT = "/projects/LAP/P01"
MILESTONE = f"{PROJECT}/M01"


@pytest.fixture(scope="module")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    async with open_rooms(tmp_path_factory.mktemp("rooms")) as rooms:
        yield rooms


@pytest.fixture
async def strangers(opened: Rooms) -> Rooms:
    """A partnership that no other test changes, for whoever is not signed in."""
    return await opened.told()


@pytest.fixture
async def rooms(strangers: Rooms) -> Rooms:
    """The same as its secretary sees it."""
    return await strangers.read_by(SECRETARY)


async def test_a_change_is_made_where_it_belongs_and_said_in_one_sentence_with_the_way_back(rooms: Rooms) -> None:
    # when
    answer = await sent(rooms, f"{MILESTONE}/re-forecast", forecast="13 Feb 2015", reason="Two services join later.")
    # then
    page = await followed(rooms, answer)
    assert answer.headers["location"].endswith("#happened")
    assert 'id="happened"' in page.text
    said = text_of(page)
    assert "“First ten services” is now forecast for 13 February 2015. Two services join later." in said
    assert f'<a href="{MILESTONE}/re-forecast">Correct this</a>' in page.text
    # and then
    assert "13 Feb 2015" in await rooms.read(PROJECT)


async def test_what_is_done_by_mistake_is_taken_back(rooms: Rooms) -> None:
    page = await followed(rooms, await sent(rooms, f"{MILESTONE}/done", on="1/10/2014"))
    assert "“First ten services” was reached on 1 October 2014." in text_of(page)
    undo = re.search(r'<a href="([^"]*)">Undo</a>', page.text)
    assert undo is not None
    page = await followed(rooms, await sent(rooms, undo[1], reason="The wrong box was ticked."))
    assert "“First ten services” is not done after all. The wrong box was ticked." in text_of(page)
    assert "Undo" in page.text


@pytest.mark.parametrize(
    ("address", "typed", "sentence"),
    [
        (
            f"{PROJECT}/confidence",
            {"confidence": "amber", "reason": "Late."},
            "Confidence was stated as amber. Late.",
        ),
        (
            f"{PROJECT}/highlight",
            {"progress": "Ten services.", "next": "Twenty.", "help_needed": ""},
            "A highlight was written.",
        ),
        (
            f"{PROJECT}/amend",
            {"title": "Shared catalogue", "purpose": "", "reason": "Shorter."},
            "Title and purpose of the project put right. Shorter.",
        ),
        (
            f"{PROJECT}/add-milestone",
            {"title": "Launch", "owner": "HAC", "due": "2015-06-01", "depends_on": ["LAP-P01-M01"]},
            "“Launch” was added, forecast for 1 June 2015.",
        ),
        (
            f"{PROJECT}/lead",
            {"lead": "HAC", "from": "1 Jan 2015", "reason": "Brent is busy."},
            "London Borough HAC leads the project from 1 January 2015. Brent is busy.",
        ),
        (
            f"{PROJECT}/leave",
            {"partner": "HAC", "on": "1 Jan 2015", "reason": "It has no staff."},
            "London Borough HAC takes no part from 1 January 2015. It has no staff.",
        ),
        (f"{PROJECT}/stage", {"stage": "closing"}, "The project moved to the stage “Closing”."),
        (
            f"{MILESTONE}/amend",
            {"title": "First twenty services", "owner": "HAC", "depends_on": [], "reason": "More join."},
            "Title and owner of “First twenty services” put right. More join.",
        ),
    ],
)
async def test_each_change_has_its_form_and_its_sentence(
    rooms: Rooms, address: str, typed: dict[str, str | list[str]], sentence: str
) -> None:
    page = await followed(rooms, await sent(rooms, address, **typed))
    assert sentence in text_of(page)


@pytest.mark.parametrize(
    ("segment", "typed", "sentence"),
    [
        (
            "reassess",
            {"likelihood": "2", "impact": "4", "reason": "Ten volunteers came."},
            "Likelihood is 2 and impact 4 from now on. Ten volunteers came.",
        ),
        (
            "amend",
            {"title": "Lists stay untyped", "owner": "BRE", "cause": "", "effect": "", "response": "", "reason": "So."},
            "Title, cause, effect, owner and response of the risk put right. So.",
        ),
        ("close", {"reason": "All is typed."}, "The risk was closed. All is typed."),
    ],
)
async def test_a_risk_is_changed_on_its_page(rooms: Rooms, segment: str, typed: dict[str, str], sentence: str) -> None:
    page = await followed(rooms, await sent(rooms, f"/risks/LAP/R01/{segment}", **typed))
    assert sentence in text_of(page)
    assert re.search(r">(Correct this|Undo)</a>", page.text)


@pytest.mark.parametrize(
    ("address", "typed", "sentence"),
    [
        (
            "/commitments/LAP/C1/amend",
            {"title": "Work together", "text": "First of all.", "reason": "Clearer."},
            "Title and text of the commitment put right. Clearer.",
        ),
        (
            "/partners/LAP/BRE/amend",
            {"name": "Brent Council", "kind": "unitary", "reason": "It was renamed."},
            "The partner is now called “Brent Council”. Kind of organisation of the partner put right. It was renamed.",
        ),
        (
            "/partners/LAP/BRE/membership",
            {"membership": "supporting", "from": "1 Jan 2015", "reason": "It asked for it."},
            "A supporting member from 1 January 2015. It asked for it.",
        ),
    ],
)
async def test_commitments_and_partners_are_amended_by_the_secretary(
    rooms: Rooms, address: str, typed: dict[str, str], sentence: str
) -> None:
    page = await followed(rooms, await sent(rooms, address, **typed))
    assert sentence in text_of(page)
    assert f'<a href="{address}">Correct this</a>' in page.text
    lead = await rooms.read_by(BRENT)
    assert f'href="{address}"' not in await lead.read(address.rpartition("/")[0])
    assert (await lead.get(address)).status == 403


async def test_a_partner_adopts_an_optional_commitment_for_itself(opened: Rooms) -> None:
    # given
    optional = CommitmentAgreed(
        commitment="LAP-C2",
        title="Share volunteers",
        text="",
        core=False,
        in_force_from=date(2014, 4, 1),
        period="quarter",
        measure={"kind": "attestation"},
    )
    lead = await (await opened.told(optional)).read_by(BRENT)
    # when
    page = await followed(lead, await sent(lead, "/commitments/LAP/C2/adopt", partner="BRE", **{"from": "1/1/2015"}))
    # then
    assert "London Borough BRE adopted it from 1 January 2015." in text_of(page)
    assert (await lead.get("/commitments/LAP/C2/adopt")).status == 403  # it may speak for no other partner
    assert "/commitments/LAP/C1/adopt" not in await lead.read("/commitments/LAP/C1")  # core ones bind everybody


async def test_the_secretary_keeps_the_agenda_until_the_meeting_begins(rooms: Rooms) -> None:
    # given
    meeting = "/board/LAP/B03"
    item = {"kind": "decision", "title": "New dates", "about": "LAP-P01", "recommendation": "Agree.", "owner": ""}
    # when
    page = await followed(rooms, await sent(rooms, f"{meeting}/add-item", **item))
    # then
    assert "Item 1, “New dates”, was put on the agenda." in text_of(page)
    assert f'<a href="{meeting}/items/1/amend">Correct this</a>' in page.text
    # when
    amended = {**item, "title": "Other dates", "owner": "BRE"}
    page = await followed(rooms, await sent(rooms, f"{meeting}/items/1/amend", **amended))
    # then
    assert "Item 1, “Other dates”, was amended." in text_of(page)
    # when
    page = await followed(rooms, await sent(rooms, f"{meeting}/items/1/remove", reason="It comes later."))
    # then
    assert "Item 1 was taken off the agenda. It comes later." in text_of(page)
    assert (await rooms.get(f"{meeting}/items/1/amend")).status == 404
    lead = await rooms.read_by(BRENT)
    assert "add-item" not in await lead.read(meeting)


async def test_a_risk_that_was_closed_by_mistake_is_opened_again(rooms: Rooms) -> None:
    page = await followed(rooms, await sent(rooms, "/risks/LAP/R01/close", reason="All is typed."))
    undo = re.search(r'<a href="([^"]*)">Undo</a>', page.text)
    assert undo is not None
    page = await followed(rooms, await sent(rooms, undo[1], reason="It is not."))
    assert "The risk is open again. It is not." in text_of(page)


async def test_a_lead_proposes_a_project_that_its_partner_leads(strangers: Rooms) -> None:
    # given
    lead = await strangers.read_by(HACKNEY)
    assert 'href="/projects/LAP/propose"' in await lead.read("/projects/LAP")
    # when
    trail = (
        (await lead.get("/projects/LAP/propose")).text.partition('aria-label="Breadcrumb"')[2].partition("</nav>")[0]
    )
    assert trail.count('href="/projects/LAP"') == 1
    proposed = {"title": "Oral history", "lead": "HAC", "taking_part": ["BRE"], "tolerance_days": "21"}
    answer = await sent(lead, "/projects/LAP/propose", **proposed)
    # then
    page = await followed(lead, answer)
    assert "/projects/LAP/P02" in answer.headers["location"]
    assert "The project was entered at the stage “Proposed”." in text_of(page)
    assert "tolerance 21 days" in text_of(page)
    # when
    wrong = await sent(lead, "/projects/LAP/propose", **{**proposed, "tolerance_days": "some"})
    # then
    assert wrong.status == 422
    assert '<a href="#tolerance_days">' in wrong.text
    observer = await strangers.read_by(OBSERVER)
    assert "/projects/LAP/propose" not in await observer.read("/projects/LAP")


async def test_a_partner_raises_a_risk_of_its_own_and_of_no_other(strangers: Rooms) -> None:
    # given
    lead = await strangers.read_by(HACKNEY)
    assert 'href="/risks/LAP/raise"' in await lead.read("/risks/LAP")
    # when
    judged = {"title": "Nobody comes", "likelihood": "2", "impact": "3", "owner": "HAC"}
    answer = await sent(lead, "/risks/LAP/raise", **judged)
    # then
    assert "/risks/LAP/R02" in answer.headers["location"]
    assert "The risk was raised, with likelihood 2 and impact 3." in text_of(await followed(lead, answer))
    # when
    others = await sent(lead, "/risks/LAP/raise", **{**judged, "owner": "BRE"})
    # then
    assert others.status == 403
    observer = await strangers.read_by(OBSERVER)
    assert "/risks/LAP/raise" not in await observer.read("/risks/LAP")
    assert (await observer.get("/risks/LAP/raise")).status == 403


async def test_what_depends_on_a_milestone_is_moved_with_it_or_said_to_come_too_early(rooms: Rooms) -> None:
    # given
    following = {"title": "Launch", "owner": "HAC", "due": "20/2/2015", "depends_on": ["LAP-P01-M01"]}
    await sent(rooms, f"{PROJECT}/add-milestone", **following)
    last = {"title": "Review", "owner": "HAC", "due": "1/3/2015", "depends_on": ["LAP-P01-M03"]}
    await sent(rooms, f"{PROJECT}/add-milestone", **last)
    # when
    reason = "Two services join later."
    moved = {"forecast": "28/2/2015", "reason": reason, "too": ["LAP-P01-M04"]}
    page = await followed(rooms, await sent(rooms, f"{MILESTONE}/re-forecast", **moved))
    # then
    said = text_of(page)
    assert f"“First ten services” is now forecast for 28 February 2015. {reason}" in said
    assert f"“Review” is now forecast for 30 March 2015. {reason}" in said
    assert "“Launch” needs it, and is forecast 8 days too early." in said
    assert f'<a href="{PROJECT}/M03/re-forecast">Re-forecast</a>' in page.text


async def test_what_moves_with_a_milestone_moves_with_it_or_nothing_does(rooms: Rooms) -> None:
    # given
    following = {"title": "Launch", "owner": "HAC", "due": "20/2/2199", "depends_on": ["LAP-P01-M01"]}
    await sent(rooms, f"{PROJECT}/add-milestone", **following)
    # when
    moved = {"forecast": "28/2/2199", "reason": "Far off.", "too": ["LAP-P01-M03"]}
    answer = await sent(rooms, f"{MILESTONE}/re-forecast", **moved)
    # then
    assert answer.status == 422
    assert "Untick those that stay, or give a nearer date." in answer.text
    assert 'value="LAP-P01-M03" checked' in answer.text
    assert "28 Feb 2199" not in await rooms.read(PROJECT)


async def test_a_milestone_without_a_baseline_can_be_dropped_and_one_with_a_baseline_cannot(rooms: Rooms) -> None:
    added = {"title": "Launch", "owner": "HAC", "due": "2015-06-01"}
    await sent(rooms, f"{PROJECT}/add-milestone", **added)
    page = await followed(rooms, await sent(rooms, f"{PROJECT}/M03/drop", reason="Nobody needs it."))
    assert "“Launch” was dropped. Nobody needs it." in text_of(page)
    assert (await rooms.get(f"{MILESTONE}/drop")).status == 409
    assert f"{MILESTONE}/drop" not in page.text


async def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(rooms: Rooms) -> None:
    answer = await sent(rooms, f"{MILESTONE}/re-forecast", forecast="31 Feb 2015", reason="")
    assert answer.status == 422
    assert "There is a problem" in answer.text
    assert '<a href="#forecast">“31 Feb 2015” is not a date: February 2015 has no day 31.' in answer.text
    assert '<a href="#reason">Say why. The board reads it.</a>' in answer.text
    assert 'value="31 Feb 2015"' in answer.text


async def test_what_the_rules_refuse_is_said_where_it_was_typed(rooms: Rooms) -> None:
    answer = await sent(rooms, f"{MILESTONE}/done", on="1 January 2015")
    assert answer.status == 422
    assert '<a href="#on">' in answer.text
    assert 'value="1 January 2015"' in answer.text


async def test_nobody_overwrites_what_they_have_not_seen(rooms: Rooms) -> None:
    # given
    seen = await rooms.get(f"{PROJECT}/amend")
    await rooms.do("state_confidence", project="P01", confidence="red", reason="The supplier is gone.")
    # when
    typed = {"title": "Catalogue", "purpose": "All of it.", "reason": "Shorter."}
    answer = await posted(rooms, f"{PROJECT}/amend", seen, **typed)
    # then
    assert answer.status == 412
    assert "has changed since you saw it" in answer.text
    assert 'value="Catalogue"' in answer.text
    # when
    again = await posted(rooms, f"{PROJECT}/amend", answer, **typed)
    # then
    assert again.status == 303


async def test_a_form_that_is_sent_twice_changes_something_once(rooms: Rooms) -> None:
    page = await rooms.get(f"{PROJECT}/highlight")
    typed = {"progress": "Ten.", "next": "Twenty.", "help_needed": ""}
    first, second = [await posted(rooms, f"{PROJECT}/highlight", page, **typed) for _ in range(2)]
    assert first.headers["location"] == second.headers["location"]
    assert (await rooms.read(PROJECT)).count("A highlight was written.") == 1


async def test_a_change_that_changes_nothing_says_so(rooms: Rooms) -> None:
    same = {"title": "Shared catalogue <b>", "purpose": "One place to search.", "reason": "None."}
    page = await followed(rooms, await sent(rooms, f"{PROJECT}/amend", **same))
    assert "Nothing was changed: it was so already." in text_of(page)


async def test_who_may_change_nothing_is_shown_no_change(strangers: Rooms) -> None:
    observer = await strangers.read_by(OBSERVER)
    page = await observer.get(PROJECT)
    assert "/confidence" not in page.text
    assert "re-forecast" not in page.text
    assert (await strangers.read_by_stranger().get(f"{PROJECT}/confidence")).status == 303
    refused = await observer.get(f"{PROJECT}/confidence")
    assert refused.status == 403
    assert "the secretary or a partner lead or contributor of BRE may" in text_of(refused)


async def test_a_partner_is_shown_what_its_own_people_may_change(strangers: Rooms) -> None:
    lead, other = [await strangers.read_by(person) for person in (BRENT, HACKNEY)]
    page = await lead.get(PROJECT)
    assert f'href="{MILESTONE}/re-forecast"' in page.text
    assert f'href="{PROJECT}/lead"' not in page.text  # the secretary alone names another lead
    assert f'href="{MILESTONE}/re-forecast"' not in (await other.get(PROJECT)).text
    amending = await lead.get(f"{MILESTONE}/amend")
    assert 'name="title"' in amending.text
    assert 'name="owner"' not in amending.text


async def test_a_form_of_another_session_changes_nothing_and_keeps_what_was_typed(strangers: Rooms) -> None:
    # given
    secretary, lead = [await strangers.read_by(person) for person in (SECRETARY, BRENT)]
    page = await secretary.get(f"{PROJECT}/confidence")
    # when
    typed = {"confidence": "red", "reason": "The supplier is gone."}
    others = [await posted(reader, f"{PROJECT}/confidence", page, **typed) for reader in (lead, strangers)]
    # then
    assert all(each.status in (401, 403) for each in others)
    assert all("The supplier is gone." in each.text for each in others)
    assert "The supplier is gone." not in await strangers.read(PROJECT)


async def test_what_happened_is_told_of_this_project_alone(rooms: Rooms) -> None:
    page = await rooms.get(f"{PROJECT}?happened=1-999999")
    assert "London Borough BRE" in page.text
    assert "admitted" not in text_of(page)
    assert (await rooms.get(f"{PROJECT}?happened=9-<b>")).status == 200


async def test_the_history_of_a_project_as_at_an_instant_ends_there(rooms: Rooms) -> None:
    page = await rooms.read(PROJECT, as_at="2014-08-31")
    assert "Confidence was stated as green. On course." in page
    assert "is now forecast for" not in page
    assert "is now forecast for 30 January 2015. Late." in await rooms.read(PROJECT)


@pytest.mark.parametrize(
    ("query", "is_shown"),
    [
        ({}, True),
        ({"stage": "open", "lead": "BRE", "confidence": "green"}, True),
        ({"stage": "closed"}, False),
        ({"confidence": "none"}, False),
        ({"lead": "nobody"}, True),  # what there is not is not asked for
    ],
)
async def test_a_list_of_projects_is_filtered_by_its_address(
    rooms: Rooms, query: dict[str, str], is_shown: bool
) -> None:
    page = await rooms.read("/projects/LAP", **query)
    assert ('href="/projects/LAP/P01"' in page) == is_shown
    assert ("No project is like that." in page) != is_shown
