"""What is refused before any route reads it: input that parsers take differently or that databases cannot hold.

JSON must be UTF-8, one value, each name once in its object (RFC 8259 leaves that open; two readers could see two
things), with finite numbers, text that is real Unicode, and no deeper than people nest.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.types import Message, Receive, Scope

from services.runtime.base.problems import Problem
from services.runtime.web.negotiation import is_json_type
from services.runtime.web.request_headers import header_in

DEEPEST = 32
READ_JSON = "concordat.json"
"""Under this key the scope has the value of a JSON body, once the whole of it has been handed on."""
_LARGE = 256 * 1024
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]|%(?:0[0-9a-f]|1[0-9a-f]|7f)", re.IGNORECASE)
_ESCAPED_TROUBLE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_UNTELLABLE = re.compile("[\x00\ud800-\udfff]")


class NotJson(ValueError):
    """The bytes are not the JSON that is taken here; the message is a sentence that says why."""


def refusal(scope: Scope) -> Problem | None:
    """Return what an address with control characters is refused with, None where it has none."""
    if _CONTROL.search(scope["path"]) or _CONTROL.search(scope["query_string"].decode("latin-1")):
        return Problem(400, "The address has control characters, which no name and no value here can hold.")
    return None


def checked(scope: Scope, receive: Receive) -> Receive:
    """Hand messages on, and look at the whole of a JSON body before the last one is handed on.

    That raises Problem 400 for JSON that ``read_json`` refuses.
    """
    if not is_json_type(header_in(scope, b"content-type")):
        return receive
    parts: list[bytes] = []

    async def checking() -> Message:
        message = await receive()
        if message["type"] != "http.request":
            return message
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            if body := b"".join(parts):
                scope[READ_JSON] = await _read(body)
            parts.clear()
        return message

    return checking


async def _read(body: bytes) -> Any:
    try:
        return await run_in_threadpool(read_json, body) if len(body) > _LARGE else read_json(body)
    except NotJson as fault:
        raise Problem(400, str(fault), slug="not-json") from None


def read_json(body: bytes) -> Any:
    """Return the value that ``body`` is as strict JSON. Raises NotJson."""
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise NotJson(f"The body is not UTF-8: byte {error.start + 1} fits no character. Send JSON as UTF-8.") from None
    if text.startswith("\ufeff"):
        raise NotJson("The body starts with a byte order mark; send JSON without one.")
    if body.count(b"[") + body.count(b"{") > DEEPEST and _depth(body) > DEEPEST:
        raise NotJson(f"The JSON is nested more than {DEEPEST} levels deep, which nothing here needs.")
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise NotJson(
            f"The body is not JSON: line {error.lineno}, column {error.colno}: {error.msg[:1].lower()}{error.msg[1:]}."
        ) from None
    except RecursionError:
        raise NotJson(f"The JSON is nested more than {DEEPEST} levels deep, which nothing here needs.") from None
    if _ESCAPED_TROUBLE.search(body) and any(_UNTELLABLE.search(each) for each in _texts(value)):
        raise NotJson(
            "The JSON has a text with U+0000 or half of a surrogate pair, which are no characters of any text."
        )
    return value


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise NotJson(f"The name “{twice[:60]}” stands twice in one object of the JSON; give it once.")
    return members


def _not_a_number(name: str) -> Any:
    raise NotJson(f"{name} is no JSON number; give a number or leave the field out.")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise NotJson(f"The number {digits[:40]} is too large.")
    return number


def _whole(digits: str) -> int:
    if len(digits) > 40:
        raise NotJson(f"The number {digits[:40]}… is too large.")
    return int(digits)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_each_name_once, parse_constant=_not_a_number, parse_float=_finite, parse_int=_whole
)


def _depth(body: bytes) -> int:
    deepest = level = 0
    for byte in _STRINGS.sub(b"", body):
        if byte in b"[{":
            level += 1
            deepest = max(deepest, level)
        elif byte in b"]}":
            level -= 1
    return deepest


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, member in value.items():
            yield name
            yield from _texts(member)
    elif isinstance(value, list):
        for member in value:
            yield from _texts(member)
