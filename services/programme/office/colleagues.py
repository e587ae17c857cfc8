"""Colleagues: the people of a partnership as the log and the directory together know them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from hashlib import sha256

from domain.register.people import Person
from services.runtime.access.directory import DirectoryEntry
from services.runtime.base.addresses import key_of
from services.runtime.web.partnership.view import View
from services.runtime.web.visits import in_words

Entries = Mapping[str, DirectoryEntry]
"""What the directory has of people, by id."""


class Shown(Enum):
    """Which people a list shows: its part of the address, and its words."""

    EVERYBODY = "everybody"
    UNREACHED = "no-address"
    AWAY = "not-signed-in"
    WITHOUT_ROLE = "no-role"


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of a partnership. ``roles`` says in words what they hold today; empty of who holds nothing.

    ``email`` is empty where no e-mail reaches them. ``signed_in_at`` is None where that was not in the last ninety
    days, for which sign-ins are kept.
    """

    person: Person
    name: str
    email: str
    roles: str
    erased_at: datetime | None
    signed_in_at: datetime | None = None

    def is_among(self, shown: Shown) -> bool:
        """Say whether a list of those who are wanted has them."""
        if shown is Shown.WITHOUT_ROLE:
            return not self.roles
        if not self.roles:
            return shown is Shown.EVERYBODY
        if shown is Shown.UNREACHED:
            return not self.email
        return shown is Shown.EVERYBODY or (bool(self.email) and self.signed_in_at is None)


def colleague(view: View, person: Person, entries: Entries, sign_ins: Mapping[str, datetime]) -> Colleague:
    """Return what is known of a person."""
    entry = entries.get(person.id) or DirectoryEntry(person.id, None, None, None)
    partners = {code: partner.name for code, partner in view.register.partners.items()}
    return Colleague(
        person,
        name_of(person.id, entries),
        entry.email or "",
        in_words(person, partners, view.calendar.local_date(view.at)),
        entry.erased_at,
        sign_ins.get(key_of(entry.email) or ""),
    )


def in_order(everybody: Iterable[Colleague]) -> list[Colleague]:
    """Return people by name, those who hold no role last."""
    return sorted(everybody, key=lambda each: (not each.roles, each.name.casefold(), each.person.id))


def name_of(person_id: str, entries: Entries) -> str:
    """Return the name of a person; of who was erased that they were, and of who never had one the id."""
    entry = entries.get(person_id)
    if entry is not None and entry.erased_at is not None:
        return f"a former colleague ({person_id})"
    return (entry.name if entry else None) or person_id


def addresses_in(entries: Entries) -> Collection[str]:
    """Return the keys of all addresses."""
    return {key for each in entries.values() if (key := key_of(each.email))}


def sharing(email: str | None, entries: Entries, but: str = "") -> Sequence[DirectoryEntry]:
    """Return who has an address already, beside the person with the id ``but``."""
    key = key_of(email)
    return [
        each for each in entries.values() if key is not None and key_of(each.email) == key and each.person_id != but
    ]


def digest_of(entry: DirectoryEntry | None) -> str:
    """Return what tells a name and an address from what they were before."""
    known = (entry.name or "", entry.email or "") if entry else ("", "")
    return sha256("\n".join(known).encode()).hexdigest()[:16]


def by_name(sentence: str, entries: Entries) -> str:
    """Return a sentence with the names of people in the place of their ids."""
    for person_id, entry in entries.items():
        if entry.name:
            sentence = sentence.replace(person_id, entry.name)
    return sentence
