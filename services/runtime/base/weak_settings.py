"""Settings that work and are weak: what is sent in the clear, what can be guessed, whose word is taken for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from services.runtime.base.networks import is_this_machine
from services.runtime.base.settings import Settings, variable

SHORTEST_TOKEN = 32
_ENCRYPTED = {"require", "verify-ca", "verify-full"}


def weaknesses(settings: Settings) -> list[str]:
    """Return a sentence for each setting that a deployment on the internet should not have. None holds a secret."""
    return [*_guessable(settings), *_in_the_clear(settings), *_believed(settings)]


def _guessable(settings: Settings) -> Iterator[str]:
    for field in ("api_token", "service_token"):
        token = getattr(settings, field)
        if token is not None and len(token.get_secret_value()) < SHORTEST_TOKEN:
            yield (
                f"{variable(field)} is shorter than {SHORTEST_TOKEN} characters and may be guessed;"
                " make one with `openssl rand -hex 32`."
            )


def _in_the_clear(settings: Settings) -> Iterator[str]:
    for field in ("public_url", "openid_issuer", "reporting_url", "programme_url"):
        url = urlsplit(getattr(settings, field) or "")
        if url.scheme == "http" and not is_this_machine(url.hostname or ""):
            yield f"{variable(field)} is an http address: what goes there can be read on the way; take https."
    servers = [urlsplit(each.strip()) for each in (settings.nats_url or "").split(",")]
    if any(each.scheme in ("nats", "ws") and not is_this_machine(each.hostname or "") for each in servers):
        yield f"{variable('nats_url')} leads to a NATS server without TLS; give it a certificate and write tls://."
    for field in Settings.model_fields:
        if field.endswith("_database_url") and _is_unencrypted(getattr(settings, field)):
            yield f"{variable(field)} does not ask for encryption; end it with ?sslmode=verify-full."
    if settings.smtp_starttls is False and not is_this_machine(settings.smtp_host or ""):
        yield f"{variable('smtp_starttls')} is false: e-mails, with links to sign in, can be read on the way."


def _is_unencrypted(database_url: str) -> bool:
    url = urlsplit(database_url)
    given = parse_qs(url.query)
    mode = given.get("sslmode", [""])[-1]
    hosts = [each.rpartition(":")[0] or each for each in given.get("host", [])] or [url.hostname or ""]
    near = url.scheme.startswith("sqlite") or all(map(is_this_machine, hosts))
    return not near and mode not in _ENCRYPTED


def _believed(settings: Settings) -> Iterator[str]:
    for field, who in (
        ("trusted_proxies", "everybody may say from where they ask; name your proxies"),
        ("allowed_hosts", "any name leads here, those of others too; name your own"),
    ):
        if "*" in getattr(settings, field):
            yield f"{variable(field)} has a *: {who}."
