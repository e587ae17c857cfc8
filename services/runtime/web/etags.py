"""Entity tags: what a caller saw last is neither sent twice nor overwritten unseen (RFC 9110, section 13)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from services.runtime.base.problems import Problem

_TAGS = re.compile(r'(W/)?"([\x21\x23-\x7e]*)"')

TAGGED: Mapping[int | str, dict[str, Any]] = {
    200: {"headers": {"ETag": {"description": "The version of what is shown.", "schema": {"type": "string"}}}},
    304: {"description": "It is as you have it."},
}
"""What the OpenAPI document says of an answer with an entity tag."""


def quoted_tag(value: object) -> str:
    """Return the entity tag of a version or a digest: ``17`` → ``"17"``."""
    return f'"{value}"'


def digest(content: bytes) -> str:
    """Return what stands for the version of content that has none of its own."""
    return sha256(content).hexdigest()[:32]


def unchanged(request: Request, tag: str) -> Response | None:
    """Return the 304 answer where the caller's ``If-None-Match`` holds ``tag``, else None."""
    if not holds(request.headers.get("if-none-match", ""), tag):
        return None
    return Response(status_code=304, headers={"ETag": tag})


def holds(wanted: str, tag: str) -> bool:
    """Say whether the value of an ``If-None-Match`` header, empty where there is none, holds ``tag``."""
    return wanted.strip() == "*" or (bool(wanted) and tag in {f'"{found[2]}"' for found in _TAGS.finditer(wanted)})


def check_unchanged(request: Request, tag: str) -> None:
    """Raise Problem 412 where the caller's ``If-Match`` holds neither ``tag`` nor ``*``."""
    given = request.headers.get("if-match")
    if given is None or given.strip() == "*":
        return
    if tag not in {f'"{found[2]}"' for found in _TAGS.finditer(given) if not found[1]}:
        raise Problem(412, "It has changed since. Look at it again, then decide whether your change still holds.")


def expected_version(request: Request, *, required: bool = False) -> int | None:
    """Return the version that the caller edited, from ``If-Match: "17"``; None without the header or with ``*``.

    Raises Problem: 428 where the header is ``required`` and missing, 400 where it is no version, 412 for a weak tag,
    which can never match (RFC 9110, section 13.1.1).
    """
    given = request.headers.get("if-match")
    if given is None:
        if required:
            raise Problem(
                428, 'Say which version you edited, with the header If-Match: "17" as the ETag of your copy had it.'
            )
        return None
    if given.strip() == "*":
        return None
    found = _TAGS.fullmatch(given.strip())
    if found is None or not re.fullmatch(r"[0-9]{1,15}", found[2]):
        raise Problem(400, 'The header If-Match holds no version; repeat the ETag of your copy there, such as "17".')
    if found[1]:
        raise Problem(
            412, "A weak entity tag (W/) cannot be used in If-Match; repeat the ETag of your copy without W/."
        )
    return int(found[2])
