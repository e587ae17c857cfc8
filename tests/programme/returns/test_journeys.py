"""A return as people fill it in, with a real browser: what takes how many clicks, and what is never lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from services.runtime.web.server import HttpServer
from tests.parts.accessibility import faults
from tests.programme.returns.stage import Stage

HOUNSLOW, BRENT, BRENT_ARCHIVIST, LMA = "LAP-U024", "LAP-U009", "LAP-U010", "LAP-U003"
Q2 = "2015-16 Q2"
HOU, BRE = "/return/LAP/2015-16-Q2/HOU", "/return/LAP/2015-16-Q2/BRE"
RISK = "#risk-R01"


@dataclass
class Site:
    """The pages of returns, served to browsers."""

    london: Stage
    url: str
    browser: Browser

    @asynccontextmanager
    async def person(self, person: str, **options: Any) -> AsyncIterator[Page]:
        """Open a browser of somebody who is signed in."""
        context = await self.browser.new_context(base_url=self.url, **options)
        try:
            await self.sign_in(context, person)
            yield await context.new_page()
        finally:
            await context.close()

    async def sign_in(self, context: BrowserContext, person: str) -> None:
        """Give a browser a session of its own."""
        session = await self.london.sign_in(person)
        await context.add_cookies([{"name": session.name, "value": session.token, "url": self.url}])


@pytest.fixture
async def site(london: Stage, browser: Browser) -> AsyncIterator[Site]:
    server = HttpServer(london.app, london.settings)
    await server.start()
    yield Site(london, server.url, browser)
    await server.stop()


async def kept(page: Page, line: str) -> None:
    """Wait until a line says that it is kept."""
    await expect(page.locator(f"{line} .line-kept")).to_contain_text("Kept: you")


async def leaves(page: Page) -> None:
    """Leave the field that has the focus."""
    await page.keyboard.press("Tab")


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_return_in_which_nothing_changed_takes_three_clicks(site: Site, scripts: bool) -> None:
    async with site.person(HOUNSLOW, java_script_enabled=scripts) as page:
        await page.goto("/return/LAP/2015-16-Q1/HOU")
        # when
        await page.get_by_role("link", name="My return").click()
        await page.get_by_role("button", name="Nothing has changed").click()
        await page.get_by_role("button", name="Confirm and submit").click()
        # then
        await expect(page.get_by_role("heading", name="Return submitted")).to_be_visible()
    assert len((await site.london.register()).returns.submissions["HOU", Q2]) == 1


async def test_each_line_is_kept_as_it_is_left_and_told_to_the_colleague_who_opens_it(site: Site) -> None:
    async with site.person(BRENT) as page:
        await page.goto(BRE)
        milestone = page.locator("#milestone-P10-M04")
        await milestone.get_by_label("It has a new date").check()
        await milestone.get_by_role("textbox", name="New date").fill("3/4/16")
        assert (
            await milestone.locator(".field-error").count() == 0
        )  # nobody is told of a field that they are about to fill in
        await milestone.get_by_role("textbox", name="Why it moves").fill("The schools break up.")
        await leaves(page)
        await kept(page, "#milestone-P10-M04")
        await expect(page.locator("[data-progress]")).to_have_text("1 of 10 answered")
        await expect(page.locator('[data-answered="milestones"]')).to_have_text("1 of 1 answered")
        await page.reload()
        assert await milestone.get_by_role("textbox", name="New date").input_value() == "3/4/16"
    async with site.person(BRENT_ARCHIVIST) as page:
        await page.goto(BRE)
        await expect(page.locator("#milestone-P10-M04 .line-kept")).to_have_text("Kept: Lead for Brent, at 10:00")


async def test_what_is_wrong_is_said_beside_its_field_once_the_line_is_left(site: Site) -> None:
    async with site.person(BRENT) as page:
        await page.goto(BRE)
        risk = page.locator(RISK)
        await risk.get_by_label("It is no longer a risk").check()
        await page.locator("#risk-R03").get_by_label("No change").check()
        await expect(risk.locator(".field-error")).to_have_text("Enter why it is no longer a risk.")
        await risk.get_by_role("textbox", name="Why").fill("Others carry now.")
        await leaves(page)
        await expect(risk.locator(".field-error")).to_have_count(0)


async def test_changes_go_from_the_form_to_the_receipt(site: Site) -> None:
    async with site.person(BRENT) as page:
        await page.goto(BRE)
        risk = page.locator(RISK)
        await risk.get_by_label("Judge it anew").check()
        await risk.get_by_label("Likelihood", exact=True).select_option("2")
        await risk.get_by_role("textbox", name="Why").fill("Others carry now.")
        new = page.locator("#new-risk")
        await new.get_by_label("Raise a risk").check()
        await expect(page.locator("#new-risk-2")).to_be_visible()  # one more is asked for without a load of the page
        await new.get_by_role("textbox", name="What could happen").fill("The archivist retires")
        await new.get_by_label("Likelihood").select_option("4")
        await new.get_by_label("Impact").select_option("3")
        await page.get_by_role("button", name="Check your answers").click()
        await expect(page.locator("#row-risk-R01")).to_contain_text("likelihood 2, impact 5: Others carry now.")
        await page.get_by_role("button", name="Confirm and submit").click()
        await expect(page.get_by_role("row", name="A new risk")).to_contain_text("The archivist retires")
        # and when the button is pressed once more on the page to which "back" leads
        length = await site.london.log_length()
        await page.go_back()
        await page.reload()
        await expect(page.get_by_role("heading", name="Return submitted")).to_be_visible()
    assert await site.london.log_length() == length


async def test_two_people_in_one_draft_see_both_answers_and_choose(site: Site) -> None:
    async with site.person(BRENT) as lead, site.person(BRENT_ARCHIVIST) as archivist:
        await lead.goto(BRE)
        await archivist.goto(BRE)
        await lead.locator(RISK).get_by_label("No change").check()
        await kept(lead, RISK)
        # when
        await archivist.locator(RISK).get_by_label("It is no longer a risk").check()
        # then the page is shown anew, with both
        await expect(archivist.locator(RISK)).to_contain_text("Two of you answered this. Which holds?")
        await expect(archivist.locator(RISK)).to_contain_text("Lead for Brent, at 10:00")
        await archivist.locator(RISK).get_by_role("button", name="Use this").first.click()
        await expect(archivist.locator(RISK)).not_to_contain_text("Which holds?")
        assert await archivist.locator(RISK).get_by_label("No change").is_checked()


async def test_a_session_that_ends_in_mid_form_loses_nothing(site: Site) -> None:
    async with site.person(BRENT) as page:
        await page.goto(BRE)
        await page.context.clear_cookies()
        # when
        note = page.get_by_label("Your note")
        await note.fill("Thank you for the loan of the van.")
        await leaves(page)
        await expect(page.locator("#note .line-kept")).to_contain_text("Not kept: you are signed out.")
        # then, after a new sign-in in another window, the same page goes on
        await site.sign_in(page.context, BRENT)
        await page.locator(RISK).get_by_label("No change").check()
        await kept(page, RISK)
        await kept(page, "#note")
        await page.reload()
        assert await note.input_value() == "Thank you for the loan of the van."


async def test_a_lost_connection_loses_nothing(site: Site) -> None:
    async with site.person(BRENT) as page:
        await page.goto(BRE)
        await page.context.set_offline(True)
        await page.locator(RISK).get_by_label("No change").check()
        await expect(page.locator(f"{RISK} .line-kept")).to_contain_text("Not kept: there is no connection.")
        # when
        await page.context.set_offline(False)
        # then
        await kept(page, RISK)


async def test_the_keyboard_alone_fills_in_a_line_and_goes_on(site: Site) -> None:
    async with site.person(BRENT) as page:
        await page.goto(BRE)
        await page.locator("#risk-R01\\.choice").focus()
        await page.keyboard.press("ArrowRight")  # the second of the answers
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.name") == "risk-R01.reassess.likelihood"
        await page.keyboard.press("2")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Tab")
        await page.keyboard.type("Others carry now.")
        await page.keyboard.press("Enter")  # sends the form as "Save" does, and not as the first button that is seen
        await expect(page.get_by_text("What you typed is kept.")).to_be_visible()
        await expect(page.get_by_role("heading", name="Return for July to September 2015")).to_be_visible()


async def fill_in(page: Page) -> None:
    """Leave something of everything on the form: what is kept, what is wrong and what is to be chosen."""
    await page.goto(BRE)
    await page.locator("#milestone-P10-M04").get_by_label("It has a new date").check()
    await kept(page, "#milestone-P10-M04")
    await page.locator(RISK).get_by_label("No change").check()
    await kept(page, RISK)


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
async def test_every_page_of_a_return_can_be_used_by_everyone(
    site: Site, width: int, scheme: Literal["light", "dark"]
) -> None:
    async def check(page: Page, address: str) -> None:
        await page.goto(address)
        assert await faults(page) == [], address
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, address

    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    async with site.person(BRENT, **options) as page:
        await fill_in(page)
        await site.london.do("reassess_risk", risk="R01", likelihood=1, impact=1, reason="It is over.")
        for address in (BRE, f"{BRE}/check"):
            await check(page, address)
    async with site.person(HOUNSLOW, **options) as page:
        await page.goto(HOU)
        await page.get_by_role("button", name="Nothing has changed").click()
        await check(page, f"{HOU}/check")
        await page.get_by_role("button", name="Confirm and submit").click()
        for address in (f"{HOU}/submitted", HOU, f"{HOU}/change/commitment-C1"):
            await check(page, address)
