"""Signing in at an organisation's own provider: the whole way with a real one, and whatever another may answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from oidc_provider_mock import User, run_server_in_thread

from services.access import openid
from services.access.openid import CALLBACK, NotProven, OpenId
from services.access.service import AccessService
from services.runtime.access.directory import DirectoryEntry
from services.runtime.base.settings_error import SettingsError
from services.runtime.process.lifecycle import Host
from tests.parts.child import free_port
from tests.runtime.answering import settings

ADA = "ada@brent.example"
CLIENT = "concordat"
USERS = (
    User(sub="ada", claims={"email": "ADA@brent.example", "email_verified": True}),
    User(sub="unverified", claims={"email": ADA, "email_verified": False}),
    User(sub="stranger", claims={"email": "stranger@elsewhere.example", "email_verified": True}),
    User(sub="without", claims={}),
)


# -- with a real provider ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with run_server_in_thread(user_claims=USERS, require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
async def url(tmp_path: Path, provider: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """The access service alone, with Ada in its directory, and with time for a provider on a busy machine."""
    monkeypatch.setattr(openid, "_PATIENCE_SECONDS", 60.0)
    port = free_port()
    secret = tmp_path / "secret"
    secret.write_text("client-secret\n")
    own = settings(
        data_dir=tmp_path / "data",
        port=port,
        public_url=f"http://127.0.0.1:{port}",
        openid_issuer=provider,
        openid_client_id=CLIENT,
        openid_client_secret_file=secret,
    )
    async with Host(own, [AccessService]) as host:
        service = host.services["access"]
        assert isinstance(service, AccessService)
        await service.directory.put("LAP", [DirectoryEntry("LAP-U001", None, "Ada Lovelace", ADA)])
        yield host.url


@asynccontextmanager
async def browsing(url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=url, headers={"Accept": "text/html"}, timeout=60) as browser:
        yield browser


async def back_from(browser: httpx.AsyncClient, subject: str, leads_to: str = "/") -> str:
    """Begin to sign in, do so at the provider, and return the address that it sends the browser back to."""
    begun = await browser.get("/sign-in/openid", params={"next": leads_to})
    assert begun.status_code == 303
    async with httpx.AsyncClient(timeout=60) as at_provider:
        answer = await at_provider.post(begun.headers["location"], data={"sub": subject})
    return answer.headers["location"]


async def is_signed_in(browser: httpx.AsyncClient) -> bool:
    return (await browser.get("/account")).status_code == 200


async def test_whose_address_the_provider_verified_is_signed_in(url: str) -> None:
    async with browsing(url) as browser:
        assert "/sign-in/openid?next=/return/LAP" in (await browser.get("/sign-in?next=/return/LAP")).text
        back = await back_from(browser, "ada", "/return/LAP")
        answer = await browser.get(back)
        assert (answer.status_code, answer.headers["location"]) == (303, "/return/LAP")
        account = (await browser.get("/account")).text
        again = await browser.get(back)
    assert "Ada Lovelace" in account
    assert "Your organisation" in account
    assert again.status_code == 403


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("unverified", "has not verified your e-mail address"),
        ("stranger", "Nobody here has the address stranger@elsewhere.example"),
        ("without", "does not tell your e-mail address"),
    ],
)
async def test_who_has_no_verified_address_that_somebody_has_is_not_signed_in(
    url: str, subject: str, said: str
) -> None:
    async with browsing(url) as browser:
        answer = await browser.get(await back_from(browser, subject))
        assert (answer.status_code, said in answer.text) == (403, True)
        assert not await is_signed_in(browser)


async def test_another_browser_cannot_finish_what_one_began(url: str) -> None:
    async with browsing(url) as browser, browsing(url) as thief, browsing(url) as other:
        back = await back_from(browser, "ada")
        await back_from(thief, "stranger")
        assert (await thief.get(back)).status_code == 403
        assert (await other.get(back)).status_code == 403
        assert not await is_signed_in(thief)
        assert not await is_signed_in(other)


async def test_who_refuses_at_the_provider_is_told_that_they_are_not_signed_in(url: str) -> None:
    async with browsing(url) as browser:
        begun = await browser.get("/sign-in/openid")
        state = parse_qs(urlsplit(begun.headers["location"]).query)["state"][0]
        answer = await browser.get(CALLBACK, params={"error": "access_denied", "state": state})
    assert (answer.status_code, "You did not sign in" in answer.text) == (403, True)


async def test_the_request_has_state_nonce_and_a_challenge_and_the_cookie_reveals_no_verifier(url: str) -> None:
    async with browsing(url) as browser:
        asked = [parse_qs(urlsplit((await browser.get("/sign-in/openid")).headers["location"]).query) for _ in range(2)]
    for each in asked:
        assert each["code_challenge_method"] == ["S256"]
        assert each["scope"] == ["openid email"]
        assert each["redirect_uri"] == [f"{url}{CALLBACK}"]
    assert all(asked[0][name] != asked[1][name] for name in ("state", "nonce", "code_challenge"))


async def test_signing_in_leads_to_no_other_site(url: str) -> None:
    async with browsing(url) as browser:
        answer = await browser.get(await back_from(browser, "ada", "//evil.example"))
    assert answer.headers["location"] == "/"


async def test_who_signed_out_can_sign_out_at_the_provider_too(url: str, provider: str) -> None:
    async with browsing(url) as browser:
        await browser.get(await back_from(browser, "ada"))
        await browser.post("/sign-out")
        page = (await browser.get("/signed-out")).text
        assert not await is_signed_in(browser)
    assert f'href="{provider}/oauth2/end_session?client_id={CLIENT}' in page


# -- with one that answers as a test has it ----------------------------------------------------------------------------


ISSUER = "https://login.example"
NOW = 1_800_000_000


class Provider:
    """A provider whose keys, answers and claims a test changes."""

    def __init__(self) -> None:
        self.signing = RSAKey.generate_key(2048, {"kid": "first"})
        self.published = [self.signing]
        self.claims: dict[str, Any] = {}
        self.leave_out: tuple[str, ...] = ()
        self.document: dict[str, Any] = {}
        self.keys_read = 0
        given = settings(openid_issuer=ISSUER, openid_client_id=CLIENT)
        self.openid = OpenId(given, transport=httpx.MockTransport(self.answer), now=lambda: NOW)

    def answer(self, request: httpx.Request) -> httpx.Response:
        match request.url.path:
            case "/.well-known/openid-configuration":
                places = ("authorization", "token", "userinfo")
                known = {f"{each}_endpoint": f"{ISSUER}/{each}" for each in places}
                return httpx.Response(
                    200, json={"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys", **known, **self.document}
                )
            case "/keys":
                self.keys_read += 1
                return httpx.Response(200, json=KeySet(self.published).as_dict(private=False))
            case "/token":
                return httpx.Response(200, json={"access_token": "x", "token_type": "Bearer", "id_token": self.token()})
        return httpx.Response(500)

    def token(self) -> str:
        usual = {"iss": ISSUER, "aud": CLIENT, "sub": "ada", "iat": NOW, "exp": NOW + 300, "nonce": self.nonce}
        claims = {**usual, "email": ADA, "email_verified": True, **self.claims}
        kept = {name: value for name, value in claims.items() if name not in self.leave_out}
        return jwt.encode({"alg": "RS256", "kid": self.signing.kid}, kept, self.signing)

    async def signed_in(self) -> str:
        asked = parse_qs(urlsplit(await self.openid.begin("browser")).query)
        self.nonce = self.claims.pop("nonce", asked["nonce"][0])
        return await self.openid.finish("browser", {"state": asked["state"][0], "code": "code"})


async def test_an_address_that_the_provider_verified_is_believed() -> None:
    assert await Provider().signed_in() == ADA


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example"},
        {"aud": "another-client"},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"nonce": "of another sign-in"},
        {"exp": NOW - 61},
        {"iat": NOW + 3600},
        {"email_verified": "true"},
        {"email_verified": None},
        {"email": "ada"},
    ],
)
async def test_a_token_that_is_not_for_us_and_now_is_not_believed(claims: dict[str, Any]) -> None:
    provider = Provider()
    provider.claims = claims
    with pytest.raises(NotProven):
        await provider.signed_in()


@pytest.mark.parametrize("missing", ["iss", "aud", "nonce", "exp", "iat", "sub", "email_verified"])
async def test_a_token_that_lacks_something_is_not_believed(missing: str) -> None:
    provider = Provider()
    provider.leave_out = (missing,)
    with pytest.raises(NotProven):
        await provider.signed_in()


@pytest.mark.parametrize("skew", [-59, 59])
async def test_a_clock_that_is_a_minute_off_is_no_reason_to_refuse(skew: int) -> None:
    provider = Provider()
    provider.claims = {"iat": NOW + skew, "exp": NOW + skew + 1}
    assert await provider.signed_in() == ADA


async def test_a_new_key_of_the_provider_is_found_and_an_old_one_is_forgotten() -> None:
    provider = Provider()
    assert await provider.signed_in() == ADA
    old = provider.signing
    provider.signing = RSAKey.generate_key(2048, {"kid": "second"})
    provider.published = [provider.signing]
    assert await provider.signed_in() == ADA
    assert provider.keys_read == 2
    provider.signing = old
    with pytest.raises(NotProven):
        await provider.signed_in()


async def test_a_key_of_somebody_else_is_not_believed() -> None:
    provider = Provider()
    provider.signing = RSAKey.generate_key(2048, {"kid": "first"})
    with pytest.raises(NotProven):
        await provider.signed_in()


def break_issuer(provider: Provider) -> None:
    provider.document = {"issuer": "https://other.example"}


def break_document(provider: Provider) -> None:
    provider.document = {"jwks_uri": f"{ISSUER}/nowhere"}


@pytest.mark.parametrize("broken", [break_issuer, break_document])
async def test_a_provider_that_is_not_the_one_of_the_settings_is_not_asked(broken: Callable[[Provider], None]) -> None:
    provider = Provider()
    broken(provider)
    with pytest.raises(NotProven):
        await provider.signed_in()
    assert await provider.openid.sign_out_address() is None


@pytest.mark.parametrize("given", [{"openid_issuer": ISSUER}, {"openid_client_id": CLIENT}])
def test_issuer_and_client_are_set_together(given: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="CONCORDAT_OPENID_ISSUER and CONCORDAT_OPENID_CLIENT_ID belong together"):
        settings(**given)


def test_somebody_can_sign_in_in_one_way_at_least() -> None:
    with pytest.raises(SettingsError, match="CONCORDAT_SIGN_IN_BY_EMAIL is false and CONCORDAT_OPENID_ISSUER is not"):
        settings(sign_in_by_email=False)
