"""E-mail addresses, judged in one place: what is refused here cannot be sent to, and what is taken here can.

Source: RFC 5321 sections 4.1.2 and 4.5.3.1, RFC 6531 for letters beyond ASCII. Quoted local parts and address literals
(``"dora"@…``, ``dora@[192.0.2.1]``), which hardly any mailbox has, are not taken.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_LONGEST = 254
_LONGEST_LOCAL = 64
_LONGEST_DOMAIN = 253
_ASCII_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]*")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<spec>[^<>]*)>")


class NoAddress(ValueError):
    """What was given cannot be sent to; the message is a clause that says why, without repeating it."""


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox, its domain in the form that the domain name system has it."""

    local: str
    domain: str

    @property
    def spec(self) -> str:
        """The address as mail servers take it."""
        return f"{self.local}@{self.domain}"

    @property
    def needs_utf8(self) -> bool:
        """Whether a server must know SMTPUTF8 (RFC 6531) to take it."""
        return not self.local.isascii()

    @property
    def key(self) -> str:
        """The address by which one person is told from another: only A to Z are taken for a to z.

        Folding more would make one of two mailboxes that servers tell apart, as with ``ß`` and ``ss``.
        """
        return "".join(letter.lower() if letter.isascii() else letter for letter in self.spec)

    def is_same_as(self, other: Address) -> bool:
        """Whether people would call both one address: hardly any server tells upper from lower case."""
        return self.spec.casefold() == other.spec.casefold()


def address(text: str) -> Address:
    """Read an address. Raises NoAddress."""
    local, at, domain = unicodedata.normalize("NFC", text.strip()).rpartition("@")
    if not at:
        raise NoAddress("it has no @")
    _check_local(local)
    known_as = _in_dns(domain)
    if len(local.encode()) + 1 + len(known_as) > _LONGEST:
        raise NoAddress(f"it is longer than the {_LONGEST} characters that an address can have")
    return Address(local, known_as)


def mailbox(text: str) -> tuple[str, Address]:
    """Read ``Name <address>`` or an address alone: the name, perhaps empty, and the address. Raises NoAddress."""
    named = _NAMED.fullmatch(text.strip())
    if named is None:
        return "", address(text)
    name = named["name"].strip()
    if not name.isprintable():
        raise NoAddress("the name before it has a character that cannot stand there")
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return name, address(named["spec"])


def _check_local(local: str) -> None:
    if not local:
        raise NoAddress("nothing stands before its @")
    if "@" in local:
        raise NoAddress("it has more than one @")
    if ".." in local:
        raise NoAddress("two dots stand side by side before its @")
    if local.startswith(".") or local.endswith("."):
        raise NoAddress(f"what stands before its @ {'begins' if local.startswith('.') else 'ends'} with a dot")
    if any(character.isspace() for character in local):
        raise NoAddress("it has a space")
    ascii_part = "".join(filter(str.isascii, local))
    if not local.isprintable() or not _ASCII_LOCAL.fullmatch(ascii_part):
        raise NoAddress("it has a character that cannot stand before an @")
    if len(local.encode()) > _LONGEST_LOCAL:
        raise NoAddress(f"more than {_LONGEST_LOCAL} characters stand before its @")


def _in_dns(domain: str) -> str:
    """Return a domain as the domain name system has it: letters beyond ASCII by IDNA 2008."""
    if not domain:
        raise NoAddress("nothing stands behind its @")
    known_as = domain if domain.isascii() else _to_ascii(domain)
    labels = known_as.split(".")
    if not all(_LABEL.fullmatch(label) for label in labels) or len(known_as) > _LONGEST_DOMAIN or labels[-1].isdigit():
        raise NoAddress("the domain behind its @ cannot exist")
    return known_as


def _to_ascii(domain: str) -> str:
    import idna  # its tables are large, and most domains need none of them

    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise NoAddress("the domain behind its @ cannot exist") from None


def key_of(text: str | None) -> str | None:
    """Return the key of the address that ``text`` is; None where it is none."""
    try:
        return address(text).key if text else None
    except NoAddress:
        return None
