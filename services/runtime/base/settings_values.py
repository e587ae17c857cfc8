"""What the value of a setting may be. One that does not fit is told of in a sentence, without what may be a secret."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

from services.runtime.base.addresses import NoAddress, mailbox
from services.runtime.base.validation_messages import Unfit, quoted

FIT_FOR_HEADERS = re.compile(r"[A-Za-z0-9._~+/=-]+")


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise Unfit(f"{quoted(value)} is not a web address.", "Give one such as https://concordat.example.org.")
    return value.rstrip("/")


def _database_url(value: str) -> str:
    if not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise Unfit("It is not the address of a database.", "Start it with postgresql:// or sqlite:///.")
    return value


def _nats_url(value: str) -> str:
    servers = [server.strip() for server in value.split(",")]
    if not all(urlsplit(each).scheme in ("nats", "tls", "ws", "wss") and urlsplit(each).hostname for each in servers):
        raise Unfit(
            "It is not the address of a NATS server.",
            "Give one such as nats://nats.example.org:4222, or several with commas between.",
        )
    return value


def _odd(value: int) -> int:
    if value not in (1, 3, 5):
        raise Unfit(
            f"A NATS cluster cannot keep {value} copies of a stream so that a majority decides.", "Give 1, 3 or 5."
        )
    return value


def _mailbox(value: str) -> str:
    try:
        mailbox(value)
    except NoAddress as reason:
        raise Unfit(
            f"{quoted(value)} is not an e-mail address: {reason}.",
            "Give an address, alone or as in Concordat <concordat@example.org>.",
        ) from None
    return value


def _header_token(value: SecretStr) -> SecretStr:
    if not FIT_FOR_HEADERS.fullmatch(value.get_secret_value()):
        raise Unfit(
            "It has characters that cannot travel in an Authorization header.",
            "Use letters, digits and . _ ~ + / = - alone.",
        )
    return value


DatabaseUrl = Annotated[str, AfterValidator(_database_url)]
HeaderToken = Annotated[SecretStr, AfterValidator(_header_token)]
Mailbox = Annotated[str, AfterValidator(_mailbox)]
NatsUrl = Annotated[str, AfterValidator(_nats_url)]
Replicas = Annotated[int, AfterValidator(_odd)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
