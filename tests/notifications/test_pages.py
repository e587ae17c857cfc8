"""The delivery queue for people: shown by role and partner, filtered, and failed ones sent again."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser

from services.notifications import api, pages
from services.notifications.intake import read_model
from services.notifications.queue import deliveries, listing, outcomes
from services.notifications.queue.delivery import Delivery, DeliveryState
from services.notifications.queue.listing import Wanted, listed
from services.notifications.queue.queue_admin import QueueAdmin
from services.runtime.access.directory import Directory, DirectoryEntry
from services.runtime.access.roles import Roles
from services.runtime.access.sessions.reader import Sessions
from services.runtime.base.clock import SteppedClock
from services.runtime.base.settings import Settings, load_settings
from services.runtime.mail.answers import PutOff, Rejected, Sent
from services.runtime.store.database import Database
from services.runtime.web.app import make_app
from services.runtime.web.pages import Link
from services.runtime.web.server import HttpServer
from tests.notifications import logs
from tests.notifications.test_announcing import Office
from tests.notifications.test_deliveries import RETRY_POLICY
from tests.parts.sessions import SignedIn, signed_in
from tests.parts.tokens import by_system

DELIVERIES = f"/emails/{logs.CODE}"
API = f"/notifications/api/v1/{logs.CODE}/deliveries"


class Site:
    """The pages over real HTTP; of four invitations one was sent, one failed, one was put off and one waits."""

    def __init__(
        self, office: Office, url: str, client: httpx.AsyncClient, secretary: SignedIn, settings: Settings
    ) -> None:
        self.office = office
        self.settings = settings
        self.secretary = secretary
        self.database = office.database
        self.url = url
        self.client = client

    @property
    def everybody(self) -> set[str]:
        """Whom the first meeting's invitations are for."""
        return {
            row.person for row in self.database.read_sync(lambda c: listed(c, logs.CODE, Wanted(about=logs.MEETING)))
        }

    async def send_again(self, **fields: object) -> httpx.Response:
        """Send the form of the page that lists what failed."""
        return await self.client.post(f"{DELIVERIES}/send-again", data={**self.secretary.csrf, **fields})

    def state_of(self, person: str) -> DeliveryState:
        rows = self.database.read_sync(lambda connection: listed(connection, logs.CODE, Wanted()))
        return next(row.state for row in rows if row.person == person)

    def number_of(self, person: str) -> int:
        rows = self.database.read_sync(lambda connection: listed(connection, logs.CODE, Wanted()))
        return next(row.id for row in rows if row.person == person)


def fill(database: Database) -> Office:
    office = Office(database)
    office.learn(*logs.founding(), logs.scheduled())
    for outcome in (Sent(), Rejected("the mail server said 550 5.1.1 Unknown"), PutOff("Busy", in_doubt=True)):
        claimed = database.write_sync(lambda connection: deliveries.claim(connection, 1, logs.START))
        assert claimed is not None
        record(database, claimed[0], outcome)
    return office


def record(database: Database, delivery: Delivery, outcome: Sent | Rejected | PutOff) -> None:
    database.write_sync(lambda connection: outcomes.record(connection, delivery, outcome, logs.START, RETRY_POLICY))


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    """The pages for the secretary, who is signed in."""
    office = fill(database)
    settings = load_settings(data_dir=tmp_path, port=0)
    secretary = await signed_in(settings, logs.CODE, logs.SECRETARY)
    queue_admin = QueueAdmin(database, SteppedClock(logs.START), lambda: None)
    known = Roles(lambda code: database.read(lambda connection: read_model.roles_in(connection, code, logs.START)))
    sessions, directory = Sessions(settings), Directory(settings.directory_database_url)
    app = make_app(
        settings,
        [api.routes(queue_admin), pages.routes(queue_admin, directory)],
        navigation=(Link("E-mails", "/emails/"),),
        sessions=sessions,
        roles={"emails": known, "notifications": known},
    )
    server = HttpServer(app, settings)
    await server.start()
    headers = {"Accept": "text/html", **secretary.cookie}
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, headers=headers, timeout=60) as client:
        yield Site(office, server.url, client, secretary, settings)
    await server.stop()
    await sessions.close()
    await directory.close()


async def test_deliveries_are_listed_by_role_and_partner_and_never_by_address(site: Site) -> None:
    # when
    page = (await site.client.get(DELIVERIES)).text
    # then
    assert "Chair, Brent" in page
    assert "Secretary" in page
    assert "The mail server said 550 5.1.1 Unknown." in page
    assert "It may have arrived more than once: 1 try ended in doubt." in page
    assert "@" not in page


async def test_the_secretary_sees_names_with_the_way_to_put_an_address_right_and_sends_again(
    site: Site, tmp_path: Path
) -> None:
    chair = next(each for each in site.everybody if site.state_of(each) is DeliveryState.FAILED)
    directory = Directory(load_settings(data_dir=tmp_path).directory_database_url)
    await directory.put(logs.CODE, [DirectoryEntry(chair, None, "Cherry Chair", "chair@brent.example")])
    await directory.close()
    # when
    page = (await site.client.get(f"{DELIVERIES}?show=failed")).text
    # then
    assert f'<a href="/office/LAP/people/{chair.removeprefix("LAP-")}">Cherry Chair</a>' in page
    assert "Chair, Brent" in page
    # and when
    answer = await site.send_again(delivery=str(site.number_of(chair)))
    # then
    assert answer.headers["location"] == f"{DELIVERIES}?again=1"
    assert site.state_of(chair) is DeliveryState.WAITING


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("?show=sent", "Secretary", "Chair, Brent"),
        ("?show=failed", "Chair, Brent", "Board member, Camden"),
        ("?show=queued", "Board member, Camden", "Chair, Brent"),
        ("?kind=pack", "There are none.", "Chair, Brent"),
    ],
)
async def test_the_list_can_be_narrowed(site: Site, query: str, shown: str, hidden: str) -> None:
    page = (await site.client.get(DELIVERIES + query)).text
    assert shown in page
    assert hidden not in page


async def test_a_long_list_has_pages_that_lead_on_and_back(site: Site) -> None:
    # given more e-mails than one page shows
    for number in range(8, 8 + listing.PAGE // len(site.everybody)):
        site.office.learn(logs.scheduled(f"LAP-B{number:02}"))
    # when every page is followed to the end
    pages, address = [], f"{DELIVERIES}?show=all&kind=invitation"
    while address:
        pages.append((await site.client.get(address)).text)
        older = re.search(r'rel="next" href="([^"]+)">Older<', pages[-1])
        address = html.unescape(older[1]) if older else ""
    # then
    listed_numbers = [len(re.findall('data-label="What"', page)) for page in pages]
    assert listed_numbers == [listing.PAGE, len(site.everybody)]
    assert "Newest" not in pages[0]
    assert f'rel="prev" href="{DELIVERIES}?show=all&amp;kind=invitation">Newest<' in pages[1]


async def test_a_pack_has_three_true_counts(site: Site) -> None:
    # given a pack that one got, one was refused, and two wait for
    office = Office(site.database)
    office.reporting.record(logs.due("EAL"))
    event = office.reporting.record(logs.issued())
    site.database.write_sync(lambda connection: office.announcer.on_reporting(connection, [event]))
    site.database.write_sync(
        lambda connection: deliveries.papers_have_come(connection, logs.CODE, logs.PACK, logs.START)
    )
    site.database.write_sync(lambda connection: deliveries.claim(connection, 1, logs.START))  # the last invitation
    for outcome in (Sent("it went out with the link alone"), Rejected("the mail server said 550 5.1.1 Unknown")):
        claimed = site.database.write_sync(lambda connection: deliveries.claim(connection, 1, logs.START))
        assert claimed is not None
        record(site.database, claimed[0], outcome)
    # when
    page = (await site.client.get(f"{DELIVERIES}?kind=pack&about={logs.PACK}")).text
    # then
    facts = dict(re.findall("<dt>(.*?)</dt><dd>(.*?)</dd>", page))
    assert facts == {"Addressed to": "4 people", "Reached": "1", "Failed": "1", "On its way": "2"}
    assert "It went out with the link alone." in page
    assert "Invitation" not in page.partition("<table")[2]
    assert f"{DELIVERIES}?show=failed&amp;kind=pack&amp;about={logs.PACK}" in page


@pytest.mark.parametrize(
    ("about", "address"),
    [("LAP-B07-PACK", "/packs/LAP/B07"), ("LAP-B07-PACK-S2", "/packs/LAP/B07/supplements/2"), ("LAP-B07", None)],
)
async def test_what_was_sent_of_a_pack_leads_back_to_it(site: Site, about: str, address: str | None) -> None:
    page = (await site.client.get(f"{DELIVERIES}?about={about}")).text
    assert re.findall('<a href="(/packs/[^"]*)">The pack</a>', page) == ([address] if address else [])


async def test_partnerships_are_listed_with_what_failed(site: Site) -> None:
    page = (await site.client.get("/emails/")).text
    assert "London Archives Partnership" in page
    assert f'{DELIVERIES}?show=failed">1<' in page


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/notifications/", "/emails/"),
        ("/notifications/LAP/deliveries?kind=pack&about=LAP-B02-PACK", "/emails/LAP?kind=pack&about=LAP-B02-PACK"),
    ],
)
async def test_an_address_that_a_page_had_before_leads_on_for_good(site: Site, old: str, new: str) -> None:
    answer = await site.client.get(old)
    assert (answer.status_code, answer.headers["location"]) == (308, new)


async def test_a_partnership_that_does_not_exist_is_as_one_of_others(site: Site) -> None:
    answer = await site.client.get("/emails/XYZ")
    assert (answer.status_code, "You have no role in XYZ." in answer.text) == (403, True)


async def test_who_is_no_secretary_sees_no_e_mail_at_all(site: Site, tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path)
    chair = await signed_in(settings, logs.CODE, logs.CHAIR)
    page = await site.client.get(DELIVERIES, headers=chair.cookie)
    listed = await site.client.get(API, headers=chair.cookie)
    partnerships = await site.client.get("/emails/", headers=chair.cookie)
    assert (page.status_code, listed.status_code) == (403, 403)
    assert "This is for the secretary of LAP." in page.text
    assert logs.CODE not in partnerships.text.partition("<main")[2]


async def test_a_failed_delivery_is_sent_again_by_form(site: Site) -> None:
    # when
    answer = await site.send_again(delivery=[str(site.number_of(logs.CHAIR))])
    # then
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{DELIVERIES}?again=1"
    assert site.state_of(logs.CHAIR) is DeliveryState.WAITING
    assert "1 e-mail goes out again." in (await site.client.get(answer.headers["location"])).text


async def test_nothing_goes_again_by_a_form_of_another_sign_in_and_what_was_chosen_stays_chosen(site: Site) -> None:
    number = site.number_of(logs.CHAIR)
    answer = await site.send_again(delivery=[str(number)], csrf="of-another")
    assert answer.status_code == 403
    assert f'name="delivery" value="{number}" checked' in answer.text
    assert "<title>Error: " in answer.text
    assert site.state_of(logs.CHAIR) is DeliveryState.FAILED


async def test_a_form_without_a_choice_says_what_is_missing(site: Site) -> None:
    answer = await site.send_again()
    assert answer.status_code == 422
    assert "Choose at least one e-mail to send again." in answer.text


async def test_of_several_either_all_go_again_or_none(site: Site) -> None:
    # given one that failed and one that was sent
    numbers = [str(site.number_of(logs.CHAIR)), str(site.number_of(logs.SECRETARY))]
    # when
    answer = await site.send_again(delivery=numbers)
    # then
    assert answer.status_code == 409
    assert site.state_of(logs.CHAIR) is DeliveryState.FAILED


async def test_the_api_lists_and_pages(site: Site) -> None:
    # when
    first = await site.client.get(API, params={"limit": 3})
    rest = await site.client.get(first.links["next"]["url"])
    # then
    assert [each["role"] for each in first.json()] == ["substitute", "board_member", "chair"]
    assert [each["state"] for each in rest.json()] == ["sent"]
    assert "next" not in rest.links
    assert (await site.client.get(API.replace("deliveries", "delivery-counts"))).json()["counts"]["failed"] == 1


@pytest.mark.parametrize(
    ("query", "roles"),
    [
        ("state=sent&state=failed", ["chair", "secretary"]),
        ("role=chair&state=failed", ["chair"]),
        ("role=chair&state=sent", []),
        ("about=LAP-B09", []),
        (f"about={logs.MEETING}&doubts=1", ["board_member"]),
        ("partners=BRE", ["chair"]),
    ],
)
async def test_deliveries_are_filtered_by_any_of_their_fields(site: Site, query: str, roles: list[str]) -> None:
    assert [each["role"] for each in (await site.client.get(f"{API}?{query}")).json()] == roles


async def test_deliveries_can_be_had_as_csv_without_an_address(site: Site) -> None:
    answer = await site.client.get(f"{API}?format=csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert len(answer.text.splitlines()) == 1 + len(site.everybody)
    assert "@" not in answer.text.replace("@concordat.example", "")


async def test_a_delivery_that_has_changed_is_not_sent_again_unseen(site: Site) -> None:
    # given somebody who saw a delivery that failed
    address, bearer = f"{API}/{site.number_of(logs.CHAIR)}", by_system(site.settings, logs.CODE)
    tag = (await site.client.get(address, headers=bearer)).headers["etag"]
    assert (await site.client.get(address, headers={**bearer, "If-None-Match": tag})).status_code == 304
    # when another one sends it again first
    assert (await site.client.post(f"{address}/send-again", headers={**bearer, "If-Match": tag})).status_code == 202
    # then
    again = await site.client.post(f"{address}/send-again", headers={**bearer, "If-Match": tag, "Accept": "*/*"})
    assert (again.status_code, again.json()["type"]) == (412, "urn:concordat:problem:changed-meanwhile")


async def test_the_api_sends_again_for_a_system_and_says_what_cannot_be(site: Site) -> None:
    # given
    bearer = by_system(site.settings, logs.CODE)
    failed, sent = site.number_of(logs.CHAIR), site.number_of(logs.SECRETARY)
    # then
    stranger = {"Cookie": "", "Accept": "*/*"}
    assert (await site.client.post(f"{API}/{failed}/send-again", headers=stranger)).status_code == 401
    assert (await site.client.post(f"{API}/{failed}/send-again", headers=bearer)).json()["state"] == "waiting"
    refused = await site.client.post(f"{API}/{sent}/send-again", headers={**bearer, "Accept": "*/*"})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:concordat:problem:not-failed")
    assert (await site.client.get(f"{API}/999999")).status_code == 404
    assert (await site.client.get(f"{API}/99999999999")).status_code == 422


async def test_a_delivery_of_another_partnership_is_not_found(site: Site) -> None:
    for event in logs.Log("programme", "XYZ").record_all(logs.founding("XYZ")):
        site.office.take(event)
    with_other = f"/notifications/api/v1/XYZ/deliveries/{site.number_of(logs.CHAIR)}"
    assert (
        await site.client.get(with_other, headers=by_system(site.settings, "XYZ", made_by=logs.SECRETARY))
    ).status_code == 404


async def test_one_can_be_sent_again_in_a_browser_without_scripts(site: Site, browser: Browser) -> None:
    # given
    context = await browser.new_context(java_script_enabled=False)
    cookie = {"name": site.secretary.name, "value": site.secretary.token, "url": site.url}
    await context.add_cookies([cookie])
    page = await context.new_page()
    await page.goto(f"{site.url}{DELIVERIES}?show=failed")
    # when
    await page.get_by_role("checkbox").check()
    await page.get_by_role("button", name="Send again").click()
    # then
    await page.get_by_text("1 e-mail goes out again.").wait_for()
    assert site.state_of(logs.CHAIR) is DeliveryState.WAITING
    await context.close()


async def test_home_is_told_how_many_e_mails_failed_lately_and_nobody_but_the_office_is(site: Site) -> None:
    # given one that failed
    address, chair = (
        f"{DELIVERIES}/failed.json",
        next(each for each in site.everybody if site.state_of(each) is DeliveryState.FAILED),
    )
    assert (await site.client.get(address)).json() == {"failed": 1}
    assert (await site.client.get(address, headers={"Cookie": "", "Accept": "application/json"})).status_code == 401
    # when it is sent again
    await site.send_again(delivery=str(site.number_of(chair)))
    # then
    assert (await site.client.get(address)).json() == {"failed": 0}


@pytest.mark.parametrize(("days", "number"), [(13, 1), (15, 0)])
async def test_what_failed_more_than_a_fortnight_ago_is_not_told_on_home_any_more(
    database: Database, days: int, number: int
) -> None:
    fill(database)
    later = SteppedClock(logs.START + timedelta(days=days))
    assert await QueueAdmin(database, later, lambda: None).failed_lately(logs.CODE) == number
