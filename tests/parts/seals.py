"""Keys for tests, and events as the services that hold them send them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from contracts.envelope import Recorded, unseal
from contracts.sealing import Key, Seals
from services.runtime.messaging.keyring import Keyring

KEY = Key.read("c0" * 32)
_folder = TemporaryDirectory(prefix="concordat-key-")
EPOCH = "20260101T000000000000Z-00000001"
LATER_EPOCH = "20260201T000000000000Z-00000002"


@cache
def key_file() -> Path:
    """Return a key file of the test run with KEY in it."""
    path = Path(_folder.name) / "test.key"
    path.touch(mode=0o600)
    path.write_text(f"{KEY.secret.hex()}\n")
    return path


def keyring(stream: str) -> Keyring:
    """Return the keyring of a stream with KEY in it."""
    return Keyring(stream, key_file())


def keyrings() -> dict[str, Keyring]:
    """Return the keyrings of the two streams that a deployment has."""
    return {stream: keyring(stream) for stream in ("PROGRAMME", "REPORTING")}


def arrived(events: Iterable[Recorded]) -> list[Recorded]:
    """Return events of a log as a consumer knows them: with the epoch under which ``sealed`` sends them."""
    return [event._replace(epoch=EPOCH) for event in events]


def opened(stream: str, wire: bytes) -> Recorded:
    """Return the event in a message of a stream. Raises NotSealed where KEY has not sealed it."""
    return unseal(*Seals(stream, [KEY]).open(wire))


def sealed(stream: str, event: Recorded, epoch: str = EPOCH) -> bytes:
    """Return an event as it travels on a stream."""
    return Seals(stream, [KEY]).seal(event.body, event.chain, epoch)
