"""What bears on security stands in the log: who came in, who was turned away, which token was made and ended."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.runtime.base.security_log import LOGGER, SecurityEvent
from tests.access.test_signing_in import ADA, Deployment, deployed
from tests.parts.smtp import SmtpServer
from tests.runtime.logged import Log, logged


@pytest.fixture
def log() -> Iterator[Log]:
    with logged() as log:
        yield log


@pytest.fixture
async def deployment(tmp_path: Path, smtp_server: SmtpServer, log: Log) -> AsyncIterator[Deployment]:
    async with deployed(tmp_path, smtp_server) as deployment:
        yield deployment


def noted(log: Log, event: SecurityEvent) -> list[dict[str, Any]]:
    return [each for each in log.entries if (each["logger"], each["event"]) == (LOGGER, event.value)]


async def csrf_in(browser: httpx.AsyncClient) -> dict[str, str]:
    page = (await browser.get("/account/tokens")).text
    return {"csrf": page.partition('name="csrf" value="')[2].partition('"')[0]}


async def test_signing_in_a_token_and_signing_out_are_noted_with_who_and_from_where(
    deployment: Deployment, log: Log
) -> None:
    async with deployment.browser() as browser:
        link, code = await deployment.asked(browser)
        key = httpx.URL(link).params["key"]
        await browser.post("/sign-in/link", data={"key": key})
        session = browser.cookies["concordat-session"]
        form = {
            **await csrf_in(browser),
            "name": "A script",
            "scope": "write",
            "until": f"{datetime.now(UTC) + timedelta(days=1):%d %B %Y}",  # today may be over by then
        }
        made = (await browser.post("/account/tokens", data=form)).text
        token = "concordat_" + made.partition("concordat_")[2][:43]
        await browser.post("/sign-out")

    (asked,) = noted(log, SecurityEvent.LINK_ASKED_FOR)
    (signed_in,) = noted(log, SecurityEvent.SIGNED_IN)
    (of_token,) = noted(log, SecurityEvent.TOKEN_MADE)
    (out,) = noted(log, SecurityEvent.SIGNED_OUT)
    assert asked["network"] == "127.0.0.0/24"
    assert (signed_in["by"], signed_in["people"], signed_in["network"]) == ("link", ["LAP-U001"], "127.0.0.0/24")
    assert signed_in["session"] == of_token["session"] == out["session"]
    assert (of_token["people"], of_token["may_write"]) == (["LAP-U001"], True)
    assert not [each for each in (ADA, key, code, session, token) if each.casefold() in log.text.casefold()]


async def test_what_failed_and_what_was_refused_is_noted(deployment: Deployment, log: Log) -> None:
    async with deployment.browser() as browser:
        await deployment.asked(browser)
        await browser.post("/sign-in/code", data={"code": "000 000"})
        await browser.post("/sign-in/link", data={"key": "guessed"})
        for _ in range(5):
            await browser.post("/sign-in", data={"address": ADA})
        await browser.post("/sign-out", headers={"Origin": "https://elsewhere.example"})
        await browser.get("/account", headers={"Authorization": "Bearer concordat_guessed", "Accept": "*/*"})

    assert [each["by"] for each in noted(log, SecurityEvent.SIGN_IN_FAILED)] == ["code", "link"]
    assert len(noted(log, SecurityEvent.TOO_MANY_LINKS)) == 1
    refused = [(each["status"], each["path"], each["caller"]) for each in noted(log, SecurityEvent.REFUSED)]
    assert (403, "/sign-out", "nobody that is known") in refused
    assert (401, "/account", "another token") in refused


async def test_who_is_turned_away_while_signed_in_is_noted_by_session_and_id(deployment: Deployment, log: Log) -> None:
    async with deployment.browser() as browser:
        link, _ = await deployment.asked(browser)
        await browser.post("/sign-in/link", data={"key": httpx.URL(link).params["key"]})
        await browser.post("/account/sign-out-everywhere", data={"csrf": "of another page"})

    (signed_in,) = noted(log, SecurityEvent.SIGNED_IN)
    refused = noted(log, SecurityEvent.REFUSED)[-1]
    assert (refused["status"], refused["path"]) == (403, "/account/sign-out-everywhere")
    assert (refused["caller"], refused["people"]) == (f"session {signed_in['session']}", ["LAP-U001"])
