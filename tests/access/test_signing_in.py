"""Signing in by e-mail: the real service, a real mail server, and everything that somebody else may try."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser as Chromium

from services.access import links
from services.access.browsers import Browser
from services.access.links import Link, Links, TooMany
from services.access.mailer import Mailer
from services.access.service import AccessService
from services.access.session_store import SignedInAs
from services.cli.serve import NAVIGATION
from services.runtime.access.directory import DirectoryEntry
from services.runtime.access.sessions.session import SET_UP, id_of
from services.runtime.base.clock import SteppedClock
from services.runtime.base.networks import network_of
from services.runtime.base.retry import Backoff
from services.runtime.base.settings import Settings
from services.runtime.base.telemetry import REGISTRY
from services.runtime.process.lifecycle import Host
from tests.parts.child import free_port
from tests.parts.sessions import BROWSER, SignedIn, signed_in_with
from tests.parts.smtp import SmtpServer
from tests.runtime.answering import settings

ADA = "Ada@Brent.example"
SESSION = "concordat-session"
ASKED = "concordat-sign-in"
NOON = datetime(2100, 3, 2, 12, 0, tzinfo=UTC)  # so that the service, which tidies up, takes nothing for old


class Deployment:
    """The access service alone, as it is served, with one person in the directory."""

    def __init__(self, host: Host, given: Settings, smtp: SmtpServer) -> None:
        self.url = host.url
        self.settings = given
        self.smtp = smtp
        service = host.services["access"]
        assert isinstance(service, AccessService)
        self.service = service

    def browser(self, **headers: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.url, headers={"Accept": "text/html", **headers}, timeout=60)

    async def asked(self, browser: httpx.AsyncClient, address: str = ADA, **more: str) -> tuple[str, str]:
        """Ask for a link; return the link and the code of the e-mail, none of both where none came."""
        before = len(self.smtp.messages)
        answer = await browser.post("/sign-in", data={"address": address, **more})
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in/code"), answer.text
        await self.service.mailer.idle()
        if len(self.smtp.messages) == before:
            return "", ""
        text = self.smtp.messages[-1].message.get_content()
        return re.search(r"http\S+", text)[0], re.search(r"\d{3} \d{3}", text)[0]  # type: ignore[index]


@asynccontextmanager
async def deployed(folder: Path, smtp: SmtpServer | None, **given: object) -> AsyncIterator[Deployment]:
    port = free_port()
    mail = {} if smtp is None else {"smtp_host": smtp.host, "smtp_port": smtp.port}
    own = settings(data_dir=folder, port=port, public_url=f"http://127.0.0.1:{port}", **mail, **given)
    async with Host(own, [AccessService], navigation=NAVIGATION) as host:
        deployment = Deployment(host, own, smtp)  # type: ignore[arg-type]
        await deployment.service.directory.put("LAP", [DirectoryEntry("LAP-U001", None, "Ada Lovelace", ADA)])
        yield deployment


@pytest.fixture
async def deployment(tmp_path: Path, smtp_server: SmtpServer) -> AsyncIterator[Deployment]:
    async with deployed(tmp_path, smtp_server) as deployment:
        yield deployment


async def is_signed_in(browser: httpx.AsyncClient) -> bool:
    return (await browser.get("/account")).status_code == 200


async def test_the_account_leads_to_every_partnership_of_ones_where_nobody_knows_roles_too(
    deployment: Deployment,
) -> None:
    await deployment.service.directory.put("WMP", [DirectoryEntry("WMP-U001", None, "Ada Lovelace", ADA)])
    async with deployment.browser() as browser:
        link, _ = await deployment.asked(browser)
        await browser.post("/sign-in/link", data={"key": httpx.URL(link).params["key"]})
        for page in ("/account", "/account/tokens"):
            account = (await browser.get(page, headers={"Accept": "text/html"})).text
            assert '<details class="switcher">' in account
            assert all(f'<a href="/home/{code}">{code}</a>' in account for code in ("LAP", "WMP"))


def begun_by_link() -> float:
    return REGISTRY.get_sample_value("concordat_sessions_begun_total", {"method": "link"}) or 0.0


async def test_a_link_signs_in_whoever_asked_for_it_once(deployment: Deployment, tmp_path: Path) -> None:
    before = begun_by_link()
    async with deployment.browser() as browser:
        link, _ = await deployment.asked(browser, "ada@brent.example", next="/return/LAP?quarter=2")
        looked = await browser.get(link)
        key = httpx.URL(link).params["key"]
        pressed = await browser.post("/sign-in/link", data={"key": key})
        again = await browser.post("/sign-in/link", data={"key": key})
        assert (looked.status_code, key in looked.text) == (200, True)
        assert (pressed.status_code, pressed.headers["location"]) == (303, "/return/LAP?quarter=2")
        assert again.status_code == 403
        account = (await browser.get("/account")).text
    assert "Ada Lovelace" in account
    assert deployment.smtp.messages[0].recipients == (ADA,)
    assert begun_by_link() - before == 1
    stored = b"".join(file.read_bytes() for file in folder_of(tmp_path))
    assert key.encode() not in stored
    assert not (tmp_path / "nats").exists()


def folder_of(folder: Path) -> list[Path]:
    return list(folder.glob("access.db*"))


async def test_a_scanner_that_follows_the_link_uses_nothing_up(deployment: Deployment) -> None:
    async with deployment.browser() as browser, deployment.browser() as scanner:
        link, _ = await deployment.asked(browser)
        for _ in range(3):
            assert (await scanner.get(link)).status_code == 200
            assert (await scanner.head(link)).status_code == 200
        assert not await is_signed_in(scanner)
        assert (await browser.post("/sign-in/link", data={"key": httpx.URL(link).params["key"]})).status_code == 303


async def test_a_link_in_another_browser_signs_nobody_in_and_stays_good(deployment: Deployment) -> None:
    async with deployment.browser() as browser, deployment.browser() as thief:
        link, _ = await deployment.asked(browser)
        key = httpx.URL(link).params["key"]
        await deployment.asked(thief, "thief@elsewhere.example")
        assert key not in (await thief.get(link)).text
        assert (await thief.post("/sign-in/link", data={"key": key})).status_code == 403
        assert not await is_signed_in(thief)
        assert (await browser.post("/sign-in/link", data={"key": key})).status_code == 303


async def test_the_code_signs_in_the_browser_that_asked(deployment: Deployment) -> None:
    async with deployment.browser() as browser, deployment.browser() as thief:
        _, code = await deployment.asked(browser)
        await deployment.asked(thief, "thief@elsewhere.example")
        assert (await thief.post("/sign-in/code", data={"code": code})).status_code == 403
        assert (await browser.post("/sign-in/code", data={"code": f" {code} "})).status_code == 303
        assert await is_signed_in(browser)
        assert (await browser.post("/sign-in/code", data={"code": code})).status_code == 403


async def test_after_a_few_wrong_codes_the_link_is_dead_too(deployment: Deployment) -> None:
    async with deployment.browser() as browser:
        link, code = await deployment.asked(browser)
        wrong = "000000" if code != "000 000" else "000001"
        for _ in range(links.TRIES):
            refused = await browser.post("/sign-in/code", data={"code": wrong})
            assert (refused.status_code, "That is not the code" in refused.text) == (403, True)
        assert (await browser.post("/sign-in/code", data={"code": code})).status_code == 403
        assert (await browser.post("/sign-in/link", data={"key": httpx.URL(link).params["key"]})).status_code == 403


async def test_the_last_try_may_be_the_right_one(deployment: Deployment) -> None:
    async with deployment.browser() as browser:
        _, code = await deployment.asked(browser)
        for _ in range(links.TRIES - 1):
            await browser.post("/sign-in/code", data={"code": ""})
            await browser.post("/sign-in/code", data={"code": "12"})
        assert (await browser.post("/sign-in/code", data={"code": code})).status_code == 303


async def test_an_address_that_nobody_has_is_answered_as_any_other_and_gets_no_e_mail(deployment: Deployment) -> None:
    answers = []
    for address in (ADA, "nobody@brent.example"):
        async with deployment.browser() as browser:
            asked = await browser.post("/sign-in", data={"address": address})
            page = await browser.get("/sign-in/code")
            wrong = await browser.post("/sign-in/code", data={"code": "12"})
            headers = {name for name in asked.headers if name not in ("date", "x-request-id")}
            answers.append((asked.status_code, asked.text, headers, page.text, wrong.status_code, wrong.text))
    await deployment.service.mailer.idle()
    assert answers[0] == answers[1]
    assert [each.recipients for each in deployment.smtp.messages] == [(ADA,)]


async def test_who_was_erased_since_cannot_use_their_link(deployment: Deployment) -> None:
    async with deployment.browser() as browser:
        link, _ = await deployment.asked(browser)
        await deployment.service.directory.erase("LAP", "LAP-U001", NOON)
        assert (await browser.post("/sign-in/link", data={"key": httpx.URL(link).params["key"]})).status_code == 403


async def test_signing_in_ends_the_session_that_was_there_and_begins_another(deployment: Deployment) -> None:
    thief = DirectoryEntry("LAP-U009", None, "Eve", "thief@elsewhere.example")
    await deployment.service.directory.put("LAP", [thief])
    async with deployment.browser() as browser:
        planted = await signed_in_with(deployment.settings, "thief@elsewhere.example")
        browser.cookies.set(SESSION, planted.token, domain="127.0.0.1", path="/")
        _, code = await deployment.asked(browser)
        await browser.post("/sign-in/code", data={"code": code})
        given = [each.value for each in browser.cookies.jar if each.name == SESSION]
        assert planted.token not in given[-1:]
    assert await open_sessions(deployment, planted) == []


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "", "/a b", "/\r\nX: 1", "/" + "a" * 600],
)
async def test_signing_in_leads_to_no_other_site(deployment: Deployment, wanted: str) -> None:
    async with deployment.browser() as browser:
        _, code = await deployment.asked(browser, next=wanted)
        answer = await browser.post("/sign-in/code", data={"code": code})
        assert answer.headers["location"] == "/"


async def test_a_page_of_another_site_can_sign_nobody_in(deployment: Deployment) -> None:
    async with deployment.browser() as browser:
        _, code = await deployment.asked(browser)
        refused = await browser.post("/sign-in/code", data={"code": code}, headers={"Origin": "https://evil.example"})
        assert refused.status_code == 403
        assert not await is_signed_in(browser)


@pytest.mark.parametrize(
    "typed", ["", "ada", "ada@", "ada@brent.example\r\nBcc: all@brent.example", "a" * 300 + "@x.example"]
)
async def test_what_is_no_address_is_said_beside_its_field(deployment: Deployment, typed: str) -> None:
    async with deployment.browser() as browser:
        answer = await browser.post("/sign-in", data={"address": typed})
    assert answer.status_code == 422
    assert 'id="address-error"' in answer.text


async def test_sign_out_everywhere_ends_each_session_of_the_address_and_no_other(deployment: Deployment) -> None:
    here = await signed_in_with(deployment.settings, ADA)
    there = await signed_in_with(deployment.settings, ADA)
    other = await ben_signed_in(deployment)
    async with deployment.browser(**here.cookie) as browser:
        without = await browser.post("/account/sign-out-everywhere", data={"csrf": ""})
        done = await browser.post("/account/sign-out-everywhere", data=here.csrf)
    assert (without.status_code, done.headers["location"]) == (403, "/signed-out")
    assert await open_sessions(deployment, here, there, other) == [other]


async def test_one_session_is_ended_from_another_of_the_same_address_alone(deployment: Deployment) -> None:
    here = await signed_in_with(deployment.settings, ADA)
    there = await signed_in_with(deployment.settings, ADA)
    other = await ben_signed_in(deployment)
    async with deployment.browser(**here.cookie) as browser:
        page = (await browser.get("/account")).text
        [ended] = re.findall(r'name="session" value="(\w+)"', page)
        await browser.post("/account/end-session", data={"session": ended, **here.csrf})
        await browser.post("/account/end-session", data={"session": id_of(other.token), **here.csrf})
    assert ended == id_of(there.token)
    assert await open_sessions(deployment, here, there, other) == [here, other]


async def ben_signed_in(deployment: Deployment) -> SignedIn:
    """Sign somebody else in, whom the directory knows: the service, which tidies up, leaves their session."""
    await deployment.service.directory.put("LAP", [DirectoryEntry("LAP-U002", None, "Ben", "ben@brent.example")])
    return await signed_in_with(deployment.settings, "ben@brent.example")


async def open_sessions(deployment: Deployment, *those: SignedIn) -> list[SignedIn]:
    """Return which of those sessions are open."""
    rows = await deployment.service.database.read(
        lambda connection: connection.exec_driver_sql("SELECT id FROM sessions").scalars().all()
    )
    return [each for each in those if id_of(each.token) in rows]


async def test_while_the_mail_server_is_away_everybody_is_told_and_nobody_who_has_an_address(
    tmp_path: Path, smtp_server: SmtpServer
) -> None:
    port = free_port()
    async with deployed(tmp_path, None, smtp_host="127.0.0.1", smtp_port=port) as deployment:
        async with deployment.browser() as browser:
            await browser.post("/sign-in", data={"address": ADA})
            while not deployment.service.mailer.problem:
                await browser.get("/health/live")
            for address in (ADA, "nobody@brent.example"):
                await browser.post("/sign-in", data={"address": address})
                assert "E-mails cannot be sent at present" in (await browser.get("/sign-in/code")).text
            ready = (await browser.get("/health/ready", headers={"Accept": "application/json"})).json()
        [told] = [each for each in ready["checks"] if each["name"] == "e-mails to sign in with"]
        assert told["ok"]
        assert "could not be reached" in told["message"]


async def test_an_e_mail_that_is_put_off_is_tried_again_and_one_that_is_refused_is_not(
    deployment: Deployment, smtp_server: SmtpServer
) -> None:
    mailer = Mailer(deployment.settings, deployment.service.directory, Backoff(0.01, 0.01))
    smtp_server.refuse(ADA, "451 4.7.1 Greylisted", times=2)
    mailer.send(Link("ada@brent.example", "key", "123456", "browser"), "Firefox")
    await mailer.idle()
    assert len(smtp_server.messages) == 1
    smtp_server.refuse(ADA, "550 5.1.1 No such mailbox")
    mailer.send(Link("ada@brent.example", "key", "123456", "browser"), "Firefox")
    await mailer.idle()
    assert len(smtp_server.messages) == 1
    assert mailer.problem == ""
    await mailer.close()


async def test_without_a_mail_server_the_page_says_so(tmp_path: Path) -> None:
    async with deployed(tmp_path, None) as deployment, deployment.browser() as browser:
        assert "E-mails cannot be sent at present" in (await browser.get("/sign-in")).text


# -- how many, and how long ------------------------------------------------------------------------------------------


@pytest.fixture
async def clocked(deployment: Deployment) -> tuple[Links, SteppedClock]:
    """Links that go by a clock of their own."""
    clock = SteppedClock(NOON)
    return Links(deployment.service.database, clock), clock


async def test_a_link_lasts_for_a_quarter_of_an_hour(clocked: tuple[Links, SteppedClock]) -> None:
    given, clock = clocked
    early, late = [await given.ask("ada@brent.example", BROWSER, "/") for _ in range(2)]
    clock.move_to(NOON + timedelta(minutes=14, seconds=59))
    assert await given.use(early.key, early.browser) is not None
    clock.move_to(NOON + timedelta(minutes=15))
    assert await given.use(late.key, late.browser) is None
    assert await given.use_code(late.code, late.browser) is None


async def test_few_links_are_given_for_one_address(clocked: tuple[Links, SteppedClock]) -> None:
    given, clock = clocked
    for hour in range(2):
        clock.move_to(NOON + timedelta(hours=hour, minutes=hour))
        for _ in range(links.MOST_AN_HOUR):
            await given.ask("ada@brent.example", BROWSER, "/")
        with pytest.raises(TooMany, match="with this address"):
            await given.ask("ada@brent.example", BROWSER, "/")
        await given.ask("ben@brent.example", Browser("Firefox", "198.51.100.0/24"), "/")
    clock.move_to(NOON + timedelta(hours=6))
    with pytest.raises(TooMany):
        await given.ask("ada@brent.example", BROWSER, "/")
    clock.move_to(NOON + timedelta(hours=25))
    await given.ask("ada@brent.example", BROWSER, "/")


async def test_a_stranger_keeps_nobody_in_another_network_from_signing_in(clocked: tuple[Links, SteppedClock]) -> None:
    # given: somebody who uses up what is given for an address to their own network, all day
    given, clock = clocked
    for hour in range(2):
        clock.move_to(NOON + timedelta(hours=hour, minutes=hour))
        for _ in range(links.MOST_AN_HOUR):
            await given.ask("ada@brent.example", BROWSER, "/")
    with pytest.raises(TooMany):
        await given.ask("ada@brent.example", BROWSER, "/")

    # when
    own = Browser("Firefox", "198.51.100.0/24")
    link = await given.ask("ada@brent.example", own, "/")

    # then
    assert await given.use(link.key, link.browser) is not None


async def test_few_links_a_day_are_given_for_one_address_wherever_from(clocked: tuple[Links, SteppedClock]) -> None:
    given, clock = clocked
    for hour in range(2):
        clock.move_to(NOON + timedelta(hours=hour, minutes=hour))
        for number in range(links.MOST_OF_AN_ADDRESS // links.MOST_AN_HOUR // 2):
            for _ in range(links.MOST_AN_HOUR):
                await given.ask("ada@brent.example", Browser("Firefox", f"198.51.{number}.0/24"), "/")
    with pytest.raises(TooMany, match="with this address"):
        await given.ask("ada@brent.example", Browser("Firefox", "203.0.113.0/24"), "/")


async def test_few_links_are_given_to_one_network(clocked: tuple[Links, SteppedClock]) -> None:
    given, _ = clocked
    for number in range(links.MOST_OF_A_NETWORK):
        await given.ask(f"ada{number}@brent.example", BROWSER, "/")
    with pytest.raises(TooMany, match="from your network"):
        await given.ask("ben@brent.example", BROWSER, "/")
    await given.ask("ben@brent.example", Browser("Firefox", "198.51.100.0/24"), "/")


async def test_old_links_are_forgotten(clocked: tuple[Links, SteppedClock]) -> None:
    given, clock = clocked
    await given.ask("ada@brent.example", BROWSER, "/")
    clock.move_to(NOON + timedelta(days=1, seconds=1))
    await given.forget()
    for _ in range(links.MOST_AN_HOUR):
        await given.ask("ada@brent.example", BROWSER, "/")


async def test_a_real_browser_asks_for_a_link_and_signs_in_with_it(deployment: Deployment, browser: Chromium) -> None:
    page = await browser.new_page()
    await page.goto(f"{deployment.url}/sign-in")
    await page.get_by_label("Your e-mail address").fill(ADA)
    await page.get_by_role("button", name="Send me an e-mail").click()
    await page.wait_for_url("**/sign-in/code")
    await deployment.service.mailer.idle()
    link = re.search(r"http\S+", deployment.smtp.messages[-1].message.get_content())
    assert link is not None
    await page.goto(link[0])
    await page.get_by_role("button", name="Sign in").click()
    await page.goto(f"{deployment.url}/account")
    assert "You are signed in as" in await page.inner_text("main")
    await page.close()


async def test_an_operators_link_works_in_any_browser_once(deployment: Deployment) -> None:
    key = await deployment.service.links.give_to_operator("ada@brent.example")
    async with deployment.browser() as browser, deployment.browser() as other:
        assert (await browser.post("/sign-in/link", data={"key": key})).status_code == 303
        assert await is_signed_in(browser)
        assert (await other.post("/sign-in/link", data={"key": key})).status_code == 403


async def test_nothing_is_kept_about_an_address_once_nobody_has_it(deployment: Deployment) -> None:
    store, directory = deployment.service.sessions, deployment.service.directory
    await directory.put("LAP", [DirectoryEntry("LAP-U002", None, "Ben", "ben@brent.example")])
    for address in (ADA, "ben@brent.example"):
        await store.begin(SignedInAs(address, "link"), BROWSER)
    await store.begin(SignedInAs("setter@nowhere.example", SET_UP), BROWSER)
    # when
    await directory.erase("LAP", "LAP-U001", NOON)
    await deployment.service.forget_what_is_over()
    # then
    assert await store.addresses() == ["ben@brent.example"]
    assert await store.of(ADA) == []
    assert len(await store.of("ben@brent.example")) == 1
    assert len(await store.of("setter@nowhere.example")) == 1


async def test_an_operators_link_to_set_up_is_for_an_address_that_nobody_has_yet(deployment: Deployment) -> None:
    key = await deployment.service.links.give_to_operator("new@nowhere.example", sets_up=True)
    async with deployment.browser() as browser:
        answer = await browser.post("/sign-in/link", data={"key": key})
        assert answer.headers["location"] == "/office/set-up"
        assert 'href="/office/set-up"' in (await browser.get("/account")).text


async def test_who_asks_for_a_link_to_where_one_sets_up_gets_an_ordinary_one(
    clocked: tuple[Links, SteppedClock],
) -> None:
    given, _ = clocked
    asked = await given.ask("eve@nowhere.example", BROWSER, links.SETS_UP)
    proof = await given.use(asked.key, asked.browser)
    assert proof is not None
    assert not proof.sets_up


@pytest.mark.parametrize(
    ("host", "network"),
    [("192.0.2.77", "192.0.2.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"), ("testclient", ""), ("", "")],
)
def test_a_network_is_known_and_no_single_machine(host: str, network: str) -> None:
    assert network_of(host) == network


async def test_a_proxy_that_is_believed_says_from_which_network_somebody_asks(
    tmp_path: Path, smtp_server: SmtpServer
) -> None:
    for trusted, known in (("127.0.0.1", "203.0.113.0/24"), ("192.0.2.1", "127.0.0.0/24")):
        async with deployed(tmp_path / known[:3], smtp_server, trusted_proxies=trusted) as deployment:
            async with deployment.browser(**{"X-Forwarded-For": "203.0.113.9"}) as browser:
                await deployment.asked(browser)
            networks = await deployment.service.database.read(
                lambda connection: connection.exec_driver_sql("SELECT network FROM links").scalars().all()
            )
            assert networks == [known]


async def test_where_no_links_come_by_e_mail_one_signs_in_at_the_provider_or_with_an_operators_link(
    tmp_path: Path, smtp_server: SmtpServer
) -> None:
    provider = {"openid_issuer": "https://login.example.org", "openid_client_id": "concordat"}
    async with (
        deployed(tmp_path, smtp_server, sign_in_by_email=False, **provider) as deployment,
        deployment.browser() as browser,
    ):
        page = (await browser.get("/sign-in")).text
        asked = await browser.post("/sign-in", data={"address": ADA})
        guessed = await browser.post("/sign-in/code", data={"code": "000 000"})
        await deployment.service.mailer.idle()
        spent = await browser.post("/sign-in/link", data={"key": "spent"})
        key = await deployment.service.links.give_to_operator("ada@brent.example")
        by_operator = await browser.post("/sign-in/link", data={"key": key})

    assert "Sign in with your organisation" in page
    assert "e-mail" not in page
    assert (asked.status_code, guessed.status_code) == (405, 404)
    assert deployment.smtp.messages == []
    assert "e-mail" not in spent.text
    assert (by_operator.status_code, by_operator.headers["location"]) == (303, "/")
