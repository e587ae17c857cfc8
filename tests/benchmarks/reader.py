"""Somebody who reads the demonstration's pages: who they are, and the pages that they get to by its links."""

from __future__ import annotations

import re
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from itertools import count
from typing import Any
from urllib.error import HTTPError

from tests.benchmarks.children import Server
from tests.parts.child import HOST

_PEOPLE = re.compile(r'name="person" value="([^"]+)"')
_LINK = re.compile(r'href="(/[^"#]*)')
_CODE = re.compile(r"[^/]*(?:[A-Z]{2}|\d)[^/]*")
_NOT_READ = ("/static/", "/api/", "/reporting/api/", "/mail/", "/become")
_NUMBERS = count()
_OF_A_KIND = 3
"""So many pages of a kind are read: of the projects, say, three."""


@dataclass(frozen=True)
class Reader:
    """Who is signed in at a server, by the cookie that their browser sends."""

    server: Server
    person: str
    cookie: str

    def read(self, path: str) -> bytes:
        """Return a page, no bytes where there is a file. Raises HTTPError where it is not for them, or leads on."""
        headers = {"Accept": "text/html", "Cookie": self.cookie}
        with _open(urllib.request.Request(f"http://{HOST}:{self.server.port}{path}", headers=headers)) as answer:
            body: bytes = answer.read()
        return body if answer.headers.get_content_type() == "text/html" else b""

    def walk(self, first: str) -> Iterator[tuple[str, bytes]]:
        """Yield every page that is reached from the ``first`` by links, each with its body; of each kind a few.

        Files, the API, the mailbox of the demonstration and other people are left out.
        """
        to_read, met, of_kind = [first], {first}, Counter[str]()
        while to_read:
            path = to_read.pop(0)
            kind = _CODE.sub("…", urllib.parse.unquote(path))
            of_kind[kind] += 1
            if of_kind[kind] > _OF_A_KIND:
                continue
            try:
                body = self.read(path)
            except HTTPError as other:
                links = [other.headers.get("Location", "")]
            else:
                if body:
                    yield path, body
                links = [unescape(each) for each in _LINK.findall(body.decode())]
            found = dict.fromkeys(each for each in links if each not in met and _is_page(each))
            met.update(found)
            to_read += found


def anew(path: str) -> str:
    """Return an address of a page under which nobody has asked for it before."""
    return f"{path}{'&' if '?' in path else '?'}anew={next(_NUMBERS)}"


def readers(server: Server, most: int = 2) -> list[Reader]:
    """Become the people of the demonstration who are listed first: the secretary, then those with the most roles."""
    people = _PEOPLE.findall(server.get("/become").decode())
    return [Reader(server, person, _became(server, person)) for person in people[:most]]


def _became(server: Server, person: str) -> str:
    form = urllib.parse.urlencode({"person": person}).encode()
    request = urllib.request.Request(f"http://{HOST}:{server.port}/become", form)
    try:
        _open(request)
    except HTTPError as led_on:
        return str(led_on.headers["Set-Cookie"]).partition(";")[0]
    raise RuntimeError(f"nobody can become {person}")


def _open(request: urllib.request.Request) -> Any:
    return urllib.request.build_opener(_Stay).open(request, timeout=60)


class _Stay(urllib.request.HTTPRedirectHandler):
    """Nobody follows where an answer leads on to: what is read is that answer."""

    def redirect_request(self, *_of: object) -> None:
        return None


def _is_page(path: str) -> bool:
    name = path.partition("?")[0].rpartition("/")[2]
    is_own = path.startswith("/") and not path.startswith(_NOT_READ)
    return is_own and "." not in name and "sort=" not in path
