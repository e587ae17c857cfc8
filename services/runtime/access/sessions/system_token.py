"""A token with which a named system of a partnership asks, as every service reads it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import Boolean, Column, MetaData, String, Table

from contracts.events.partnership import Role
from services.runtime.access.directory import KnownPerson
from services.runtime.access.sessions.api_token import PREFIX
from services.runtime.store.columns import Instant

metadata = MetaData()
SYSTEMS = Table(
    "systems",
    metadata,
    Column("id", String(64), primary_key=True),  # SHA-256 of the token, which nobody is shown twice
    Column("partnership", String(64), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("may_write", Boolean, nullable=False),
    Column("made_by", String(64), nullable=False),  # the opaque id of a secretary
    Column("by_operator", Boolean, nullable=False),  # in that secretary's place
    Column("made_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("used_at", Instant),  # to the minute
)
SYSTEM_PREFIX = f"{PREFIX}system_"


def new_system_token() -> str:
    """Return a token of 256 random bits."""
    return f"{SYSTEM_PREFIX}{secrets.token_urlsafe(32)}"


@dataclass(frozen=True, slots=True)
class SystemToken:
    """A system whose token has not ended. ``made_by`` is a person's full id: it is good while they are secretary."""

    id: str
    partnership: str
    made_by: str
    may_write: bool

    @property
    def roles(self) -> frozenset[Role]:
        """As what it sees the partnership, while it is good."""
        return frozenset({Role.SECRETARY if self.may_write else Role.OBSERVER})

    @property
    def people(self) -> tuple[KnownPerson, ...]:
        """Who it acts as: the secretary who made it; what only reads is nobody, whatever that secretary may do."""
        person = self.made_by if self.may_write else f"{self.partnership}-system"
        return (KnownPerson(self.partnership, person, ""),)

    def covers(self, path: str) -> bool:
        """Say whether it opens a path: every one, for the door to judge."""
        return True

    def people_in(self, partnership: str) -> tuple[KnownPerson, ...]:
        """Return who it acts as in a partnership."""
        return self.people if partnership == self.partnership else ()
