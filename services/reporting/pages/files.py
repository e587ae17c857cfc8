"""The files of the packs: the issued ones, for ever the same, and those of a preview, made when they are asked for."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Collection
from datetime import datetime
from hashlib import sha256
from pathlib import PurePath

from fastapi import APIRouter, Request
from starlette.responses import Response

from contracts.events.reporting import PackFile
from services.reporting import editions, signatures
from services.reporting.editions import Issued
from services.reporting.packs import NothingRecorded, Plan, plan_preview
from services.reporting.pages.reading_room import Look, ReadingRoom
from services.reporting.pages.shelf import Shelf, meeting_named
from services.reporting.signing import SIGNATURE
from services.runtime.web.etags import quoted_tag, unchanged
from services.runtime.web.headers import content_security_policy
from services.runtime.web.problems import Problem

_FOR_EVER = "private, max-age=31536000, immutable"
_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
_MEDIA_TYPES = {SIGNATURE: "application/json"}
_SAVED = frozenset({".xlsx", ".sig"})
"""No browser shows these: they are saved."""


def routes(room: ReadingRoom) -> APIRouter:
    """Return the routes of files."""
    router = APIRouter(include_in_schema=False)

    @router.get("/reporting/{partnership}/packs/{meeting}/preview/{name}")
    def preview(partnership: str, meeting: str, name: str) -> Response:
        def plan(look: Look) -> Plan:
            return plan_preview(look.register, meeting_named(look, meeting).reference, look.at)

        wanted = room.look(partnership, plan)
        try:
            files = room.packs.make(wanted).files
        except NothingRecorded:
            raise Problem(409, _nothing_by(wanted.at, wanted.notice.reference)) from None
        if name not in files:
            raise _no_such_file(name, files)
        return _answer(name, files[name], f"{wanted.notice.reference}-preview")

    @router.get("/reporting/{partnership}/packs/{meeting}/supplements/{number}/{name}")
    def file_of_supplement(request: Request, partnership: str, meeting: str, number: int, name: str) -> Response:
        return _issued(request, room, partnership, meeting, number, name)

    @router.get("/reporting/{partnership}/packs/{meeting}/{name}")
    def file_of_pack(request: Request, partnership: str, meeting: str, name: str) -> Response:
        return _issued(request, room, partnership, meeting, 0, name)

    return router


def _issued(
    request: Request, room: ReadingRoom, partnership: str, meeting: str, supplement: int, name: str
) -> Response:
    reference = room.look(partnership, lambda look: meeting_named(look, meeting).reference)
    edition = Shelf.of(room, partnership).edition(reference, supplement)
    if name == SIGNATURE:
        return _signature(request, room, edition)
    file = next((each for each in edition.files if each.name == name), None)
    if file is None:
        raise _no_such_file(name, [each.name for each in edition.files])
    tag = quoted_tag(file.sha256)
    return _for_ever(unchanged(request, tag) or _answer(name, _content(room, file), edition.reference), tag)


def _signature(request: Request, room: ReadingRoom, edition: Issued) -> Response:
    content = room.database.read_sync(lambda connection: signatures.signature(connection, edition))
    if content is None:
        raise Problem(404, f"{edition.reference} was issued before manifests were signed.")
    tag = quoted_tag(sha256(content).hexdigest())
    return _for_ever(unchanged(request, tag) or _answer(SIGNATURE, content, edition.reference), tag)


def _for_ever(answer: Response, tag: str) -> Response:
    answer.headers.update({"ETag": tag, "Cache-Control": _FOR_EVER})
    return answer


def _content(room: ReadingRoom, file: PackFile) -> bytes:
    return room.database.read_sync(lambda connection: editions.content(connection, file))


def _answer(name: str, content: bytes, edition: str) -> Response:
    """Answer with a file. Its own inline styles, and nothing else of the kind, are let through the security policy."""
    suffix = PurePath(name).suffix
    media_type = _MEDIA_TYPES.get(name) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    manner = "attachment" if suffix in _SAVED else "inline"
    saved_as = f"{edition}{suffix}" if name.startswith("pack.") else f"{edition}-{name}"
    headers = {"Content-Disposition": f'{manner}; filename="{saved_as}"'}
    if suffix == ".html":
        headers["Content-Security-Policy"] = content_security_policy(inline_styles=_STYLE.findall(content.decode()))
    return Response(content, media_type=media_type, headers=headers)


def _no_such_file(name: str, known: Collection[str]) -> Problem:
    names = sorted(known)
    return Problem(404, f"The pack has no file {name}. It has: {', '.join(names)}.", known=names)


def _nothing_by(instant: datetime, meeting: str) -> str:
    return f"Nothing had been recorded by {instant.isoformat()}, the cut-off of {meeting}: a pack would be empty."
