"""Before anything is known of a caller, little can be taken: over real sockets, while others are being answered."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI, Response

from services.runtime.web.protocol import GuardedProtocol
from tests.parts.waiting import until
from tests.runtime.answering import SIGNED, TOKEN, make_example, served, settings
from tests.runtime.logged import logged

HOST = b"Host: concordat.example\r\n"
LARGE = 8 * 1024 * 1024
QUICK = {"idle_seconds": 0.4, "head_seconds": 0.4, "body_seconds": 0.4, "answer_seconds": 0.4}


class Socket:
    """A caller who says byte for byte what they like."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def say(self, *words: bytes) -> None:
        """Send, as far as the other side takes it."""
        try:
            for each in words:
                self.writer.write(each)
                await self.writer.drain()
        except ConnectionError:
            return

    async def hear(self) -> bytes:
        """Return all that comes until the other side hangs up."""
        try:
            return await self.reader.read()
        except ConnectionError:
            return b""

    async def close(self) -> None:
        self.writer.close()
        with suppress(ConnectionError):
            await self.writer.wait_closed()


Opening = Callable[[], Awaitable[Socket]]


@asynccontextmanager
async def attacked(**given: Any) -> AsyncIterator[tuple[httpx.AsyncClient, Opening]]:
    """Serve the example; yield a caller like others, and what opens a socket to it."""
    app = make_example(**given)
    _add_large(app)
    opened: list[Socket] = []
    async with served(app) as client:
        address = urlsplit(str(client.base_url))

        async def opening() -> Socket:
            opened.append(Socket(*await asyncio.open_connection(address.hostname, address.port, limit=2**12)))
            return opened[-1]

        try:
            yield client, opening
        finally:
            for each in opened:
                await each.close()


def _add_large(app: FastAPI) -> None:
    @app.get("/api/v1/large")
    def large() -> Response:
        return Response(b"x" * LARGE)


async def answered(client: httpx.AsyncClient, times: int = 5) -> None:
    """Find that others are answered: each on a connection of its own."""
    for _ in range(times):
        async with httpx.AsyncClient(base_url=client.base_url, timeout=60) as another:
            assert (await another.get("/api/v1/partners")).status_code == 200


def problem(answer: bytes) -> tuple[int, str]:
    """Return the status of an answer that is a problem document, and how its type ends."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head.lower()
    assert b"connection: close" in head.lower()
    document = json.loads(body)
    status = int(head.split()[1])
    assert document["status"] == status
    return status, document["type"].rpartition(":")[2]


HEADS = {
    "address": (b"GET /" + b"x" * 9_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", (414, "address-too-long")),
    "address without end": (b"GET /" + b"x" * 900_000, (414, "address-too-long")),
    "header": (b"GET / HTTP/1.1\r\nX: " + b"x" * 40_000 + b"\r\n\r\n", (431, "headers-too-large")),
    "header without end": (b"GET / HTTP/1.1\r\nX: " + b"x" * 900_000, (431, "headers-too-large")),
    "name without end": (b"GET / HTTP/1.1\r\nX: x\r\n" + b"y" * 900_000, (431, "headers-too-large")),
    "headers": (b"GET / HTTP/1.1\r\n" + b"X: x\r\n" * 101 + b"\r\n", (431, "headers-too-large")),
    "headers without end": (b"GET / HTTP/1.1\r\n" + b"X: x\r\n" * 100_000, (431, "headers-too-large")),
    "not HTTP": (b"\x16\x03\x01 this is not HTTP\r\n\r\n", (400, "unreadable")),
}


@pytest.mark.parametrize("case", HEADS)
async def test_a_head_that_is_too_large_is_refused_whether_it_ends_or_not(case: str) -> None:
    head, said = HEADS[case]
    async with attacked() as (client, opening):
        caller = await opening()
        pieces = (head[start : start + 10_000] for start in range(0, len(head), 10_000))
        _, answer = await asyncio.gather(caller.say(*pieces), caller.hear())
        assert problem(answer) == said
        await answered(client)


async def test_a_request_names_one_host() -> None:
    async with attacked() as (_, opening):
        for hosts in (b"", HOST * 2):
            caller = await opening()
            await caller.say(b"GET / HTTP/1.1\r\n" + hosts + b"Connection: close\r\n\r\n")
            assert problem(await caller.hear()) == (400, "unreadable")


async def test_a_head_within_the_limits_is_taken_in_however_many_pieces() -> None:
    head = b"GET /api/v1/partners HTTP/1.1\r\n" + HOST + b"X: x\r\n" * 98 + b"Y: " + b"y" * 20_000 + b"\r\n\r\n"
    async with attacked() as (_, opening):
        caller = await opening()
        for start in range(0, len(head), 1_000):
            await caller.say(head[start : start + 1_000])
        assert (await caller.reader.readline()).startswith(b"HTTP/1.1 200 ")


async def test_what_stands_behind_a_body_in_chunks_is_no_header_and_has_an_end() -> None:
    async with attacked() as (_, opening):
        smuggling = await opening()
        start = b"POST /api/v1/programme HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n"
        await smuggling.say(
            start
            + b"Content-Type: application/json\r\n\r\n2\r\n{}\r\n0\r\nAuthorization: Bearer "
            + TOKEN.encode()
            + b"\r\n\r\n"
        )
        assert problem(await smuggling.hear())[0] == 401

        for trailers in (b"X: x\r\n" * 200_000, b"X: " + b"x" * 3_000_000):
            endless = await opening()
            await endless.say(start + b"Authorization: Bearer " + TOKEN.encode() + b"\r\n\r\n0\r\n")
            await asyncio.gather(endless.say(trailers), endless.hear())


async def test_a_body_is_not_read_without_a_token() -> None:
    async with attacked() as (_, opening):
        caller = await opening()
        await caller.say(
            b"POST /api/v1/programme HTTP/1.1\r\n"
            + HOST
            + b"Content-Type: application/json\r\nContent-Length: 4000\r\n\r\n"
        )
        # nothing of the body has been sent, and the answer is there
        assert (await caller.reader.readline()).startswith(b"HTTP/1.1 401 ")


async def test_a_body_that_expects_to_be_asked_for_is_not_asked_for_without_a_token() -> None:
    async with attacked() as (_, opening):
        caller = await opening()
        await caller.say(
            b"POST /api/v1/programme HTTP/1.1\r\n"
            + HOST
            + b"Content-Type: application/json\r\nContent-Length: 4000\r\n"
            b"Expect: 100-continue\r\n\r\n"
        )
        assert (await caller.reader.readline()).startswith(b"HTTP/1.1 401 ")


async def test_who_sends_a_whole_body_without_a_token_sees_why_it_was_refused() -> None:
    async with attacked(max_body_bytes=4 * 1024 * 1024) as (client, _):
        answer = await client.post(
            "/api/v1/programme", content=b" " * 3_000_000, headers={"Content-Type": "application/json"}
        )
    assert answer.status_code == 401


async def test_a_body_must_arrive_in_time() -> None:
    async with attacked(**QUICK) as (client, opening):
        for path in (b"programme", b"imports", b"anything"):
            caller = await opening()
            await caller.say(
                b"POST /api/v1/"
                + path
                + b" HTTP/1.1\r\n"
                + HOST
                + b"Authorization: Bearer "
                + TOKEN.encode()
                + b"\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n{"
            )
            assert problem(await caller.hear()) == (408, "too-slow")
        await answered(client)


async def test_who_hangs_up_in_the_middle_of_a_body_leaves_no_trace() -> None:
    with logged() as log:
        async with attacked() as (_, opening):
            for path in (b"programme", b"imports", b"anything"):
                caller = await opening()
                await caller.say(
                    b"POST /api/v1/" + path + b" HTTP/1.1\r\n" + HOST + b"Authorization: Bearer " + TOKEN.encode(),
                    b"\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n{",
                )
                await caller.close()
            await until(lambda: [entry["event"] for entry in log.entries].count("request") == 3)
    assert {entry["level"] for entry in log.entries} == {"info"}


async def test_a_large_body_that_keeps_coming_may_take_longer() -> None:
    async with attacked(**QUICK, max_import_bytes=10_000_000) as (client, _):

        async def slowly() -> AsyncIterator[bytes]:
            for _ in range(20):
                yield b"x" * 400_000  # for which it may take half a minute more
                await asyncio.sleep(0.05)

        answer = await client.post("/api/v1/imports", content=slowly(), headers=SIGNED)
    assert answer.json() == 8_000_000


@pytest.mark.parametrize(
    "beginning",
    [b"", b"GET / HT", b"GET / HTTP/1.1\r\nX: ", b"\r\n\r\n"],
    ids=["silent", "line", "header", "empty lines"],
)
async def test_who_is_silent_or_slow_is_cut_off_and_others_are_answered(beginning: bytes) -> None:
    async with attacked(**QUICK) as (client, opening):
        callers = []
        for _ in range(50):
            callers.append(await opening())
            await callers[-1].say(beginning)
        await answered(client)
        answers = await asyncio.gather(*(each.hear() for each in callers))
    assert {answer.split()[1:2] == [b"408"] for answer in answers} == {beginning != b""}


async def test_a_connection_that_trickles_is_cut_off_too() -> None:
    async with attacked(**QUICK) as (_, opening):
        caller = await opening()

        async def trickle() -> None:
            for byte in b"GET / HTTP/1.1\r\nX: " + b"x" * 10_000:
                await caller.say(bytes([byte]))
                await asyncio.sleep(0.02)

        trickling = asyncio.create_task(trickle())
        assert problem(await caller.hear()) == (408, "too-slow")
        trickling.cancel()


async def test_while_the_process_itself_stands_still_no_caller_is_late() -> None:
    async with attacked(**QUICK) as (client, opening):
        caller = await opening()
        await caller.say(b"GET /api/v1/partners HTTP/1.1\r\n")
        await answered(client, 1)
        time.sleep(3 * QUICK["head_seconds"])  # noqa: ASYNC251 - that is the point
        await asyncio.sleep(0.01)  # it looks after its connections, and finds what it has missed
        await caller.say(HOST + b"\r\n")
        assert (await caller.reader.readline()).startswith(b"HTTP/1.1 200 ")


async def test_an_idle_connection_is_ended_after_its_last_answer() -> None:
    async with attacked(**QUICK) as (_, opening):
        caller = await opening()
        await caller.say(b"GET /api/v1/partners HTTP/1.1\r\n" + HOST + b"\r\n")
        answer = await caller.hear()
    assert answer.startswith(b"HTTP/1.1 200 ")


async def test_who_does_not_read_an_answer_is_cut_off_and_who_reads_slowly_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cut_unread: list[GuardedProtocol] = []
    cut = GuardedProtocol.cut

    def noted(connection: GuardedProtocol) -> None:
        if connection.transport.get_write_buffer_size() > 0:
            cut_unread.append(connection)
        cut(connection)

    monkeypatch.setattr(GuardedProtocol, "cut", noted)
    async with attacked(**QUICK) as (client, opening):
        deaf, slow = [await opening() for _ in range(10)], await opening()
        for each in (*deaf, slow):
            await each.say(b"GET /api/v1/large HTTP/1.1\r\n" + HOST + b"\r\n")

        async def read_slowly() -> int:
            taken = 0
            while taken < LARGE and (part := await slow.reader.read(LARGE // 100)):
                taken += len(part)
                await asyncio.sleep(0.005)
            return taken

        assert await read_slowly() >= LARGE
        await answered(client)
        await until(lambda: len(cut_unread) == len(deaf))
        for each in deaf:
            assert len(await each.hear()) < LARGE


async def test_half_sent_bodies_keep_nobody_else_out() -> None:
    async with attacked(max_requests=20, body_seconds=60) as (client, opening):
        half = b" HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\nContent-Length: 4000\r\n\r\n{"
        for path in (b"/api/v1/programme", b"/api/v1/anything"):
            for _ in range(125):
                await (await opening()).say(b"POST " + path + half)
        await answered(client)


async def test_silent_connections_make_room_for_those_that_ask() -> None:
    async with attacked(max_connections=100, idle_seconds=60) as (client, opening):
        kept = httpx.AsyncClient(base_url=client.base_url, timeout=60)
        assert (await kept.get("/api/v1/partners")).status_code == 200
        silent = [await opening() for _ in range(1_100)]
        await answered(client, 20)
        assert (await kept.get("/api/v1/partners")).status_code == 200
        await kept.aclose()

        async def cut_off() -> bool:
            return sum(each.reader.at_eof() for each in silent) >= 1_000

        await until(cut_off)


async def test_every_connection_in_use_leaves_a_new_one_to_come_again() -> None:
    app = make_example(max_connections=10)
    begun, go_on = [0], asyncio.Event()

    @app.get("/api/v1/slow")
    async def slow() -> str:
        begun[0] += 1
        await go_on.wait()
        return "done"

    async def all_begun() -> bool:
        return begun[0] == 10

    async with served(app) as client:
        address = urlsplit(str(client.base_url))
        async with httpx.AsyncClient(base_url=client.base_url, timeout=60) as others:
            under_way = [asyncio.create_task(others.get("/api/v1/slow")) for _ in range(10)]
            await until(all_begun)
            caller = Socket(*await asyncio.open_connection(address.hostname, address.port))
            assert problem(await caller.hear()) == (503, "unavailable")
            await caller.close()
            go_on.set()
            assert {each.status_code for each in await asyncio.gather(*under_way)} == {200}


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("concordat.example", 200),
        ("CONCORDAT.example:8443", 200),
        ("127.0.0.1", 200),
        ("localhost:8080", 200),
        ("[::1]:8080", 200),
        ("elsewhere.example", 421),
        ("concordat.example.elsewhere.example", 421),
        ("169.254.1.1", 421),
        ("", 421),
    ],
)
async def test_requests_are_taken_under_the_services_own_names_alone(host: str, status: int) -> None:
    async with attacked(public_url="https://concordat.example") as (client, _):
        answer = await client.get("/api/v1/partners", headers={"Host": host})
        probe = await client.get("/health/live", headers={"Host": host})
    assert (answer.status_code, probe.status_code) == (status, 200)


async def test_any_name_is_taken_where_that_is_set() -> None:
    async with attacked(allowed_hosts="*") as (client, _):
        assert (await client.get("/api/v1/partners", headers={"Host": "elsewhere.example"})).status_code == 200


async def test_no_more_faults_are_listed_than_anybody_reads() -> None:
    body = json.dumps({"history": [{"unknown": 1}] * 15_000}).encode()
    async with attacked(max_body_bytes=4_000_000) as (client, _):
        answer = await client.post(
            "/api/v1/programme", content=body, headers={**SIGNED, "Content-Type": "application/json"}
        )
    document = answer.json()
    assert answer.status_code == 422
    assert len(document["errors"]) == 100
    assert document["more_errors"] == 44_900
    assert document["detail"] == "45,000 fields need correcting; nothing was changed. The first 100 are listed."
    assert len(answer.content) < 50_000


async def test_the_name_of_a_field_that_is_not_ours_is_not_repeated_at_length() -> None:
    body = json.dumps({"history": [{"n" * 100_000: 1}]}).encode()
    async with attacked(max_body_bytes=4_000_000) as (client, _):
        answer = await client.post(
            "/api/v1/programme", content=body, headers={**SIGNED, "Content-Type": "application/json"}
        )
    assert len(answer.content) < 5_000


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://[not an address"},
    ],
)
async def test_a_page_of_another_site_changes_nothing(headers: dict[str, str]) -> None:
    async with attacked() as (client, _):
        refused = await client.post("/api/v1/form", data={"title": "x"}, headers=headers)
        read = await client.get("/api/v1/partners", headers=headers)
        own = await client.post(
            "/api/v1/form",
            data={"title": "x"},
            headers={"Origin": str(client.base_url), "Sec-Fetch-Site": "same-origin"},
        )
    assert (refused.status_code, read.status_code, own.status_code) == (403, 200, 200)
    assert refused.json()["type"] == "urn:concordat:problem:another-site"


async def test_a_form_is_small() -> None:
    async with attacked(max_body_bytes=4_000_000) as (client, _):
        answer = await client.post("/api/v1/form", data={"title": "x" * 70_000})
    assert answer.status_code == 413


def test_the_limits_are_settings() -> None:
    assert settings(max_connections=50, idle_seconds=1, allowed_hosts="a.example, b.example").max_connections == 50
