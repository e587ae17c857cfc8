"""Signing in at an organisation's own provider: OpenID Connect, with an authorisation code and PKCE.

Nothing about a sign-in that was begun is stored here: what belongs to it follows from a token that the browser alone
has. So any replica can finish it, and no other browser.
"""

from __future__ import annotations

import hmac
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped]
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from services.runtime.base.addresses import key_of
from services.runtime.base.settings import Settings

CALLBACK = "/sign-in/openid/callback"
LASTS_SECONDS = 600
_SCOPE = "openid email"
_ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")  # signatures with a key that the provider alone has
_LEEWAY_SECONDS = 60
_PATIENCE_SECONDS = 10.0
_KNOWN_SECONDS = 3600.0
_NOT_BELIEVED = "What your organisation’s sign-in says cannot be believed. Begin again."


class NotProven(Exception):
    """The provider did not say who this is, or nothing that can be believed. The message is a sentence for them."""


class OpenId:
    """One provider, as the settings name it. Used from one event loop alone."""

    def __init__(
        self,
        settings: Settings,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        assert settings.openid_issuer is not None
        assert settings.openid_client_id is not None
        self._issuer = settings.openid_issuer
        self._client_id = settings.openid_client_id
        self._secret_file = settings.openid_client_secret_file
        self._public_url = settings.public_url
        self._transport = transport
        self._now = now
        self._provider: Mapping[str, Any] = {}
        self._keys = KeySet([])
        self._read_at = 0.0

    async def begin(self, browser: str) -> str:
        """Return the address at the provider to go to, for the browser with this token. Raises NotProven."""
        await self._know_provider()
        challenge = create_s256_code_challenge(_derived(browser, "verifier"))
        address = prepare_grant_uri(
            self._provider["authorization_endpoint"],
            self._client_id,
            "code",
            redirect_uri=f"{self._public_url}{CALLBACK}",
            scope=_SCOPE,
            state=_derived(browser, "state"),
            nonce=_derived(browser, "nonce"),
            code_challenge=challenge,
            code_challenge_method="S256",
        )
        return str(address)

    async def finish(self, browser: str, given: Mapping[str, str]) -> str:
        """Return the key of the address that the provider vouches for, by what it sent the browser back with.

        Raises NotProven.
        """
        if not browser or not hmac.compare_digest(given.get("state", "").encode(), _derived(browser, "state").encode()):
            raise NotProven("This browser did not begin to sign in, or too long ago. Begin again.")
        if "code" not in given:
            raise NotProven("You did not sign in at your organisation’s page.")
        await self._know_provider()
        async with self._client() as client:
            tokens = await self._tokens(client, given["code"], _derived(browser, "verifier"))
            claims = await self._claims(str(tokens.get("id_token", "")), _derived(browser, "nonce"))
            if "email" not in claims:
                claims = await self._user_info(client, str(tokens.get("access_token", "")), str(claims["sub"]))
        return _address_in(claims)

    async def sign_out_address(self) -> str | None:
        """Return where to sign out at the provider too; None where it has no such place, or cannot be asked."""
        try:
            await self._know_provider()
        except NotProven:
            return None
        place = self._provider.get("end_session_endpoint")
        back = {"client_id": self._client_id, "post_logout_redirect_uri": f"{self._public_url}/signed-out"}
        return f"{place}?{urlencode(back)}" if place else None

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=self._transport, timeout=_PATIENCE_SECONDS)

    async def _tokens(self, client: httpx.AsyncClient, code: str, verifier: str) -> dict[str, Any]:
        """Return what the provider gives for a code."""
        secret = None if self._secret_file is None else self._secret_file.read_text(encoding="utf-8").strip()
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": f"{self._public_url}{CALLBACK}",
            "code_verifier": verifier,
            "client_id": self._client_id,
        }
        auth = httpx.Auth() if secret is None else httpx.BasicAuth(self._client_id, secret)
        try:
            return _object_in(await client.post(self._provider["token_endpoint"], data=asked, auth=auth))
        except (httpx.HTTPError, ValueError, TypeError, KeyError):
            raise NotProven("Your organisation’s sign-in does not answer for you. Begin again.") from None

    async def _know_provider(self, *, anew: bool = False) -> None:
        """Read what the provider says of itself, and its keys, where that was long ago or ``anew``."""
        if not anew and self._provider and time.monotonic() - self._read_at < _KNOWN_SECONDS:
            return
        async with self._client() as client:
            try:
                provider = await _document(client, f"{self._issuer}/.well-known/openid-configuration")
                if str(provider["issuer"]).rstrip("/") != self._issuer:
                    raise NotProven(
                        "Your organisation’s sign-in gives itself out for another. Tell who runs this service."
                    )
                keys = KeySet.import_key_set(await _document(client, provider["jwks_uri"]))  # type: ignore[arg-type]
            except (httpx.HTTPError, ValueError, TypeError, KeyError, JoseError):
                raise NotProven("Your organisation’s sign-in cannot be reached. Go back and try again.") from None
        self._provider, self._keys, self._read_at = provider, keys, time.monotonic()

    async def _claims(self, id_token: str, nonce: str) -> dict[str, Any]:
        """Return what an ID token says. Keys are read anew once where it is signed with one that is not known."""
        try:
            token = await self._read(id_token)
            wanted = jwt.JWTClaimsRegistry(
                now=lambda: int(self._now()),
                leeway=_LEEWAY_SECONDS,
                iss={"essential": True, "value": self._provider["issuer"]},
                aud={"essential": True, "value": self._client_id},
                nonce={"essential": True, "value": nonce},
                exp={"essential": True},
                iat={"essential": True},
                sub={"essential": True},
            )
            wanted.validate(token.claims)
        except (JoseError, ValueError):
            raise NotProven(_NOT_BELIEVED) from None
        if token.claims.get("azp", self._client_id) != self._client_id:  # made for another client
            raise NotProven(_NOT_BELIEVED)
        return dict(token.claims)

    async def _read(self, id_token: str) -> jwt.Token:
        try:
            return jwt.decode(id_token, self._keys, algorithms=_ALGORITHMS)
        except (JoseError, ValueError):
            await self._know_provider(anew=True)
            return jwt.decode(id_token, self._keys, algorithms=_ALGORITHMS)

    async def _user_info(self, client: httpx.AsyncClient, token: str, subject: str) -> dict[str, Any]:
        try:
            claims = await _document(client, self._provider["userinfo_endpoint"], {"Authorization": f"Bearer {token}"})
        except (httpx.HTTPError, ValueError, TypeError, KeyError):
            raise NotProven("Your organisation’s sign-in does not tell your e-mail address.") from None
        if claims.get("sub") != subject:
            raise NotProven(_NOT_BELIEVED)
        return claims


async def _document(
    client: httpx.AsyncClient, address: str, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    return _object_in(await client.get(address, headers={"Accept": "application/json", **(headers or {})}))


def _object_in(answer: httpx.Response) -> dict[str, Any]:
    """Return the JSON object in an answer. Raises ValueError or TypeError for anything else.

    No redirect is followed: it could lead to somebody else's keys.
    """
    if answer.status_code != httpx.codes.OK:
        raise ValueError(f"{answer.url} answered {answer.status_code}")
    return dict(answer.json())


def _address_in(claims: Mapping[str, Any]) -> str:
    """Return the key of the address in claims, which the provider must have verified. Raises NotProven."""
    address = key_of(str(claims.get("email") or ""))
    if address is None:
        raise NotProven("Your organisation’s sign-in does not tell your e-mail address.")
    if claims.get("email_verified") is not True:
        raise NotProven("Your organisation’s sign-in has not verified your e-mail address. Tell those who run it.")
    return address


def _derived(browser: str, purpose: str) -> str:
    digest = hmac.digest(browser.encode(), f"concordat: openid {purpose}".encode(), "sha256")
    return urlsafe_b64encode(digest).decode().rstrip("=")
