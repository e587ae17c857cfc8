"""What somebody who can publish at the broker, and has no key, may put onto a stream between genuine events."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Iterator

import nkeys  # type: ignore[import-untyped]

from contracts.envelope import Recorded, with_chain
from contracts.sealing import Key, Seals
from tests.parts.seals import EPOCH, sealed
from tests.parts.waiting import STILL_SECONDS

STRANGERS_KEY = Key.read("5e" * 32)
NO_HEADERS = b""


def forged(stream: str, event: Recorded) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield forgeries that come before ``event``, each as (subject, block of headers, body).

    ``event`` is the next genuine one of its partnership.
    """
    prefix = stream.lower()
    subject = f"{prefix}.{event.partnership}.{event.fact.slug()}".encode()
    genuine = sealed(stream, event)
    with_strangers_key = Seals(stream, [STRANGERS_KEY]).seal(event.body, event.chain, EPOCH)
    others_stream = sealed("REPORTING" if stream != "REPORTING" else "PROGRAMME", event)
    far_ahead = json.loads(event.body) | {"version": 9999, "chain": "f" * 64, "epoch": EPOCH}
    for body in (
        b"",
        b"{}",
        b"\xff\xfe\x00\x80",
        b"x" * 900_000,
        event.body,
        with_chain(event.body, event.chain),
        json.dumps(far_ahead).encode(),
        with_strangers_key,
        others_stream,
        genuine[:-1],
        genuine.replace(b'"version":', b'"version": '),
        genuine.replace(b"BRE", b"BRX"),
    ):
        yield subject, NO_HEADERS, body
    for elsewhere in (
        f"{prefix}.{event.partnership}.pack-issued",
        f"{prefix}.{event.partnership}",
        f"{prefix}.{event.partnership}.{event.fact.slug()}.more",
        f"{prefix}.NOBODY.{event.fact.slug()}",
        f"{prefix}.SEM.{event.fact.slug()}",
        f"{prefix}.{'L' * 1500}.x",
        f"{prefix}.L\N{BELL}P.x",
    ):
        yield elsewhere.encode(), NO_HEADERS, genuine
    yield prefix.encode() + b".\xff\xfe.\x80", NO_HEADERS, genuine
    for headers in (
        b"NATS/1.0\r\nStatus: 404\r\n\r\n",
        b"NATS/1.0\r\nStatus: 100\r\nDescription: Idle Heartbeat\r\nNats-Last-Consumer: 99999\r\n\r\n",
        b"NATS/1.0\r\nStatus: 409\r\nDescription: Consumer Deleted\r\n\r\n",
        b"NATS/1.0\r\nStatus: 503\r\n\r\n",
        b"NATS/1.0\r\nNats-Consumer-Stalled: " + subject + b"\r\n\r\n",
        b"NATS/1.0 404 No Messages\r\n\r\n",
        b"NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 99999\r\n\r\n",
        b"NATS/1.0 \xff\xff\xff\r\n\r\n",
        b"NATS/1.0\r\n\xff\xfe: \xff\r\n\r\n",
        b"NATS/1.0\r\nno colon at all\r\n\r\n",
        b"NATS/1.0\r\n: no name\r\n\r\n",
        b"NATS/1.0\r\n" + b"x: y\r\n" * 2_000 + b"\r\n",
        b"NATS/1.0\r\n",
        b"NATS/1.0",
        b"hello",
        b"\r\n",
        b"NATS/1.0\r\nNats-Msg-Id: " + event.id.encode() + b"\r\n\r\n",
    ):
        yield subject, headers, b""
        yield subject, headers, b"{}"


class Attacker:
    """A client that speaks NATS's protocol by hand, so that it can send what no decent client would."""

    def __init__(self, url: str, seed: str | None = None) -> None:
        host, _, port = url.removeprefix("nats://").rpartition(":")
        self._socket = socket.create_connection((host, int(port)), timeout=STILL_SECONDS)
        self._lines = self._socket.makefile("rb")
        greeting = json.loads(self._lines.readline().removeprefix(b"INFO "))
        options: dict[str, object] = {"verbose": False, "headers": True, "lang": "raw", "version": "0"}
        if seed is not None:
            pair = nkeys.from_seed(bytearray(seed, "ascii"))
            signature = base64.urlsafe_b64encode(pair.sign(greeting["nonce"].encode())).rstrip(b"=")
            options |= {"nkey": pair.public_key.decode(), "sig": signature.decode()}
        self._socket.sendall(b"CONNECT " + json.dumps(options).encode() + b"\r\n")

    def publish(self, subject: bytes, headers: bytes, body: bytes) -> None:
        if headers:
            line = b"HPUB %s %d %d\r\n" % (subject, len(headers), len(headers) + len(body))
        else:
            line = b"PUB %s %d\r\n" % (subject, len(body))
        self._socket.sendall(line + headers + body + b"\r\n")

    def answers(self) -> list[str]:
        """Return what the server said against what was sent so far, once it has taken all of it."""
        self._socket.sendall(b"PING\r\n")
        said: list[str] = []
        while (line := self._lines.readline().strip()) != b"PONG":
            if not line:
                raise ConnectionError(f"the server hung up: {said}")
            if line.startswith(b"-ERR"):
                said.append(line.decode())
        return said

    def close(self) -> None:
        self._lines.close()
        self._socket.close()
