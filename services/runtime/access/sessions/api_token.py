"""A token with which a person's software asks in their name, as every service reads it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import JSON, Boolean, Column, MetaData, String, Table

from services.runtime.access.directory import KnownPerson
from services.runtime.store.columns import Instant

metadata = MetaData()
TOKENS = Table(
    "tokens",
    metadata,
    Column("id", String(64), primary_key=True),  # SHA-256 of the token, which nobody is shown twice
    Column("address", String(400), nullable=False, index=True),
    Column("acts_as", JSON, nullable=False),  # by partnership, who made it
    Column("name", String(100), nullable=False),
    Column("may_write", Boolean, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("used_at", Instant),  # to the minute
    Column("limited_to", String(200)),  # the one path that it opens, also from its query; none: everything
)
PREFIX = "concordat_"
"""What each begins with: so that it is told from the deployment's, and found where somebody published it."""


def new_api_token() -> str:
    """Return a token of 256 random bits."""
    return f"{PREFIX}{secrets.token_urlsafe(32)}"


def id_of(token: str) -> str:
    """Return the id of a token: from it nobody learns the token."""
    return sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token that is good now; ``people`` are those who it acts as, by partnership.

    One that is ``limited_to`` a path is one there; everywhere else it is unknown.
    """

    id: str
    address: str
    people: tuple[KnownPerson, ...]
    may_write: bool
    limited_to: str | None = None

    def covers(self, path: str) -> bool:
        """Say whether it opens a path."""
        return self.limited_to in (None, path)

    def people_in(self, partnership: str) -> tuple[KnownPerson, ...]:
        """Return who it acts as in a partnership."""
        return tuple(each for each in self.people if each.partnership == partnership)
