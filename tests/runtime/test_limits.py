"""Nobody can make the service read more than it wants to: over real HTTP, announced or not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
import pytest

from services.runtime.web import bodies
from tests.parts.waiting import STILL_SECONDS
from tests.runtime.answering import make_example, served

JSON = {"Content-Type": "application/json"}


async def test_a_body_within_the_limit_is_taken_and_one_above_it_is_not() -> None:
    async with served(make_example()) as client:
        within = await client.post("/api/v1/anything", content=b'{"a": "' + b"x" * (4096 - 9) + b'"}', headers=JSON)
        above = await client.post("/api/v1/anything", content=b'{"a": "' + b"x" * (4096 - 8) + b'"}', headers=JSON)
    assert within.status_code == 200
    assert above.status_code == 413
    document = above.json()
    assert document["detail"] == "The body of the request is larger than 4 KiB, the most that may be sent here."
    assert document["limit_bytes"] == 4096


def chunks(number: int, handed_over: list[int]) -> AsyncIterator[bytes]:
    async def each() -> AsyncIterator[bytes]:
        for _ in range(number):
            handed_over.append(32_768)
            yield b"x" * 32_768

    return each()


async def test_a_body_in_chunks_that_is_too_long_is_answered_though_the_client_sends_it_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bodies, "_LINGER_SECONDS", STILL_SECONDS)  # a busy machine may take long to send the rest
    async with served(make_example()) as client:
        answer = await client.post("/api/v1/anything", content=chunks(200, []), headers=JSON)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["Connection"] == "close"


async def test_a_client_that_does_not_stop_sending_is_cut_off() -> None:
    handed_over: list[int] = []
    async with served(make_example()) as client:
        with pytest.raises(httpx.TransportError):
            await client.post("/api/v1/anything", content=chunks(3_000, handed_over), headers=JSON)
    assert sum(handed_over) < 40 * 1024 * 1024


async def test_a_body_that_is_announced_as_too_long_is_refused_before_it_is_sent() -> None:
    async with served(make_example()) as client:
        address = urlsplit(str(client.base_url))
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(
            b"POST /api/v1/anything HTTP/1.1\r\nHost: concordat.example\r\nContent-Type: application/json\r\n"
            b"Content-Length: 104857600\r\n\r\n"
        )
        answer = await asyncio.wait_for(reader.read(), timeout=STILL_SECONDS)
        writer.close()
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"urn:concordat:problem:too-large" in answer


async def test_a_programme_file_may_be_longer_than_anything_else() -> None:
    async with served(make_example()) as client:
        yaml = {"Content-Type": "application/yaml"}
        taken = await client.post("/api/v1/imports", content=b"x" * 65_536, headers=yaml)
        refused = await client.post("/api/v1/imports", content=b"x" * 65_537, headers=yaml)
    assert taken.json() == 65_536
    assert refused.status_code == 413
    assert refused.json()["detail"].startswith("The body of the request is larger than 64 KiB")
