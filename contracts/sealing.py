"""The seal of an event as it travels: the proof that the service whose stream it is on has sent it.

Three members follow the stored object on the wire: ``chain``, ``epoch`` and ``seal``, each of a fixed length. The seal
is HMAC-SHA256 (RFC 2104), with a key of the service that publishes, over the stream's name, a zero byte and every byte
before the seal: so over partnership and version, which stand in the stored object, its chain value and the epoch.
Nothing of a message is read before its seal has been found to be genuine.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import HMAC, compare_digest
from sys import intern
from typing import NamedTuple

from contracts.envelope import CHAIN_MEMBER, CHAIN_START

EPOCH_PATTERN = r"[0-9]{8}T[0-9]{12}Z-[0-9a-f]{8}"
SEAL_PATTERN = r"[0-9a-f]{8}\.[0-9a-f]{64}"

_EPOCH_DIGITS = 31
_EPOCH_TIME = "%Y%m%dT%H%M%S%f"
_KEY_ID_DIGITS = 8
_SEAL_DIGITS = 64
_EPOCH_MEMBER = b'","epoch":"'
_SEAL_MEMBER = b'","seal":"'
_END = b'"}'
_SEAL_TAIL = len(_SEAL_MEMBER) + _KEY_ID_DIGITS + 1 + _SEAL_DIGITS + len(_END)
_KEY_ID = slice(len(_SEAL_MEMBER), len(_SEAL_MEMBER) + _KEY_ID_DIGITS)
_SEAL = slice(_KEY_ID.stop + 1, -len(_END))
_CHAIN_TAIL = len(CHAIN_MEMBER) + len(CHAIN_START) + len(_EPOCH_MEMBER) + _EPOCH_DIGITS
_CHAIN = slice(len(CHAIN_MEMBER), len(CHAIN_MEMBER) + len(CHAIN_START))
_SECRET = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)


class NotSealed(ValueError):
    """No service that may publish on the stream has sent a message; the text says how that was found."""


class Key(NamedTuple):
    """A secret of 32 bytes with which a service seals. Its id, eight hexadecimal digits, follows from the secret."""

    id: str
    secret: bytes

    @classmethod
    def read(cls, text: str) -> Key:
        """Return the key written as 64 hexadecimal digits. Raises ValueError, which does not repeat the text."""
        if not _SECRET.fullmatch(text):
            raise ValueError("a key is 64 hexadecimal digits, such as `openssl rand -hex 32` writes")
        secret = bytes.fromhex(text)
        return cls(sha256(b"id of a key\0" + secret).hexdigest()[:_KEY_ID_DIGITS], secret)

    def __repr__(self) -> str:
        return f"<key {self.id}>"


class Opened(NamedTuple):
    """A message whose seal is genuine: the stored bytes, the chain value and the epoch of the log that it is from."""

    body: bytes
    chain: str
    epoch: str


def new_epoch(after: str = "") -> str:
    """Return the id of an epoch that begins now and sorts behind ``after``, whatever the clock says.

    Such as ``20261125T203000000000Z-1f9a02bc``: UTC to the microsecond, and chance.
    """
    began = datetime.now(UTC)
    if after:
        last = datetime.strptime(after.partition("Z")[0], _EPOCH_TIME).replace(tzinfo=UTC)
        began = max(began, last + timedelta(microseconds=1))
    return f"{began:{_EPOCH_TIME}}Z-{secrets.token_hex(4)}"


class Seals:
    """The keys of one stream, ready for use: the first one seals, and what is sealed with any of them is opened."""

    def __init__(self, stream: str, keys: Sequence[Key]) -> None:
        """Raises ValueError where there is no key."""
        if not keys:
            raise ValueError(f"there is no key for the stream {stream}")
        self.stream = stream
        self._codes = {key.id.encode("ascii"): _code(stream, key) for key in keys}
        self._first = keys[0].id.encode("ascii")

    @property
    def key_ids(self) -> list[str]:
        """Return the ids of the keys, the one that seals first."""
        return [key.decode("ascii") for key in self._codes]

    def seal(self, body: bytes, chain: str, epoch: str) -> bytes:
        """Return the bytes that travel: the stored object with its chain value, the epoch and the seal."""
        sealed = body[:-1] + CHAIN_MEMBER + chain.encode("ascii") + _EPOCH_MEMBER + epoch.encode("ascii")
        return sealed + self._tail(self._first, sealed)

    def open(self, wire: bytes) -> Opened:
        """Return what travelled on the stream. Raises NotSealed where no key of ours has sealed it."""
        tail = wire[-_SEAL_TAIL:]
        if not tail.startswith(_SEAL_MEMBER):
            raise NotSealed("it bears no seal")
        if tail[_KEY_ID] not in self._codes:
            raise NotSealed("its seal is of a key that is not accepted")
        sealed = wire[:-_SEAL_TAIL]
        if not compare_digest(self._tail(tail[_KEY_ID], sealed), tail):
            raise NotSealed("its seal is not genuine")
        members = sealed[-_CHAIN_TAIL:]
        if not members.startswith(CHAIN_MEMBER):
            raise NotSealed("its seal is genuine, but no chain value and epoch stand before it")
        epoch = intern(members[-_EPOCH_DIGITS:].decode("ascii"))
        return Opened(sealed[:-_CHAIN_TAIL] + b"}", members[_CHAIN].decode("ascii"), epoch)

    def _tail(self, key: bytes, sealed: bytes) -> bytes:
        code = self._codes[key].copy()  # with the key and the stream's name in it, which halves the time
        code.update(sealed)
        return _SEAL_MEMBER + key + b"." + code.hexdigest().encode("ascii") + _END


def seal_of(wire: bytes) -> str:
    """Return the seal's digits, of bytes that ``Seals.seal`` has made."""
    return wire[-_SEAL_TAIL:][_SEAL].decode("ascii")


def _code(stream: str, key: Key) -> HMAC:
    return hmac.new(key.secret, stream.encode("utf-8") + b"\0", "sha256")
