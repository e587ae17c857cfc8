"""What the value of a setting may be. One that does not fit is told of in a sentence, without what may be a secret."""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import Annotated
from urllib.parse import SplitResult, urlencode, urlsplit, urlunsplit

from pydantic import AfterValidator, SecretStr

from services.runtime.base.addresses import NoAddress, mailbox
from services.runtime.base.validation_messages import Unfit, quoted

FIT_FOR_HEADERS = re.compile(r"[A-Za-z0-9._~+/=-]+")
ANY = "*"
"""Stands for every name, and for every address."""
_HOST_NAME = re.compile(r"\*|[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")
_SPACE = re.compile(r"\s")
_PLACE = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:\s]*)(:\d{1,5})?")
"""A database server: its name or address, and perhaps a port. Nothing stands for the one on this machine."""


def _web_address(value: str) -> str:
    parts = _parts_of(value)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise Unfit(f"{quoted(value)} is not a web address.", "Give one such as https://concordat.example.org.")
    return value.rstrip("/")


def _public_address(value: str) -> str:
    """Return a web address to which a path of ours can be added, and which everybody may be told."""
    address = _web_address(value)
    parts = urlsplit(address)
    if parts.username is not None or parts.password is not None:
        raise Unfit("It has a user name, and everybody is told this address.", "Leave out what stands before the @.")
    if parts.path:
        raise Unfit(
            f"{quoted(value)} has a path, and pages lead to one another from the root of their address.",
            "Give Concordat a name of its own, such as https://concordat.example.org.",
        )
    return address


def _parts_of(address: str) -> SplitResult | None:
    """Return the parts of an address; None where it is none: a space in it, half an IPv6 address, no such port."""
    try:
        parts = urlsplit(address)
        is_whole = parts.port is None or parts.port > 0
    except ValueError:
        return None
    return parts if is_whole and not _SPACE.search(address) else None


def _database_url(value: str) -> str:
    if not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise Unfit("It is not the address of a database.", "Start it with postgresql:// or sqlite:///.")
    return _with_hosts_apart(value)


def _with_hosts_apart(url: str) -> str:
    """Return an address that names several hosts, as PostgreSQL writes it, in the way that SQLAlchemy reads it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise _no_server() from None
    login, at, places = parts.netloc.rpartition("@")
    if not all(_PLACE.fullmatch(each) for each in places.split(",")):
        raise _no_server()
    if "," not in places:
        return url
    if "[" in places:
        raise Unfit("Several hosts are named, one of them by an IPv6 address.", "Give such hosts names.")
    hosts = urlencode([("host", each) for each in places.split(",")], safe=":")
    return urlunsplit(parts._replace(netloc=login + at, query="&".join(filter(None, (hosts, parts.query)))))


def _no_server() -> Unfit:
    return Unfit(
        "It does not say at which server the database is.",
        "Write one such as postgresql://USER:PASSWORD@HOST:5432/NAME.",
    )


def _nats_url(value: str) -> str:
    servers = [_parts_of(server.strip()) for server in value.split(",")]
    if not all(each and each.scheme in ("nats", "tls", "ws", "wss") and each.hostname for each in servers):
        raise Unfit(
            "It is not the address of a NATS server.",
            "Give one such as nats://nats.example.org:4222, or several with commas between.",
        )
    return value


def _networks(value: str) -> str:
    """Return networks with commas between, or ``*``. One that is misspelt would be believed nothing, in silence."""
    if value.strip() == ANY:
        return value
    for each in _listed(value):
        try:
            ip_network(each)
        except ValueError:
            raise Unfit(
                f"{quoted(each)} is neither the address of a machine nor that of a network.",
                "Give such as 10.0.0.7 or 10.0.0.0/8, with commas between.",
            ) from None
    return value


def _host_names(value: str) -> str:
    for each in _listed(value):
        if not _HOST_NAME.fullmatch(each):
            raise Unfit(
                f"{quoted(each)} is not the name of a host.",
                "Give names without scheme, port or path, such as concordat.example.org, with commas between.",
            )
    return value


def _listed(value: str) -> list[str]:
    return [each.strip() for each in value.split(",") if each.strip()]


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


HostNames = Annotated[str, AfterValidator(_host_names)]
Networks = Annotated[str, AfterValidator(_networks)]
DatabaseUrl = Annotated[str, AfterValidator(_database_url)]
HeaderToken = Annotated[SecretStr, AfterValidator(_header_token)]
Mailbox = Annotated[str, AfterValidator(_mailbox)]
NatsUrl = Annotated[str, AfterValidator(_nats_url)]
PublicAddress = Annotated[str, AfterValidator(_public_address)]
Replicas = Annotated[int, AfterValidator(_odd)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
