"""Requests as they stand on the wire: where one ends is never in doubt, and nothing is served that is not meant."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from services.access.service import AccessService
from services.runtime.process.lifecycle import Host
from tests.runtime.answering import settings

TWO_REQUESTS = b"0\r\n\r\nGET /account HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.fixture(scope="module")
async def url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    async with Host(settings(data_dir=tmp_path_factory.mktemp("messages"), port=0), [AccessService]) as host:
        yield host.url


async def answers(url: str, message: bytes) -> list[int]:
    """Send bytes; return the status of every answer until the server closes."""
    host = urlsplit(url)
    reader, writer = await asyncio.open_connection(host.hostname, host.port)
    writer.write(message)
    writer.write_eof()
    answered = await reader.read()
    writer.close()
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", answered)]


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 4\r\nContent-Length: 5\r\n",
        b"Transfer-Encoding: identity, chunked, identity\r\n",
        b"Content-Length: +4\r\n",
    ],
)
async def test_a_request_whose_end_is_in_doubt_is_refused_and_nothing_after_it_is_answered(
    url: str, headers: bytes
) -> None:
    message = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + b"\r\n" + TWO_REQUESTS
    assert await answers(url, message) == [400]


async def test_a_request_is_not_sent_back_as_it_came(url: str) -> None:
    trace = b"TRACE / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: concordat-session=x\r\nConnection: close\r\n\r\n"
    assert await answers(url, trace) == [405]


@pytest.mark.parametrize(
    "path", ["/static/", "/static/fonts/", "/static/../web/app.py", "/static/%2e%2e/app.py", "/.git/config", "/data/"]
)
async def test_no_folder_is_listed_and_no_other_file_is_given(url: str, path: str) -> None:
    message = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
    assert await answers(url, message) == [404]
