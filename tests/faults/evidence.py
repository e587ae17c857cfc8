"""What there is to judge by: the rows of every database and the e-mails that arrived, read without the product."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, create_engine, text

from tests.faults.deployment import Deployment

START = "0" * 64


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it is stored."""

    version: int
    chain: str
    body: bytes

    @property
    def attributes(self) -> dict[str, Any]:
        return json.loads(self.body)  # type: ignore[no-any-return]

    @property
    def recorded_at(self) -> datetime:
        return datetime.fromisoformat(self.attributes["time"])

    @property
    def kind(self) -> str:
        """Such as ``pack-issued``."""
        return str(self.attributes["type"].split(".")[-2])


Log = dict[str, list[Event]]
Row = dict[str, Any]


@dataclass(frozen=True)
class Evidence:
    """All of it at one moment; that is of use once the house has come to rest."""

    programme: Log
    programme_heads: list[Row]
    reporting: Log
    reporting_heads: list[Row]
    journal: Log
    positions: dict[tuple[str, str], int]
    blocked: list[Row]
    dead_letters: list[Row]
    deferred: int
    editions: list[Row]
    deliveries: list[Row]
    changes_of_sender: int
    """How often another process, or the same one after its lease had run out, took over the sending of e-mail."""
    addresses: dict[tuple[str, str], str]
    arrived: Counter[tuple[str, str]]
    """How often each message, by Message-ID, arrived at each address."""

    @cached_property
    def packs_issued(self) -> list[dict[str, Any]]:
        """What the events *pack issued* say, with their partnership."""
        return [
            {**event.attributes["data"], "partnership": partnership}
            for partnership, log in self.reporting.items()
            for event in log
            if event.kind == "pack-issued"
        ]


def gather(house: Deployment) -> Evidence:
    """Read everything that there is."""
    programme, heads = _from(house, "programme", lambda c: (_log(c, "programme_events"), _rows(c, "programme_heads")))
    reporting, reporting_heads, journal, editions = _from(
        house,
        "reporting",
        lambda c: (_log(c, "reporting_events"), _rows(c, "reporting_heads"), _log(c, "journal"), _rows(c, "editions")),
    )
    deliveries, deferred, leases = _from(
        house,
        "notifications",
        lambda c: (_rows(c, "deliveries"), len(_rows(c, "held_back")), _rows(c, "leases")),
    )
    people = _from(house, "directory", lambda c: _rows(c, "people"))
    services = ("programme", "reporting", "notifications")
    return Evidence(
        programme=programme,
        programme_heads=heads,
        reporting=reporting,
        reporting_heads=reporting_heads,
        journal=journal,
        positions={
            (row["consumer"], row["partnership"]): row["version"]
            for service in services
            for row in _from(house, service, lambda c: _rows(c, "positions"))
        },
        blocked=[row for service in services for row in _from(house, service, lambda c: _rows(c, "standstills"))],
        dead_letters=[
            row
            for service in ("programme", "notifications")
            for row in _from(house, service, lambda c: _rows(c, "dead_letters"))
        ],
        deferred=deferred,
        editions=editions,
        deliveries=deliveries,
        changes_of_sender=sum(row["fence"] for row in leases if row["name"] == "notifications.sender"),
        addresses={(row["partnership"], row["person_id"]): _mailbox(row["email"]) for row in people if row["email"]},
        arrived=Counter(
            (str(message.message["Message-ID"]), _mailbox(recipient))
            for message in tuple(house.smtp.messages)
            for recipient in message.recipients
        ),
    )


def first_break(log: Sequence[Event]) -> int | None:
    """Return the first version that is not the next one, or whose chain value is not what its bytes give."""
    chain = START
    for expected, event in enumerate(log, start=1):
        chain = sha256(chain.encode() + event.body).hexdigest()
        if (event.version, event.chain, event.attributes["version"]) != (expected, chain, expected):
            return expected
    return None


def instant(value: Any) -> datetime:
    """Return an instant as either database gives it: SQLite as text without a time zone."""
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def _mailbox(address: str) -> str:
    """Return an address as mail servers compare it: the case of its domain says nothing (RFC 5321, section 2.4)."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


def _from(house: Deployment, database: str, question: Any) -> Any:
    engine = create_engine(house.databases[database])
    try:
        with engine.connect() as connection:
            return question(connection)
    finally:
        engine.dispose()


def _log(connection: Connection, table: str) -> Log:
    found: Log = defaultdict(list)
    rows = connection.execute(
        text(f"SELECT partnership, version, chain, body FROM {table} ORDER BY partnership, version")
    )
    for row in rows:
        found[row.partnership].append(Event(row.version, row.chain, bytes(row.body)))
    return dict(found)


def _rows(connection: Connection, table: str) -> list[Row]:
    return [dict(row) for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()]
