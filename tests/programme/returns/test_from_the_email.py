"""From the e-mail of a reminder, as a mail server took it, to a return that is submitted: with a real browser."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from contracts.events import Fact
from contracts.events.partners import PartnerAdmitted, PartnerKind
from contracts.events.partnership import PersonAppointed, Role
from contracts.events.reporting import ReturnDue
from contracts.events.returns import PartnersReminded, ReturnSubmitted
from services.runtime.base.clock import SteppedClock
from services.runtime.web.server import HttpServer
from tests.notifications import logs
from tests.notifications.deployment import ADDRESSES, Deployment
from tests.parts.accessibility import faults_by_day_and_night
from tests.parts.nats import NatsServer
from tests.parts.smtp import SmtpServer
from tests.parts.waiting import until
from tests.programme.returns.stage import AUTUMN, Stage

LEAD, BEXLEY_AND_BROMLEY = "LAP-U024", "LAP-U008"
Q2 = "2015-16 Q2"
DEADLINE = datetime(2015, 10, 2, 16, 0, tzinfo=UTC)


@pytest.fixture
async def url(london: Stage) -> AsyncIterator[str]:
    server = HttpServer(london.app, london.settings)
    await server.start()
    yield server.url
    await server.stop()


@asynccontextmanager
async def reminded(
    london: Stage,
    url: str,
    nats: NatsServer,
    smtp: SmtpServer,
    folder: Path,
    lead: str,
    *partners: str,
    told: Fact | None = None,
) -> AsyncIterator[EmailMessage]:
    """Have the lead of these partners reminded of their returns, or ``told``, and give the e-mail that they got."""
    surroundings = Deployment(nats, smtp, folder, f"sqlite:///{folder / 'notifications.db'}")
    given = {
        "api_token": london.settings.api_token,
        "public_url": url,
    }
    joined_on = date(2014, 4, 1)
    facts = [
        *logs.founding(),
        *(
            PartnerAdmitted(partner=code, name=f"Council {code}", kind=PartnerKind.LONDON_BOROUGH, joined_on=joined_on)
            for code in partners
        ),
        PersonAppointed(person=lead, partners=partners, roles=(Role.PARTNER_LEAD,)),
    ]
    async with surroundings.running(), surroundings.service(SteppedClock(AUTUMN), **given) as service:
        await surroundings.publish(*surroundings.programme.record_all(facts))
        if told is not None:
            await surroundings.publish(surroundings.programme.record(told, at=AUTUMN))
        else:
            await surroundings.announce(ReturnDue(quarter=Q2, deadline=DEADLINE, days_before=14, missing=partners))
        await until(lambda: service.idle(1))
        [message] = smtp.messages
        yield message.message


def parts(email: EmailMessage) -> tuple[str, str]:
    """Return the plain text and the HTML of an e-mail."""
    text, html = (email.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    return text.get_content(), html.get_content()


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_return_in_which_nothing_changed_takes_three_clicks_from_the_email(
    london: Stage,
    url: str,
    browser: Browser,
    own_nats_server: NatsServer,
    smtp_server: SmtpServer,
    tmp_path: Path,
    scripts: bool,
) -> None:
    async with reminded(london, url, own_nats_server, smtp_server, tmp_path, LEAD, "HOU") as email:
        _, html = parts(email)
    context = await browser.new_context(java_script_enabled=scripts)
    try:
        page = await context.new_page()
        await page.set_content(html)
        # when
        await page.get_by_role("link", name="Open the return").click()
        await page.get_by_role("button", name="Nothing has changed").click()
        await page.get_by_role("button", name="Confirm and submit").click()
        # then
        await expect(page.get_by_role("heading", name="Return submitted")).to_be_visible()
    finally:
        await context.close()
    (submission,) = (await london.register()).returns.submissions["HOU", Q2]
    assert (submission.actor, submission.nothing_changed) == (LEAD, True)


async def test_whoever_reads_text_alone_finds_each_link_whole_in_a_line_of_its_own_and_is_told_to_keep_it(
    london: Stage, url: str, own_nats_server: NatsServer, smtp_server: SmtpServer, tmp_path: Path
) -> None:
    async with reminded(london, url, own_nats_server, smtp_server, tmp_path, BEXLEY_AND_BROMLEY, "BEX", "BRO") as email:
        text, _ = parts(email)
        content = smtp_server.messages[0].content
    whole = re.compile(rf"{re.escape(url)}(/return/LAP/2015-16-Q2/\w+/open\?key=\S+)")
    links = [found[1] for line in text.splitlines() if (found := whole.fullmatch(line))]
    async with london.visitor() as visitor:
        pages = [(await visitor.get(link)).text for link in links]
    assert ["London Borough of Bexley. Due" in pages[0], "London Borough of Bromley. Due" in pages[1]] == [True, True]
    assert "do not pass it on" in " ".join(text.split())
    assert max(map(len, content.split(b"\r\n"))) <= 76


async def test_what_the_secretary_sends_is_answered_to_them_and_opens_the_return(
    london: Stage, url: str, own_nats_server: NatsServer, smtp_server: SmtpServer, tmp_path: Path
) -> None:
    told = PartnersReminded(quarter=Q2, deadline=DEADLINE, partners=("HOU",))
    async with reminded(london, url, own_nats_server, smtp_server, tmp_path, LEAD, "HOU", told=told) as email:
        text, _ = parts(email)
    assert ADDRESSES[logs.SECRETARY] in str(email["Reply-To"])
    assert "The secretary of the London Archives Partnership asks you for it." in text
    link = re.search(rf"{re.escape(url)}(/return/\S+/open\?key=\S+)", text)
    assert link is not None
    async with london.visitor() as visitor:
        page = await visitor.get(link[1])
    assert (page.status_code, "London Borough of Hounslow. Due" in page.text) == (200, True)


async def test_the_receipt_lists_all_that_was_recorded_as_its_page_does(
    london: Stage, url: str, own_nats_server: NatsServer, smtp_server: SmtpServer, tmp_path: Path
) -> None:
    # given
    async with london.person(LEAD) as lead:
        await lead.opens("/return/LAP/2015-16-Q2/HOU")
        await lead.sends("/return/LAP/2015-16-Q2/HOU", then="unchanged")
        page = await lead.sends("/return/LAP/2015-16-Q2/HOU/submit")
    # when
    told = ReturnSubmitted(partner="HOU", quarter=Q2, nothing_changed=True)
    async with reminded(london, url, own_nats_server, smtp_server, tmp_path, LEAD, "HOU", told=told) as email:
        text, html = parts(email)
    # then
    said = "yes, with evidence: Four places used on shared training"
    assert f"Work together first C1 nothing reported {said}" in page
    assert f"* Work together first (C1) nothing reported → {said}" in " ".join(text.split())
    assert said in html


async def test_what_a_receipt_lists_is_told_to_our_own_services_alone(london: Stage) -> None:
    path, at = "/return/LAP/2015-16-Q2/HOU", AUTUMN.isoformat()
    async with london.person(LEAD) as lead:
        await lead.opens(path)
        await lead.sends(path, then="unchanged")
        await lead.sends(f"{path}/submit")
        words = {
            "": 401,
            london.links.word("receipt", "/return/LAP/2015-16-Q2/BRE", at): 401,
            london.links.word("open", path, at): 401,
            london.links.word("receipt", path, at): 200,
        }
        answers = {
            word: (await lead.client.get(f"{path}/receipt.json", params={"at": at, "word": word})).status_code
            for word in words
        }
        before = (AUTUMN - timedelta(seconds=1)).isoformat()
        earlier = {"at": before, "word": london.links.word("receipt", path, before)}
        assert (await lead.client.get(f"{path}/receipt.json", params=earlier)).status_code == 404
    assert answers == words


@pytest.mark.parametrize("width", [320, 1280])
async def test_the_pages_of_a_link_can_be_used_by_everyone(
    london: Stage, url: str, browser: Browser, width: int
) -> None:
    link = await london.link(LEAD, Q2, "HOU")
    context = await browser.new_context(base_url=url, viewport={"width": width, "height": 800})
    try:
        page = await context.new_page()

        async def check() -> None:
            assert await faults_by_day_and_night(page) == [], page.url
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, page.url

        await page.goto("/return/LAP/2015-16-Q2/HOU/open?key=none")
        await check()
        await page.goto(link)
        await check()
        await page.get_by_role("button", name="Nothing has changed").click()
        await check()
        await context.clear_cookies()
        await london.openings.take_back_for("LAP", "HOU")
        await page.goto(link)
        await page.get_by_role("button", name="Open the return").click()
        await expect(page.get_by_text("It was taken back.")).to_be_visible()
        await check()
    finally:
        await context.close()
