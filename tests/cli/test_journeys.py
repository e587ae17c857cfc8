"""What each role came for, done with a real browser on everything that runs: services, broker, mail and the example.

All of it happens on the morning of a board meeting, in one demonstration.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.cli.command import SMALL, Running
from tests.parts.accessibility import faults_by_day_and_night
from tests.parts.waiting import until

DURHAM, NORTHUMBERLAND, TYNE, OBSERVER, SECRETARY = (f"NFA-U{number:03}" for number in (2, 3, 4, 5, 6))
MORE_PEOPLE = """\
  - {key: office, name: Programme office, email: office@alliance.example, roles: [secretary]}
  - {key: deputy, name: Deputy for Northumberland, email: nor@alliance.example, partner: NOR, roles: [substitute]}
"""
WATCHER = "{key: watcher, name: Observer, "
MORNING = """
  - {at: 2014-10-01T10:00, by: secretary, do: add_agenda_item, meeting: B02, item: 1, kind: decision,
     title: Buy a second set, about: P01, recommendation: Buy it., owner: NOR}
  - {at: 2014-10-01T10:05, by: secretary, do: add_agenda_item, meeting: B02, item: 2, kind: decision,
     title: Choose the site, about: P02, recommendation: Choose Durham., owner: DUR}
  - {at: 2014-10-01T10:10, by: secretary, do: schedule_meeting, code: B03, date: 2014-10-15, time: "14:00"}
  - {at: 2014-10-01T10:15, by: secretary, do: add_agenda_item, meeting: B03, item: 1, kind: decision,
     title: Lend a pump, recommendation: Lend it., owner: TWE}
  - {at: 2014-10-01T10:20, by: secretary, do: schedule_meeting, code: B04, date: 2015-01-22, time: "14:00"}
  - {at: 2014-10-01T11:00, by: secretary, do: open_written_procedure, code: W01, title: Insure the sets,
     text: The sets are insured together., closes: 2014-10-16T09:00}
  - {at: 2014-10-02T11:00, by: dur-lead, do: answer_written_procedure, procedure: W01, answer: for}
  - {at: 2014-10-02T11:05, by: twe-lead, do: answer_written_procedure, procedure: W01, answer: for}
  - {at: 2014-10-16T09:30, by: nor-lead, do: release_capacity, partner: NOR, project: P01, on: 2014-10-15, days: 1}
"""
NARROW = 320
"""What is left of 1,280 pixels at 400 %."""


@dataclass
class House:
    """A demonstration that runs, and what is kept of its e-mails."""

    url: str
    mail: Path
    browser: Browser

    @asynccontextmanager
    async def visitor(self, width: int = 1280, *, scripts: bool = True) -> AsyncIterator[Page]:
        """Open a browser of somebody who is not signed in."""
        context = await self.browser.new_context(
            base_url=self.url, viewport={"width": width, "height": 800}, java_script_enabled=scripts
        )
        try:
            yield await context.new_page()
        finally:
            await context.close()

    @asynccontextmanager
    async def person(self, person: str, width: int = 1280, *, scripts: bool = True) -> AsyncIterator[Page]:
        """Open a browser of somebody of the example, on their Home."""
        async with self.visitor(width, scripts=scripts) as page:
            await becomes(page, person)
            await page.goto("/home/NFA")
            yield page

    def letters(self) -> int:
        """Return how many e-mails have come."""
        return len(list(self.mail.glob("*.eml")))

    async def letter(self, before: int, address: str) -> str:
        """Return the text of the first e-mail to an address that comes after those that were there ``before``."""
        found: list[str] = []

        def has_come() -> bool:
            for path in sorted(self.mail.glob("*.eml"))[before:]:
                message = message_from_bytes(path.read_bytes(), policy=policy.default)
                body = message.get_body(("plain",))
                if address in message["To"] and body is not None:
                    found.append(str(body.get_content()))
            return bool(found)

        await until(has_come, self.letters, what=f"an e-mail to {address}")
        return found[0]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of the demonstration, and the folder of its e-mails."""
    folder = tmp_path_factory.mktemp("journeys")
    people, commitments, rest = SMALL.read_text().partition("commitments:\n")
    people = people.replace(WATCHER, f"{WATCHER}email: observer@alliance.example, ")
    file = folder / "meeting-day.yaml"
    file.write_text(people + MORE_PEOPLE + commitments + rest.rstrip() + MORNING)
    with Running(("demo", "--data", folder / "data", "--file", file, "--port", "0")) as running:
        said = running.until_said("Ctrl-C stops it;")
        yield said.split("Web pages   ")[1].split("/home/")[0], folder / "data" / "mail"


@pytest.fixture
def house(served: tuple[str, Path], browser: Browser) -> House:
    url, mail = served
    return House(url, mail, browser)


async def becomes(page: Page, person: str) -> None:
    """Sign in as somebody of the example, on whatever page."""
    await page.context.request.post("/become", form={"person": person})


async def happened(page: Page, words: str) -> None:
    """Wait until the page says that something happened."""
    await expect(page.get_by_role("status").first).to_contain_text(words)


async def tells(page: Page, words: str) -> bool:
    """Load a page of reporting, which hears of everything a little later, anew and say whether it tells this."""
    await page.reload()
    return await page.locator("body").filter(has_text=words).count() > 0


async def asks_for_a_link(page: Page, address: str) -> None:
    await page.get_by_label("E-mail address").fill(address)
    await page.get_by_role("main").get_by_role("button").click()
    await expect(page.get_by_role("heading", name="Look into your e-mail")).to_be_visible()


async def follows_the_link(house: House, page: Page, before: int, address: str) -> None:
    """Sign in from the page that asks for it, by the link of the e-mail that comes."""
    await asks_for_a_link(page, address)
    link = re.search(r"http\S+/sign-in/\S+", await house.letter(before, address))
    assert link is not None
    await page.goto(link[0])
    await page.get_by_role("main").get_by_role("button", name="Sign in").click()


# -- signing in --------------------------------------------------------------------------------------------------------


async def test_a_link_leads_to_the_page_that_was_wanted_and_signing_out_shuts_it_again(house: House) -> None:
    async with house.visitor() as page:
        before = house.letters()
        await page.goto("/projects/NFA/P01")
        # when
        await follows_the_link(house, page, before, "lead@tyne.example")
        # then
        await expect(page.get_by_role("heading", name="Shared breathing apparatus")).to_be_visible()
        # when
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
        await page.goto("/projects/NFA/P01")
        await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


async def test_who_reads_e_mail_on_another_device_types_its_code(house: House) -> None:
    async with house.visitor() as page, house.visitor(NARROW) as phone:
        before = house.letters()
        await page.goto("/home/NFA")
        await asks_for_a_link(page, "lead@durham.example")
        letter = await house.letter(before, "lead@durham.example")
        link, code = re.search(r"http\S+", letter), re.search(r"\d{3} \d{3}", letter)
        assert link is not None
        assert code is not None
        # when
        await phone.goto(link[0])
        await expect(phone.get_by_role("heading", name="This link does not work here")).to_be_visible()
        await page.get_by_label("Code").fill(code[0])
        await page.get_by_role("main").get_by_role("button", name="Sign in").click()
        # then
        await expect(page.get_by_role("heading", name="What needs you")).to_be_visible()


# -- the secretary -----------------------------------------------------------------------------------------------------


async def test_the_secretary_reminds_a_partner_whose_lead_comes_to_the_return(house: House) -> None:
    async with house.person(SECRETARY) as page, house.visitor() as lead:
        before = house.letters()
        await page.get_by_role("link", name="missing for 2014-15 Q2").click()
        await page.get_by_role("checkbox", name="Tyne and Wear").check()
        await page.get_by_role("button", name="Remind those ticked").click()
        await page.get_by_role("main").get_by_role("button", name=re.compile("^Send")).click()
        await happened(page, "1 partner reminded.")
        link = re.search(r"http\S+/return/\S+", await house.letter(before, "lead@tyne.example"))
        assert link is not None
        # when, after the deadline, they sign in on the way
        before = house.letters()
        await lead.goto(link[0])
        await follows_the_link(house, lead, before, "lead@tyne.example")
        # then
        await expect(lead.get_by_role("heading", name="Return for July to September 2014")).to_be_visible()
        await expect(lead.get_by_role("main")).to_contain_text("Tyne and Wear")


async def test_the_secretary_adds_a_person_who_can_sign_in_at_once(house: House) -> None:
    async with house.person(SECRETARY) as page, house.visitor() as new:
        await page.get_by_role("link", name="Office").click()
        await page.get_by_role("link", name="People and roles").click()
        await page.get_by_role("link", name="Add a person").click()
        await page.get_by_label("Name", exact=True).fill("Ada Lovelace")
        await page.get_by_label("E-mail address").fill("ada@alliance.example")
        await page.get_by_role("checkbox", name="Observer").check()
        await page.get_by_role("button", name="Add this person").click()
        await happened(page, "Ada Lovelace")
        # then
        before = house.letters()
        await new.goto("/home/NFA")
        await asks_for_a_link(new, "ada@alliance.example")
        assert await house.letter(before, "ada@alliance.example")


async def test_the_secretary_takes_back_what_was_recorded_by_mistake(house: House) -> None:
    async with house.person(SECRETARY) as page:
        await page.goto("/office/NFA/corrections")
        await page.get_by_role("row", name="gave 1.00 days").get_by_role("link", name="Take it back").click()
        await page.get_by_label("Why").fill("It was another project.")
        await page.get_by_role("button", name="Take it back").click()
        await happened(page, "Shared breathing apparatus")
        await page.goto("/office/NFA/corrections")
        await expect(page.get_by_role("link", name=re.compile("Take it back.*gave 1.00 days"))).to_have_count(0)


async def test_what_the_secretary_puts_right_is_told_by_the_next_pack(house: House) -> None:
    async with house.person(SECRETARY) as page:
        # given a milestone that was ticked by mistake
        await page.goto("/projects/NFA/P02/M01/done")
        await page.get_by_label("On which day was it reached?").fill("15/10/14")
        await page.get_by_role("button", name="Record that it is done").click()
        await happened(page, "“Site chosen” was reached on 15 October 2014.")
        # when
        await page.get_by_role("status").get_by_role("link", name="Undo").click()
        await page.get_by_label("Why").fill("It was the site of another project.")
        await page.get_by_role("button", name="Take back that it is done").click()
        await happened(page, "“Site chosen” is not done after all.")
        await page.get_by_role("link", name="Change the lead").click()
        await page.get_by_label("Who leads from then on").select_option(label="Northumberland")
        await page.get_by_label("First day on which it leads").fill("16/10/14")
        await page.get_by_label("Why").fill("They have the staff.")
        await page.get_by_role("button", name="Change the lead").click()
        await happened(page, "Northumberland")
        await page.goto("/partners/NFA/DUR/amend")
        await page.get_by_label("Name of the organisation").fill("Durham and Darlington")
        await page.get_by_label("Why").fill("They merged.")
        await page.get_by_role("button", name="Save").click()
        await happened(page, "The partner is now called “Durham and Darlington”. They merged.")
        # then
        await page.goto("/packs/NFA/B04")
        await page.get_by_role("link", name="Read the preview").click()
        await until(lambda: tells(page, "formerly County Durham"), what="the last that was put right, in a preview")
        told = page.locator("body")
        await expect(told).to_contain_text("It was the site of another project.")
        await expect(told).to_contain_text("They have the staff.")


# -- the board ---------------------------------------------------------------------------------------------------------


async def test_the_chair_opens_the_meeting_and_decides_an_item(house: House) -> None:
    async with house.person(DURHAM) as page:
        await page.goto("/board/NFA/B02")
        await page.get_by_role("link", name="Open the meeting").click()
        for seat in await page.locator("select[name^=seat-]").all():
            await seat.select_option("there")
        await page.get_by_role("button", name="Open the meeting").click()
        await happened(page, "The meeting began, with 3 people present.")
        # when
        await page.get_by_role("row", name="Choose the site").get_by_role("link", name="Record the decision").click()
        await page.get_by_label("Agreed", exact=True).check()
        await page.locator("textarea[name=text]").fill("Durham is chosen.")
        await page.get_by_role("button", name="Record the decision").click()
        # then
        await expect(page.get_by_role("main")).to_contain_text("Durham is chosen.")
        await page.goto("/board/NFA/decisions")
        await expect(page.get_by_role("main")).to_contain_text("Durham is chosen.")


async def test_a_substitute_sits_at_a_meeting_that_decides_and_is_closed(house: House) -> None:
    async with house.person(DURHAM) as page:
        await page.goto("/board/NFA/B03/open")
        assert await faults_by_day_and_night(page) == []
        for seat in await page.locator("select[name^=seat-]").all():
            await seat.select_option("there")
        sits = page.locator(f"select[name=seat-{NORTHUMBERLAND}]")
        (place,) = [each for each in await sits.locator("option").all_text_contents() if "in their place" in each]
        await sits.select_option(label=place)
        await page.get_by_role("button", name="Open the meeting").click()
        await happened(page, "The meeting began, with 3 people present.")
        await page.get_by_role("row", name="Lend a pump").get_by_role("link", name="Record the decision").click()
        await page.get_by_role("button", name="Record the decision").click()
        # then what is missing is said first, and can be read by everybody
        await expect(page.locator(".error-summary")).to_be_focused()
        assert await faults_by_day_and_night(page) == []
        # when
        await page.get_by_label("Agreed", exact=True).check()
        await page.locator("textarea[name=text]").fill("The pump is lent.")
        await page.get_by_role("button", name="Record the decision").click()
        await page.goto("/board/NFA/B03")
        await page.get_by_role("link", name="Close the meeting").click()
        await expect(page.get_by_role("main")).to_contain_text("A meeting that was closed stays so")
        assert await faults_by_day_and_night(page) == []
        await page.get_by_role("button", name="Close the meeting").click()
        # then
        await happened(page, "The meeting ended.")
        await expect(page.get_by_role("main")).to_contain_text("The pump is lent.")
        await expect(page.get_by_role("link", name=re.compile("Record the decision|Close the meeting"))).to_have_count(
            0
        )


async def test_members_answer_a_written_procedure_and_change_their_answer_until_it_closes(house: House) -> None:
    async with (
        house.person(SECRETARY) as office,
        house.person(NORTHUMBERLAND) as member,
        house.person(OBSERVER) as other,
    ):
        await office.goto("/board/NFA/open-procedure")
        await office.get_by_label("Title").fill("Sell the old sets")
        await office.get_by_label("What are the members asked to agree?").fill("The old sets are sold.")
        await office.get_by_label("Until which day do they answer?").fill("24 October 2014")
        await office.get_by_role("button", name="Put it to the members").click()
        await happened(office, "put to the members")
        # when
        await member.goto("/home/NFA")
        await member.get_by_role("link", name="Answer the written procedure “Sell the old sets”").click()
        await member.get_by_role("link", name=re.compile("nswer")).first.click()
        await member.get_by_label("For", exact=True).check()
        await member.get_by_role("main").get_by_role("button").first.click()
        await happened(member, "answer")
        await member.get_by_role("link", name=re.compile("nswer")).first.click()
        await member.get_by_label("Against", exact=True).check()
        await member.get_by_role("main").get_by_role("button").first.click()
        # then
        await expect(member.get_by_role("main")).to_contain_text(re.compile("Your answer\\s*Against", re.IGNORECASE))
        await other.goto(member.url.partition("?")[0])
        await expect(other.get_by_role("link", name=re.compile("nswer"))).to_have_count(0)


async def test_a_procedure_is_closed_after_its_time_and_says_what_came_of_it(house: House) -> None:
    async with house.person(SECRETARY) as page:
        await page.goto("/board/NFA/procedures/W01")
        await page.get_by_role("link", name="Count the answers and close it").click()
        assert await faults_by_day_and_night(page) == []
        await page.get_by_role("button", name="Count the answers and close it").click()
        # then
        await happened(page, "The procedure closed: it passed.")
        await expect(page.get_by_role("main")).to_contain_text("2 for, 0 against, 0 abstained")
        await page.get_by_role("link", name="The sets are insured together.").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Decision")


async def test_a_member_declares_an_interest_with_the_keyboard_alone(house: House) -> None:
    async def tab_to(page: Page, selector: str) -> None:
        for _ in range(100):
            if await page.evaluate("at => document.activeElement.matches(at)", selector):
                return
            await page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {selector}")

    async with house.person(NORTHUMBERLAND) as page:
        await tab_to(page, "a[href='/board/NFA']")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/board/NFA")
        await tab_to(page, "a[href='/board/NFA/B02']")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/board/NFA/B02")
        await tab_to(page, "a[href='/board/NFA/B02/items/1/interest']")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/interest")
        await tab_to(page, "textarea")
        await page.keyboard.type("We own a set.")
        await tab_to(page, "input[type=radio]")
        await page.keyboard.press("Space")
        await tab_to(page, "main button")
        await page.keyboard.press("Enter")
        await happened(page, "interest")


# -- what goes wrong ---------------------------------------------------------------------------------------------------


async def test_what_was_typed_when_the_session_ended_is_there_after_a_new_sign_in(house: House) -> None:
    async with house.person(NORTHUMBERLAND) as page:
        await page.goto("/projects/NFA/P01/M02/re-forecast")
        await page.get_by_label("New date").fill("2 Feb 2015")
        await page.get_by_label("Why").fill("Two crews train later.")
        await page.context.clear_cookies()
        # when
        await page.get_by_role("main").get_by_role("button").first.click()
        await expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
        assert await faults_by_day_and_night(page) == []
        await becomes(page, NORTHUMBERLAND)
        await page.get_by_role("button", name="Send what I typed").click()
        await page.get_by_role("button", name="Record the new forecast").click()
        # then
        await happened(page, "is now forecast for 2 February 2015. Two crews train later.")


async def test_a_form_that_is_sent_twice_and_once_more_from_the_page_before_is_recorded_once(house: House) -> None:
    async with house.person(TYNE) as page:
        await page.goto("/risks/NFA/raise")
        await page.get_by_label("What could happen").fill("The store floods")
        await page.locator("#likelihood-2").check()
        await page.locator("#impact-4").check()
        await page.get_by_role("button", name="Raise the risk").dblclick()
        await happened(page, "The risk was raised")
        # when
        await page.go_back()
        await page.get_by_role("button", name="Raise the risk").click()
        await page.goto("/risks/NFA")
        # then
        await expect(page.locator("tbody").get_by_role("link", name="The store floods")).to_have_count(1)


async def test_a_change_is_made_and_taken_back_without_scripts(house: House) -> None:
    async with house.person(TYNE, NARROW, scripts=False) as page:
        await page.goto("/projects/NFA/P01/confidence")
        await page.get_by_label("Red").check()
        await page.get_by_role("button", name="State confidence").click()
        await expect(page.get_by_role("alert")).to_contain_text("There is a problem")
        await page.get_by_label("Why").fill("The supplier is gone.")
        await page.get_by_role("button", name="State confidence").click()
        await happened(page, "Confidence was stated as red. The supplier is gone.")
        await page.get_by_role("status").get_by_role("link").first.click()
        await page.get_by_label("Green").check()
        await page.get_by_label("Why").fill("They are back.")
        await page.get_by_role("button", name="State confidence").click()
        await happened(page, "Confidence was stated as green. They are back.")


# -- those who read ----------------------------------------------------------------------------------------------------


async def test_an_observer_reads_a_pack_and_is_offered_nothing_to_change(house: House) -> None:
    async with house.person(OBSERVER) as page:
        await expect(page.get_by_role("link", name="Office")).to_have_count(0)
        await page.get_by_role("link", name="Packs").click()
        await page.get_by_role("link", name="16 October 2014").click()
        await page.get_by_role("link", name="Read the pack").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Board pack")
        await expect(page.locator("body")).to_contain_text("16 October 2014")
        await page.goto("/board/NFA/B02")
        await expect(page.get_by_role("link", name=re.compile("interest|decision|Open the meeting"))).to_have_count(0)


@pytest.mark.parametrize("person", [SECRETARY, DURHAM, TYNE, OBSERVER])
async def test_at_four_hundred_per_cent_no_room_of_a_role_scrolls_sideways(house: House, person: str) -> None:
    async with house.person(person, NARROW) as page:
        rooms = page.get_by_role("navigation").first.get_by_role("link")
        addresses = [await each.get_attribute("href") for each in await rooms.all()]
        assert len(addresses) > 7
        wide = []
        for address in addresses:
            assert address is not None
            await page.goto(address)
            if await page.evaluate("document.documentElement.scrollWidth") > NARROW:
                wide.append(address)
    assert wide == []


async def test_home_is_printed_without_menu_and_buttons(house: House) -> None:
    async with house.person(DURHAM) as page:
        await page.emulate_media(media="print")
        await expect(page.get_by_role("heading", name="What needs you")).to_be_visible()
        seen = page.locator("nav, button, .demonstration").locator("visible=true")
        assert await seen.all_inner_texts() == []
        assert await page.evaluate("getComputedStyle(document.body).backgroundColor") in {
            *("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"),
        }
