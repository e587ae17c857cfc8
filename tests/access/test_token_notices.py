"""Whose account a token is made on hears of it by e-mail: a thief in their browser makes none in secret."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from domain.wording.dates import plain_date
from tests.access.test_signing_in import ADA, Deployment, deployed
from tests.parts.smtp import SmtpServer

ENTICING = "Go to https://thief.example"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
async def deployment(tmp_path: Path, smtp_server: SmtpServer) -> AsyncIterator[Deployment]:
    async with deployed(tmp_path, smtp_server) as deployment:
        yield deployment


async def signed_in(deployment: Deployment, browser: httpx.AsyncClient) -> dict[str, str]:
    """Sign in; return what a form of the session has beside its own fields."""
    link, _ = await deployment.asked(browser)
    await browser.post("/sign-in/link", data={"key": httpx.URL(link).params["key"]})
    page = (await browser.get("/account/tokens")).text
    return {"csrf": page.partition('name="csrf" value="')[2].partition('"')[0]}


@pytest.mark.parametrize(("scope", "does"), [("read", "reads what you may"), ("write", "reads and changes what")])
async def test_whoever_has_the_address_is_told_what_was_made_and_what_to_do(
    deployment: Deployment, scope: str, does: str
) -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)  # today may be over by the time that it is asked for
    async with deployment.browser(**{"User-Agent": FIREFOX}) as browser:
        csrf = await signed_in(deployment, browser)
        form = {**csrf, "name": ENTICING, "scope": scope, "until": tomorrow.isoformat()}
        assert (await browser.post("/account/tokens", data=form)).status_code == httpx.codes.OK
        await deployment.service.mailer.idle()

    notice = deployment.smtp.messages[-1]
    text = " ".join(notice.message.get_content().split())
    assert notice.recipients == (ADA,)
    assert notice.message["Subject"] == "A token was made on your account"
    assert f"with Firefox on Linux. Whoever has it {does}" in text
    assert f"until the end of {plain_date(tomorrow)}." in text
    assert f"{deployment.settings.public_url}/account/tokens" in text
    assert "thief" not in text


async def test_a_form_that_makes_no_token_tells_nobody(deployment: Deployment) -> None:
    async with deployment.browser() as browser:
        csrf = await signed_in(deployment, browser)
        before = len(deployment.smtp.messages)
        refused = await browser.post("/account/tokens", data={**csrf, "name": ENTICING, "scope": "read", "until": ""})
        await deployment.service.mailer.idle()

    assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert len(deployment.smtp.messages) == before
