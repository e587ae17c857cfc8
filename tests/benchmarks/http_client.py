"""A client that costs little beside the servers it drives: connections kept open, requests made of bytes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any, NamedTuple

import httptools

from tests.benchmarks.children import USUAL, token_of
from tests.parts.child import HOST


class Answer(NamedTuple):
    """A status, what the answer said of when to come back, and its body."""

    status: int
    retry_after: str | None
    body: bytes


class Connection(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self) -> None:
        self._answer: asyncio.Future[Answer] | None = None
        self._transport: Any = None  # uvloop's is not an asyncio.Transport

    @property
    def is_open(self) -> bool:
        """Say whether the server has not hung up, as it does on a connection that nobody used for some seconds."""
        return self._transport is not None and not self._transport.is_closing()

    async def ask(self, request: bytes) -> Answer:
        """Send a request and return its answer. Raises ConnectionError where the server hung up."""
        if not self.is_open:
            raise ConnectionResetError("the server has closed the connection")
        self._answer = asyncio.get_running_loop().create_future()
        self._retry_after: str | None = None
        self._body = b""
        self._parser = httptools.HttpResponseParser(self)
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    # -- what the transport and the parser say ------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionResetError("the server hung up in the middle of an answer"))

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"retry-after":
            self._retry_after = value.decode()

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(Answer(self._parser.get_status_code(), self._retry_after, self._body))


async def connect(port: int) -> Connection:
    """Return an open connection to a server of this machine."""
    _, connection = await asyncio.get_running_loop().create_connection(Connection, HOST, port)
    return connection


@asynccontextmanager
async def connected(port: int, count: int) -> AsyncIterator[list[Connection]]:
    """Open ``count`` connections and close them afterwards."""
    connections = [await connect(port) for _ in range(count)]
    try:
        yield connections
    finally:
        for connection in connections:
            connection.close()


def reading(path: str, cookie: str = "") -> bytes:
    """Return the bytes of a request for ``path``, by whose session ``cookie`` has, else by the system of the bench."""
    known = f"Cookie: {cookie}" if cookie else f"Authorization: Bearer {token_of(USUAL)}"
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n{known}\r\nAccept: text/html\r\n\r\n".encode()


def command(partnership: str, wish: dict[str, Any], key: str = "") -> bytes:
    """Return the bytes of a request that carries out a command, written as in a programme file."""
    do = wish["do"].replace("_", "-")
    fields = {name: value for name, value in wish.items() if name != "do"}
    body = json.dumps(fields, default=date.isoformat).encode()
    idempotency = f"Idempotency-Key: {key}\r\n" if key else ""
    head = (
        f"POST /api/v1/partnerships/{partnership}/commands/{do} HTTP/1.1\r\nHost: {HOST}\r\n"
        f"Authorization: Bearer {token_of(partnership)}\r\nContent-Type: application/json\r\n{idempotency}"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def closed_loop(port: int, requests: Iterator[bytes], clients: int, seconds: float) -> int:
    """Have so many clients send one request after the other; return how many were answered with success.

    Raises RuntimeError where one is not.
    """
    loop = asyncio.get_running_loop()
    async with connected(port, clients) as connections:
        began = loop.time()

        async def one(connection: Connection) -> int:
            done = 0
            while loop.time() - began < seconds:
                answer = await connection.ask(next(requests))
                if answer.status >= 300:
                    raise RuntimeError(f"a request failed with {answer.status}: {answer.body.decode()}")
                done += 1
            return done

        return sum(await asyncio.gather(*map(one, connections)))
