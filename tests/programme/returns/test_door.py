"""The link of a reminder opens one return without sign-in, by a button, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from services.access import return_openings
from services.runtime.access.directory import DirectoryEntry
from services.runtime.access.return_links import LINK_LASTS, WORD_LASTS, ReturnLinks
from services.runtime.access.sessions.reader import FRESH_SECONDS
from services.runtime.base.clock import SteppedClock
from tests.programme.returns.stage import HOST, Stage, fields_in, text_of

HOUNSLOW, BRENT, BRENT_ARCHIVIST, OFFICE = "LAP-U024", "LAP-U009", "LAP-U010", "LAP-U001"
Q2 = "2015-16 Q2"
HOU, BRE = "/return/LAP/2015-16-Q2/HOU", "/return/LAP/2015-16-Q2/BRE"
LATE = datetime(2015, 10, 2, 16, 0, 1, tzinfo=UTC)


async def pressed(browser: httpx.AsyncClient, link: str, **more: str) -> httpx.Response:
    """Open a link and press a button of its page."""
    page = await browser.get(link)
    assert page.status_code == 200, text_of(page.text)
    return await browser.post("/sign-in/return", data={**fields_in(page.text), **more})


def opened(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.headers.get("location", "")


async def is_inside(browser: httpx.AsyncClient, place: str = HOU) -> bool:
    return (await browser.get(place)).status_code == 200


async def test_the_page_names_partner_and_quarter_and_its_button_opens_the_return(london: Stage) -> None:
    link = await london.link(HOUNSLOW, Q2, "HOU")
    async with london.visitor() as browser:
        page = await browser.get(link)
        assert not await is_inside(browser)
        answer = await pressed(browser, link)
        assert opened(answer) == (303, HOU)
        shown = text_of((await browser.get(HOU)).text)
    assert "Return for July to September 2015 London Borough of Hounslow. Due Friday 2 October, 17:00" in text_of(
        page.text
    )
    assert (page.headers["cache-control"], page.headers["referrer-policy"]) == ("no-store", "strict-origin")
    assert "Lead for Hounslow" not in page.text  # whoever finds the e-mail learns nobody's name
    assert "Has nothing changed?" in shown
    assert "This return alone" in shown


async def test_nothing_happens_on_a_get_however_often_a_scanner_looks(london: Stage) -> None:
    link = await london.link(HOUNSLOW, Q2, "HOU")
    async with london.visitor() as scanner, london.visitor() as browser:
        for _ in range(return_openings.MOST_BROWSERS + 1):
            assert (await scanner.get(link)).status_code == 200
            assert (await scanner.head(link)).status_code == 200
        assert not await is_inside(scanner)
        assert opened(await pressed(browser, link)) == (303, HOU)


async def test_neither_the_link_nor_what_it_opens_is_written_into_the_log(
    london: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    link = await london.link(HOUNSLOW, Q2, "HOU")
    async with london.visitor() as browser:
        await pressed(browser, link)
        token = browser.cookies["concordat-session"]
    logged = capsys.readouterr().out
    assert f"path={HOU}/open" in logged
    assert link.rpartition(".")[2] not in logged
    assert token not in logged


async def test_it_opens_this_return_and_nothing_else(london: Stage) -> None:
    link = await london.link(HOUNSLOW, Q2, "HOU")
    async with london.visitor() as browser:
        await pressed(browser, link)
        assert (await browser.get(f"{HOU}/sheet")).status_code == 200
        for elsewhere in (BRE, "/return/LAP/2015-16-Q1/HOU", f"{HOU}X", "/return/LAP/returns.xlsx", "/return/LAP"):
            assert (await browser.get(elsewhere)).headers["location"].startswith("/sign-in?next="), elsewhere


async def test_nothing_has_changed_takes_one_button_here_and_one_on_the_check(london: Stage) -> None:
    link = await london.link(HOUNSLOW, Q2, "HOU")
    before = await london.log_length()
    async with london.visitor() as browser:
        answer = await pressed(browser, link, then="unchanged")
        assert opened(answer) == (303, f"{HOU}/check?unchanged=1")
        check = await browser.get(answer.headers["location"])
        assert "Confirm what the board counts each quarter" in check.text
        assert await london.log_length() == before  # and nothing is kept by looking
        # when
        done = await browser.post(f"{HOU}/submit", data=fields_in(check.text), follow_redirects=True)
    # then
    assert "Return submitted" in done.text
    assert 'href="/packs/' not in done.text  # which this session does not open
    (submission,) = (await london.register()).returns.submissions["HOU", Q2]
    assert (submission.actor, submission.nothing_changed) == (HOUNSLOW, True)


async def test_the_button_works_again_in_its_browser_within_the_hour_and_once_in_another_one(
    london: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = await london.link(HOUNSLOW, Q2, "HOU")
    clock = SteppedClock(datetime.now(UTC))
    london.openings._clock = clock
    async with london.visitor() as desk, london.visitor() as telephone:
        await pressed(desk, link)
        desk.cookies.delete("concordat-session")
        assert opened(await pressed(desk, link)) == (303, HOU)  # pressed twice
        # when
        clock.move_to(clock.now() + return_openings.OPEN_FOR)
        desk.cookies.delete("concordat-session")
        shut = await pressed(desk, link)
        elsewhere = await pressed(telephone, link)
    # then
    assert shut.status_code == 403
    assert "It was used in this browser before." in shut.text
    assert f"/sign-in?next={HOU}" in shut.text
    assert opened(elsewhere) == (303, HOU)


async def test_a_link_that_goes_round_opens_in_a_few_browsers_and_in_no_further_one(london: Stage) -> None:
    link = await london.link(HOUNSLOW, Q2, "HOU")
    answers = []
    for _ in range(return_openings.MOST_BROWSERS + 1):
        async with london.visitor() as browser:
            answers.append((await pressed(browser, link)).status_code)
    assert answers == [303] * return_openings.MOST_BROWSERS + [403]


async def test_of_one_network_so_many_open_returns_within_an_hour(
    london: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(return_openings, "MOST_OF_A_NETWORK", 1)
    async with london.visitor() as first, london.visitor() as second:
        assert opened(await pressed(first, await london.link(HOUNSLOW, Q2, "HOU"))) == (303, HOU)
        refused = await pressed(second, await london.link(BRENT, Q2, "BRE"))
    assert (refused.status_code, "from your network" in refused.text) == (403, True)


async def test_once_it_was_submitted_the_link_opens_nothing(london: Stage) -> None:
    link = await london.link(HOUNSLOW, Q2, "HOU")
    async with london.visitor() as browser:
        form = fields_in((await browser.get(link)).text)
        await london.do("submit_return", HOUNSLOW, partner="HOU", quarter=Q2, nothing_changed=True)
        page = await browser.get(link)
    assert page.status_code == 403
    assert "It was submitted" in page.text
    assert "<button" not in page.text
    assert form["key"] not in page.text


async def test_once_the_deadline_has_passed_the_link_opens_nothing(london: Stage) -> None:
    link = await london.link(HOUNSLOW, Q2, "HOU")
    london.clock.move_to(LATE)
    async with london.visitor() as browser:
        page = await browser.get(link)
    assert page.status_code == 403
    assert "its link opened it until then" in text_of(page.text)
    assert f"/sign-in?next={HOU}" in page.text


async def test_what_was_opened_stays_open_for_its_hour_to_see_the_receipt(london: Stage) -> None:
    link = await london.link(HOUNSLOW, Q2, "HOU")
    async with london.visitor() as browser:
        await pressed(browser, link)
        await london.do("submit_return", HOUNSLOW, partner="HOU", quarter=Q2, nothing_changed=True)
        assert "Return submitted" in (await browser.get(f"{HOU}/submitted")).text


async def test_without_the_word_of_programme_the_button_leads_back_to_the_page(london: Stage) -> None:
    link = await london.link(HOUNSLOW, Q2, "HOU")
    other = await london.link(BRENT, Q2, "BRE")
    key = httpx.URL(HOST + link).params["key"]
    async with london.visitor() as browser:
        words = ["", "9999999999.0123", fields_in((await browser.get(other)).text)["word"]]
        fields = {"partnership": "LAP", "quarter": Q2, "partner": "HOU", "key": key}
        answers = [await browser.post("/sign-in/return", data={**fields, "word": word}) for word in words]
        assert not await is_inside(browser)
    assert [opened(each) for each in answers] == [(303, link)] * 3


@pytest.mark.parametrize(
    "change",
    [
        {"partner": "BRE"},
        {"quarter": "2015-16 Q1"},
        {"key": "LAP-U024.1443000000.0123456789abcdef0123456789abcdef"},
        {"key": "LAP-U024.99999999999999999999.0123456789abcdef0123456789abcdef"},
        {"key": "é"},
        {"key": ""},
        {"partnership": "../.."},
        {"quarter": "never"},
    ],
)
async def test_a_link_is_good_for_what_it_was_made_for(london: Stage, change: dict[str, str]) -> None:
    link = await london.link(HOUNSLOW, Q2, "HOU")
    async with london.visitor() as browser:
        fields = fields_in((await browser.get(link)).text)
        answer = await browser.post("/sign-in/return", data={**fields, **change})
        assert (answer.status_code, "This link opens nothing" in answer.text) == (403, True)
        assert not await is_inside(browser)


@pytest.mark.parametrize("key", ["", "nonsense", "LAP-U024.9999999999.0123456789abcdef0123456789abcdef"])
async def test_what_is_no_link_learns_nothing_of_any_return(london: Stage, key: str) -> None:
    async with london.visitor() as browser:
        pages = [await browser.get(f"{place}/open?key={key}") for place in (HOU, "/return/LAP/2015-16-Q2/NOBODY")]
    for page in pages:
        assert page.status_code == 403
        assert "Hounslow" not in page.text


async def test_a_link_goes_with_the_address_that_it_was_sent_to(london: Stage) -> None:
    link = await london.link(HOUNSLOW, Q2, "HOU")
    async with london.visitor() as browser:
        fields = fields_in((await browser.get(link)).text)
        await london.directory.put("LAP", [DirectoryEntry(HOUNSLOW, None, "Lead", "elsewhere@hounslow.example")])
        assert (await browser.get(link)).status_code == 403
        assert (await browser.post("/sign-in/return", data=fields)).status_code == 403


async def a_second_later(london: Stage, browser: httpx.AsyncClient) -> int:
    """Return how a return that was opened answers a second later."""
    london.ticks.seconds += FRESH_SECONDS
    return (await browser.get(HOU)).status_code


async def test_whoever_is_erased_or_holds_the_role_no_more_has_nothing_open(london: Stage) -> None:
    link = await london.link(HOUNSLOW, Q2, "HOU")
    async with london.visitor() as browser:
        await pressed(browser, link)
        await london.do("end_roles", person=HOUNSLOW, roles=["partner_lead"], on="2015-09-18")
        assert (await browser.get(HOU)).status_code == 403
        assert (await browser.get(link)).status_code == 403
        await london.directory.erase("LAP", HOUNSLOW, london.clock.now())
        assert await a_second_later(london, browser) == 303


async def test_whoever_shares_the_address_of_somebody_who_is_erased_does_not_become_them(london: Stage) -> None:
    shared = "office@hounslow.example"
    await london.directory.put("LAP", [DirectoryEntry(HOUNSLOW, None, "Lead", shared)])
    await london.directory.put("LAP", [DirectoryEntry(BRENT_ARCHIVIST, None, "Another", shared)])
    link = await london.link(HOUNSLOW, Q2, "HOU")
    async with london.visitor() as browser:
        await pressed(browser, link)
        assert await is_inside(browser)
        await london.directory.erase("LAP", HOUNSLOW, london.clock.now())
        assert await a_second_later(london, browser) == 303


async def test_whoever_is_signed_in_is_led_to_their_return_and_stays_signed_in(london: Stage) -> None:
    link = await london.link(HOUNSLOW, Q2, "HOU")
    async with london.person(HOUNSLOW) as lead, london.person(BRENT) as other:
        led = await lead.client.get(link)
        assert opened(led) == (303, HOU)
        shown = await other.client.get(link)
        assert "This link is for another sign-in" in shown.text
        async with london.visitor() as browser:
            fields = fields_in((await browser.get(link)).text)
        pressed_all_the_same = await other.client.post("/sign-in/return", data=fields)
        assert opened(pressed_all_the_same) == (303, HOU)
        assert "set-cookie" not in pressed_all_the_same.headers
        assert (await other.client.get(HOU)).status_code == 403


async def test_who_takes_their_links_back_ends_what_they_opened(london: Stage) -> None:
    link = await london.link(HOUNSLOW, Q2, "HOU")
    found = await london.directory.get_many("LAP", [HOUNSLOW])
    async with london.visitor() as browser, london.visitor() as other:
        await pressed(browser, link)
        # when
        await london.openings.take_back_of(str(found[HOUNSLOW].email).lower())
        # then
        assert await a_second_later(london, browser) == 303
        assert "It was taken back." in (await pressed(other, link)).text


async def test_the_links_of_one_partner_are_taken_back_and_no_others(london: Stage) -> None:
    link = await london.link(HOUNSLOW, Q2, "HOU")
    async with london.visitor() as hounslow, london.visitor() as brent:
        await pressed(hounslow, link)
        await pressed(brent, await london.link(BRENT, Q2, "BRE"))
        # when
        await london.openings.take_back_for("LAP", "HOU")
        # then
        assert await a_second_later(london, hounslow) == 303
        assert await is_inside(brent, BRE)
        assert "It was taken back." in (await pressed(hounslow, link)).text


def test_a_link_works_for_sixty_days_and_the_word_of_programme_for_an_hour() -> None:
    clock = SteppedClock(datetime(2026, 3, 2, 12, 0, tzinfo=UTC))
    links = ReturnLinks("a-secret", clock)
    key, word = links.key("LAP", Q2, "HOU", HOUNSLOW, "ada@hounslow.example"), links.word("open", HOU)
    # when
    clock.move_to(clock.now() + WORD_LASTS - timedelta(seconds=1))
    assert links.takes_word(word, "open", HOU)
    clock.move_to(clock.now() + timedelta(seconds=1))
    assert not links.takes_word(word, "open", HOU)
    # then
    link = links.written("LAP", Q2, "HOU", key)
    assert link is not None
    assert links.proves(link, key, "ada@hounslow.example")
    assert not links.proves(link, key, "ada@brent.example")
    assert not ReturnLinks("another", clock).proves(link, key, "ada@hounslow.example")
    clock.move_to(link.made_at + LINK_LASTS)
    assert links.written("LAP", Q2, "HOU", key) is None
