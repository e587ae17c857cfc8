"""E-mail addresses as the directory has them: which can be sent to, and how nothing that is sent back shows one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parseaddr

_LOCAL = re.compile(r"[^\s\x00-\x1f\x7f-\x9f()<>\[\]:;@\\,\"]{1,64}")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE)
_ANY_ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>@]+>?")
_LONGEST = 254


class NoAddress(ValueError):
    """What stands in the directory cannot be sent to; the message says why, without repeating it."""


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


def address(text: str) -> Address:
    """Read an address. Raises NoAddress."""
    local, at, domain = text.strip().rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or local.startswith(".") or local.endswith(".") or ".." in local:
        raise NoAddress("what stands in the directory is not an e-mail address")
    try:
        known_as = domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise NoAddress("the e-mail address in the directory has a domain that cannot exist") from None
    if not all(_LABEL.fullmatch(label) for label in known_as.split(".")):
        raise NoAddress("the e-mail address in the directory has a domain that cannot exist")
    if len(local.encode()) + 1 + len(known_as) > _LONGEST:
        raise NoAddress("the e-mail address in the directory is longer than an address can be")
    return Address(local, known_as)


def sender(mail_from: str) -> tuple[str, Address]:
    """Read the sender of e-mails as it is set: a name, perhaps empty, and an address. Raises NoAddress."""
    name, spec = parseaddr(mail_from)
    return name, address(spec)


def without_addresses(text: str, recipient: str) -> str:
    """Return what a mail server said with every address left out: it often repeats the recipient's."""
    known = re.sub(f"<?{re.escape(recipient)}>?", "(address)", text, flags=re.IGNORECASE) if recipient else text
    return _ANY_ADDRESS.sub("(address)", known)
