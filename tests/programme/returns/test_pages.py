"""The pages of a return, for a browser that runs no scripts."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from services.programme.returns import drafts
from services.programme.returns.drafts import ReturnOf
from tests.programme.returns.stage import HOST, PAGE, Reader, Stage, fields_in, text_of

HOUNSLOW, BRENT, BRENT_ARCHIVIST, LMA = "LAP-U024", "LAP-U009", "LAP-U010", "LAP-U003"
BEXLEY_AND_BROMLEY = "LAP-U008"
OFFICE = "LAP-U001"
OBSERVER = "LAP-U045"
Q2 = "2015-16 Q2"
HOU, BRE = "/return/LAP/2015-16-Q2/HOU", "/return/LAP/2015-16-Q2/BRE"


async def draft(london: Stage, partner: str, *, by_office: bool = False) -> dict[str, str]:
    of = ReturnOf("LAP", Q2, partner, by_office)
    kept = await london.database.read(lambda connection: drafts.read(connection, of))
    return {each.line: each.answer.choice for each in kept}


async def test_a_lead_is_led_to_the_return_that_is_due(london: Stage) -> None:
    async with london.person(HOUNSLOW) as lead:
        shown = await lead.opens("/return/LAP")
    assert lead.address == HOU
    assert "Return for July to September 2015" in shown
    assert "London Borough of Hounslow. Due Friday 2 October, 17:00: in 14 days." in shown
    assert "Not begun" in shown


async def test_a_lead_of_two_partners_chooses_between_their_returns(london: Stage) -> None:
    async with london.person(BEXLEY_AND_BROMLEY) as lead:
        shown = await lead.opens("/return/LAP")
    assert "London Borough of Bexley, July to September 2015" in shown
    assert "London Borough of Bromley, July to September 2015" in shown


async def test_who_fills_in_no_return_is_told_so(london: Stage) -> None:
    async with london.person(OBSERVER) as observer:
        assert "You fill in no return." in await observer.opens("/return/LAP")


async def test_a_return_in_which_nothing_changed_is_submitted_in_three_steps(london: Stage) -> None:
    before = await london.log_length()
    async with london.person(HOUNSLOW) as lead:
        await lead.opens("/return/LAP")
        # when
        checked = await lead.sends(HOU, then="unchanged")
        assert lead.address == f"{HOU}/check"
        assert "Confirm what the board counts each quarter" in checked
        done = await lead.sends(f"{HOU}/submit")
    # then
    assert "Return submitted" in done
    assert "18 September 2015, 10:00 BST, by you." in done
    assert "It was due Friday 2 October, 17:00, and came in time." in done
    assert '<a href="/packs/LAP/B06">See that pack as it would be now</a>' in lead.shown
    register = await london.register()
    (submission,) = register.returns.submissions["HOU", Q2]
    assert (submission.actor, submission.nothing_changed) == (HOUNSLOW, True)
    attested = register.returns.attestations["LAP-C1", "HOU"][Q2][-1]
    assert (attested.answer, attested.evidence and attested.evidence.title) == (
        "yes",
        "Four places used on shared training",
    )
    assert await london.log_length() == before + 3
    assert await draft(london, "HOU") == {}


async def test_what_was_submitted_can_be_read_afterwards_as_it_stood_on_the_page(london: Stage) -> None:
    async with london.person(HOUNSLOW) as lead:
        await lead.opens(HOU)
        await lead.sends(HOU, then="unchanged")
        await lead.sends(f"{HOU}/submit")
        shown = await lead.opens(f"{HOU}/submitted")
    assert "Work together first C1 nothing reported yes, with evidence: Four places used on shared training" in shown


async def test_the_check_says_what_the_pack_will_say(london: Stage) -> None:
    done = {"milestone-P10-M04.choice": "done", "milestone-P10-M04.done.on": "17 September 2015"}
    before = await london.log_length()
    async with london.person(BRENT) as lead:
        await lead.opens(BRE)
        checked = await lead.sends(BRE, typed=done, then="check")
        assert "Evaluation reported to the board P10-M04 Green as planned Done" in checked
        assert "Work together first C1 Not yet due nothing attested Met yes, with evidence" in checked
        assert "Release agreed staff time C2 Not yet due 0 of 4 days Met 4.50 of 4 days" in checked
        assert await london.log_length() == before
        await lead.sends(f"{BRE}/submit")
    assert (await london.register()).milestones["LAP-P10-M04"].actual is not None


async def test_what_is_typed_is_kept_and_shown_again_with_who_typed_it(london: Stage) -> None:
    moved = {
        "milestone-P10-M04.choice": "reforecast",
        "milestone-P10-M04.reforecast.forecast": "3/4/16",
        "milestone-P10-M04.reforecast.reason": "The schools break up.",
    }
    async with london.person(BRENT) as lead:
        await lead.opens(BRE)
        shown = await lead.sends(BRE, typed=moved, then="save")
        assert "What you typed is kept." in shown
        assert "Kept: you, at 10:00" in shown
        assert "1 of 10 answered" in shown
        assert fields_in(lead.shown)["milestone-P10-M04.reforecast.forecast"] == "3/4/16"
    async with london.person(BRENT_ARCHIVIST) as archivist:
        shown = await archivist.opens(BRE)
    assert "Filled in with you: Lead for Brent, at 10:00." in shown
    assert "Kept: Lead for Brent, at 10:00" in shown


async def test_what_cannot_be_taken_is_kept_too_and_said_beside_its_field(london: Stage) -> None:
    typed = {"milestone-P10-M04.choice": "done", "milestone-P10-M04.done.on": "1 April 2016"}
    wrong = {"risk-R01.choice": "close"}
    async with london.person(BRENT) as lead:
        await lead.opens(BRE)
        shown = await lead.sends(BRE, typed={**typed, **wrong}, then="save")
        assert "There is a problem" in shown
        assert "Enter why it is no longer a risk." in shown
        assert "1 April 2016 has not come yet; it is 18 September 2015" in shown
        assert fields_in(lead.shown)["milestone-P10-M04.done.on"] == "1 April 2016"
        # and it cannot be submitted so
        await lead.opens(f"{BRE}/check")
        refused = await lead.sends(f"{BRE}/submit", 422)
    assert "1 April 2016 has not come yet" in refused
    assert not (await london.register()).returns.submissions.get(("BRE", Q2))


async def test_changes_are_recorded_with_the_return_in_one_go(london: Stage) -> None:
    typed = {
        "milestone-P10-M04.choice": "reforecast",
        "milestone-P10-M04.reforecast.forecast": "3 April 2016",
        "milestone-P10-M04.reforecast.reason": "The schools break up.",
        "risk-R03.choice": "reassess",
        "risk-R03.reassess.likelihood": "2",
        "risk-R03.reassess.impact": "3",
        "risk-R03.reassess.reason": "They come in now.",
        "new-risk.choice": "raise",
        "new-risk.raise.title": "The archivist retires",
        "new-risk.raise.likelihood": "4",
        "new-risk.raise.impact": "3",
        "note.note": "",
        "note.write.note": "Thank you for the loan of the van.",
    }
    before = await london.log_length()
    async with london.person(BRENT) as lead:
        await lead.opens(BRE)
        checked = await lead.sends(BRE, typed=typed, then="check")
        assert "forecast for 18 March 2016 forecast for 3 April 2016: The schools break up." in checked
        assert "likelihood 4, impact 3 likelihood 2, impact 3: They come in now." in checked
        assert "Thank you for the loan of the van." in checked
        await lead.sends(f"{BRE}/submit")
    register = await london.register()
    assert register.milestones["LAP-P10-M04"].forecast.isoformat() == "2016-04-03"
    assert register.risks["LAP-R03"].assessment.likelihood == 2
    assert max(register.risks) in [
        each.reference for each in register.risks.values() if each.title.startswith("The arch")
    ]
    (submission,) = register.returns.submissions["BRE", Q2]
    assert (submission.nothing_changed, submission.note) == (False, "Thank you for the loan of the van.")
    assert await london.log_length() == before + 7  # with what was confirmed: an attestation, two amounts


async def test_a_return_with_news_does_not_attest_that_nothing_changed_though_its_partner_owns_nothing(
    london: Stage,
) -> None:
    async with london.person(HOUNSLOW) as lead:
        await lead.opens(HOU)
        news = {"commitment-C3.choice": "add", "commitment-C3.add.on": "1/9/15", "commitment-C3.add.title": "A fair"}
        await lead.sends(HOU, typed=news, then="unchanged")
        await lead.sends(f"{HOU}/submit")
    (submission,) = (await london.register()).returns.submissions["HOU", Q2]
    assert not submission.nothing_changed


async def test_a_line_that_must_be_answered_and_has_no_suggestion_is_asked_for(london: Stage) -> None:
    await london.do("release_capacity", partner="HOU", project="P01", on="2015-09-01", days=1)
    async with london.person(HOUNSLOW) as lead:
        await lead.opens(f"{HOU}/check")
        refused = await lead.sends(f"{HOU}/submit", 422, typed={"commitment-C1.choice": ""})
    assert "Work together first: Answer this: the board counts it each quarter." in refused
    assert not (await london.register()).returns.submissions.get(("HOU", Q2))


async def test_a_contributor_fills_in_and_is_told_who_submits(london: Stage) -> None:
    async with london.person(BRENT_ARCHIVIST) as archivist:
        await archivist.opens(BRE)
        checked = await archivist.sends(BRE, then="unchanged")
        assert "Lead for Brent can submit it, and so can the secretary." in checked
        assert ">Submit<" not in archivist.shown
        await archivist.sends(BRE, then="check")
        refused = await archivist.sends(f"{BRE}/submit", 422)
    assert "may not do this" in refused
    assert not (await london.register()).returns.submissions.get(("BRE", Q2))


async def test_the_secretary_fills_in_on_a_partners_behalf_and_does_not_see_its_draft(london: Stage) -> None:
    async with london.person(BRENT) as lead:
        await lead.opens(BRE)
        await lead.sends(BRE, typed={"note.write.note": "Between us."}, then="save")
    async with london.person(OFFICE) as office:
        shown = await office.opens(BRE)
        assert "You fill this in for London Borough of Brent" in shown
        assert "Its own people have a draft with 1 line answered, which they alone see." in shown
        assert "Between us" not in office.shown
        await office.sends(BRE, then="unchanged")
        await office.sends(f"{BRE}/submit")
    register = await london.register()
    assert register.returns.submissions["BRE", Q2][-1].actor == OFFICE
    assert await draft(london, "BRE") == {"note": "write"}
    assert await draft(london, "BRE", by_office=True) == {}


@pytest.mark.parametrize("address", [BRE, f"{BRE}/check", f"{BRE}/submitted", f"{BRE}/change/note"])
async def test_nobody_sees_the_return_of_another_partner(london: Stage, address: str) -> None:
    async with london.person(HOUNSLOW) as stranger:
        shown = await stranger.opens(address, 403)
    assert "The return of BRE is filled in by its own people and by the secretary." in shown


@pytest.mark.parametrize("to", [BRE, f"{BRE}/submit", f"{BRE}/lines/note", f"{BRE}/choose/note", f"{BRE}/change/note"])
async def test_nobody_writes_in_the_return_of_another_partner(london: Stage, to: str) -> None:
    before = await london.log_length()
    async with london.person(HOUNSLOW) as stranger:
        await stranger.opens(HOU)
        await stranger.sends(to, 403, typed={"note.write.note": "Mine."})
    assert await draft(london, "BRE") == {}
    assert await london.log_length() == before


async def test_who_is_not_signed_in_is_asked_to(london: Stage) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(london.app), base_url=HOST, headers=PAGE) as nobody:
        asked = [await nobody.get(path) for path in ("/return/LAP", "/return/XYZ", HOU)]
    assert [each.status_code for each in asked] == [303] * 3
    assert asked[0].headers["location"] == "/sign-in?next=%2Freturn%2FLAP"


async def test_a_session_that_ended_in_mid_form_loses_nothing(london: Stage) -> None:
    typed = {"milestone-P10-M04.choice": "done", "milestone-P10-M04.done.on": "17 September 2015"}
    async with london.person(BRENT) as lead:
        await lead.opens(BRE)
        fields = {**fields_in(lead.shown), **typed, "then": "check"}
    # when it is sent by who is not signed in any more
    async with httpx.AsyncClient(transport=httpx.ASGITransport(london.app), base_url=HOST, headers=PAGE) as nobody:
        answer = await nobody.post(BRE, data=fields)
    assert answer.status_code == 401
    assert "What you typed is still here" in text_of(answer.text)
    # then all of it is on that page, and can be sent after a new sign-in
    again = await london.sign_in(BRENT)
    reader = Reader(httpx.AsyncClient(transport=httpx.ASGITransport(london.app), base_url=HOST), again, answer.text)
    async with reader.client:
        reader.client.headers.update(PAGE)
        reader.client.cookies.set(again.name, again.token)
        checked = await reader.sends(BRE, then="check")
    assert "done on 17 September 2015" in checked


async def test_a_form_of_an_earlier_sign_in_is_sent_again_with_one_more_press(london: Stage) -> None:
    async with london.person(BRENT) as lead:
        await lead.opens(BRE)
        shown = await lead.sends(BRE, 403, typed={"note.write.note": "Kept."}, csrf="of another session")
        assert "is still here" in shown
        await lead.sends(BRE, then="save")
    assert await draft(london, "BRE") == {"note": "write"}


async def test_two_people_who_answer_differently_choose_which_holds(london: Stage) -> None:
    # given
    async with london.person(BRENT) as lead, london.person(BRENT_ARCHIVIST) as archivist:
        await lead.opens(BRE)
        await archivist.opens(BRE)
        await lead.sends(BRE, typed={"risk-R01.choice": "keep"}, then="save")
        # when
        closing = {"risk-R01.choice": "close", "risk-R01.close.reason": "Others carry now."}
        shown = await archivist.sends(BRE, typed=closing, then="save")
        # then
        assert "Two of you answered this. Which holds?" in shown
        assert "likelihood 3, impact 5 Lead for Brent, at 10:00" in shown
        assert "closed: Others carry now. you, at 10:00" in shown
        checked = await archivist.opens(f"{BRE}/check")
        assert "Choose which answer holds." in checked
        # and when
        await lead.opens(BRE)
        mine = lead.shown.partition(f'formaction="{BRE}/choose/risk-R01" name="use" value="')[2].partition('"')[0]
        shown = await lead.sends(f"{BRE}/choose/risk-R01", use=mine)
    assert "Which holds?" not in shown
    assert await draft(london, "BRE") == {"risk-R01": "keep"}


async def test_a_page_that_lay_open_takes_nobodys_answers_back(london: Stage) -> None:
    async with london.person(BRENT) as lead, london.person(BRENT_ARCHIVIST) as archivist:
        await lead.opens(BRE)
        await archivist.opens(BRE)
        await lead.sends(BRE, typed={"risk-R01.choice": "keep"}, then="save")
        await archivist.sends(BRE, typed={"risk-R03.choice": "keep"}, then="save")
    assert await draft(london, "BRE") == {"risk-R01": "keep", "risk-R03": "keep"}


@pytest.mark.parametrize(("use", "kept"), [("answer", {"milestone-P10-M04": "reforecast"}), ("none", {})])
async def test_a_fact_that_changed_since_is_shown_beside_the_answer(
    london: Stage, use: str, kept: dict[str, str]
) -> None:
    # given
    moved = {
        "milestone-P10-M04.choice": "reforecast",
        "milestone-P10-M04.reforecast.forecast": "3/4/16",
        "milestone-P10-M04.reforecast.reason": "The schools break up.",
    }
    async with london.person(BRENT) as lead:
        await lead.opens(BRE)
        await lead.sends(BRE, typed=moved, then="save")
        # when
        await london.do("reforecast_milestone", milestone="P10-M04", forecast="2016-05-01", reason="Said so.")
        # then
        shown = await lead.opens(BRE)
        assert "It was: forecast for 18 March 2016. It is now: forecast for 1 May 2016." in shown
        await lead.opens(f"{BRE}/check")
        assert "Choose" in await lead.sends(f"{BRE}/submit", 422)
        # and when
        await lead.opens(BRE)
        mine = lead.shown.partition(f'formaction="{BRE}/choose/milestone-P10-M04" name="use" value="')[2].partition(
            '"'
        )[0]
        await lead.sends(f"{BRE}/choose/milestone-P10-M04", use=mine if use == "answer" else "none")
        assert "It is now" not in await lead.opens(BRE)
    assert {key: choice for key, choice in (await draft(london, "BRE")).items() if key.startswith("mile")} == kept


async def test_submitting_twice_records_once_and_shows_the_same_page(london: Stage) -> None:
    async with london.person(HOUNSLOW) as lead:
        await lead.opens(HOU)
        await lead.sends(HOU, then="unchanged")
        check = lead.shown
        await lead.sends(f"{HOU}/submit")
        length = await london.log_length()
        # when the button is pressed once more, on the page to which the back button led
        lead.shown = check
        shown = await lead.sends(f"{HOU}/submit")
    assert "Return submitted" in shown
    assert await london.log_length() == length


async def test_a_form_of_before_the_submission_changes_nothing_after_it(london: Stage) -> None:
    async with london.person(HOUNSLOW) as lead:
        await lead.opens(HOU)
        form = lead.shown
        await lead.sends(HOU, then="unchanged")
        await lead.sends(f"{HOU}/submit")
        lead.shown = form
        shown = await lead.sends(HOU, typed={"note.write.note": "Late."}, then="save")
    assert "Submitted 18 September 2015" in shown
    assert await draft(london, "HOU") == {}


async def test_a_line_can_be_changed_after_the_submission_and_is_recorded_at_once(london: Stage) -> None:
    async with london.person(BRENT) as lead:
        await lead.opens(BRE)
        await lead.sends(BRE, then="unchanged")
        await lead.sends(f"{BRE}/submit")
        await lead.opens(f"{BRE}/change/milestone-P10-M04")
        # when something is wrong, and then right
        wrong = {"milestone-P10-M04.choice": "done", "milestone-P10-M04.done.on": "soon"}
        assert "“soon” is not a date." in await lead.sends(f"{BRE}/change/milestone-P10-M04", 422, typed=wrong)
        right = {"milestone-P10-M04.choice": "reforecast", "milestone-P10-M04.reforecast.forecast": "1 May 2016"}
        right["milestone-P10-M04.reforecast.reason"] = "Spring."
        shown = await lead.sends(f"{BRE}/change/milestone-P10-M04", typed=right)
    assert "Recorded: Evaluation reported to the board, forecast for 1 May 2016." in shown
    assert (await london.register()).milestones["LAP-P10-M04"].forecast.isoformat() == "2016-05-01"


async def test_what_a_rule_refuses_after_the_submission_is_said_beside_its_field(london: Stage) -> None:
    async with london.person(BRENT) as lead:
        await lead.opens(BRE)
        await lead.sends(BRE, then="unchanged")
        await lead.sends(f"{BRE}/submit")
        await lead.opens(f"{BRE}/change/milestone-P10-M04")
        same = {"milestone-P10-M04.choice": "reforecast", "milestone-P10-M04.reforecast.forecast": "18 March 2016"}
        same["milestone-P10-M04.reforecast.reason"] = "Spring."
        shown = await lead.sends(f"{BRE}/change/milestone-P10-M04", 422, typed=same)
    assert "is forecast for 18 March 2016 already; give another date" in shown


async def test_after_the_deadline_the_page_says_that_the_board_sees_it_as_recorded_since(london: Stage) -> None:
    london.clock.move_to(datetime(2015, 10, 5, 9, 0, tzinfo=UTC))
    async with london.person(HOUNSLOW) as lead:
        shown = await lead.opens(HOU)
        assert "It was due Friday 2 October, 17:00: 3 days ago." in shown
        await lead.sends(HOU, then="unchanged")
        shown = await lead.sends(f"{HOU}/submit")
        assert "It was due Friday 2 October, 17:00: the board sees it as recorded since." in shown
        shown = await lead.opens(HOU)
    assert "It is recorded at once, and the board sees it as “recorded since”." in shown


async def test_a_return_that_there_is_not_is_answered_in_words(london: Stage) -> None:
    async with london.person(OFFICE) as office:
        assert "No partner ZZZ; the partners are" in await office.opens("/return/LAP/2015-16-Q2/ZZZ", 404)
        assert "is not a quarter" in await office.opens("/return/LAP/2015-Q2/BRE", 404)
        assert "You have no role in XYZ." in await office.opens("/return/XYZ/2015-16-Q2/BRE", 403)


async def test_an_erased_persons_answers_stay_by_a_former_colleague(london: Stage) -> None:
    async with london.person(BRENT_ARCHIVIST) as archivist:
        await archivist.opens(BRE)
        await archivist.sends(BRE, typed={"note.write.note": "Kept."}, then="save")
    await london.dispatcher.forget("LAP", BRENT_ARCHIVIST, OFFICE)
    async with london.person(BRENT) as lead:
        shown = await lead.opens(BRE)
    assert "Kept: a former colleague, at 10:00" in shown
    assert "Filled in with you: a former colleague" in shown


async def test_one_line_is_kept_for_a_script_that_is_told_what_to_show(london: Stage) -> None:
    async with london.person(BRENT) as lead:
        await lead.opens(BRE)
        fields = {name: text for name, text in fields_in(lead.shown).items() if name.startswith("risk-R03.")}
        said = await lead.client.post(
            f"{BRE}/lines/risk-R03", data={**fields, **lead.session.csrf, "risk-R03.choice": "close"}
        )
        assert said.status_code == 200
        told = said.json()
        assert told["kept"] == "you, at 10:00"
        assert told["faults"] == {"risk-R03.close.reason": "Enter why it is no longer a risk."}
        assert told["progress"] == "1 of 10 answered"
        assert told["sections"]["risks"] == "1 of 2 answered"
        more = await lead.client.post(
            f"{BRE}/lines/new-risk", data={**lead.session.csrf, "new-risk.choice": "raise", "new-risk.from": ":-"}
        )
    assert [each["key"] for each in more.json()["more"]] == ["new-risk-2"]
    assert 'id="new-risk-2"' in more.json()["more"][0]["html"]


async def test_a_script_whose_session_ended_is_told_so(london: Stage) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(london.app), base_url=HOST) as nobody:
        said = await nobody.post(f"{BRE}/lines/note", data={"note.choice": "write"})
    assert said.status_code == 401


async def test_pages_of_a_return_are_kept_nowhere(london: Stage) -> None:
    async with london.person(BRENT) as lead:
        answer = await lead.client.get(BRE)
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_return_is_light(london: Stage) -> None:
    async with london.person(LMA) as lead:
        await lead.opens("/return/LAP/2015-16-Q2/LMA")
    assert len(lead.shown.encode()) < 100_000
