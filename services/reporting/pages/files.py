"""The files of the packs: the issued ones, for ever the same, and those of a preview, made when they are asked for."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Collection
from datetime import datetime
from hashlib import sha256
from pathlib import PurePath

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from contracts.events.reporting import PackFile
from domain.register.board import MEETINGS
from services.reporting import editions, signatures
from services.reporting.editions import Issued
from services.reporting.packs import NothingRecorded, Plan, plan_preview
from services.reporting.pages.issued_packs import IssuedPacks
from services.reporting.pages.previews import AskerGone, Previews
from services.reporting.pages.queries import Queries
from services.reporting.signing import SIGNATURE
from services.runtime.base.problems import Problem
from services.runtime.web.etags import quoted_tag, unchanged
from services.runtime.web.headers import content_security_policy
from services.runtime.web.partnership.view import View

PACK = "/packs/{partnership}/{meeting}"
PACK_BEFORE = "/reporting/{partnership}/packs/{meeting}"
"""Where packs lay at first. Events name it, and what fetches files by an event follows no redirect."""
_FOR_EVER = "private, max-age=31536000, immutable"
_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
_MEDIA_TYPES = {SIGNATURE: "application/json"}
_SAVED = frozenset({".xlsx", ".sig"})
"""No browser shows these: they are saved."""


def routes(queries: Queries, previews: Previews) -> APIRouter:
    """Return the routes of files."""
    router = APIRouter(include_in_schema=False)

    @router.get(f"{PACK}/preview/{{name}}")
    @router.get(f"{PACK_BEFORE}/preview/{{name}}")
    async def preview(request: Request, partnership: str, meeting: str, name: str) -> Response:
        def plan(view: View) -> tuple[int, Plan]:
            reference = view.find(MEETINGS, meeting).reference
            return view.register.position.version, plan_preview(view.register, reference, view.at)

        version, wanted = await run_in_threadpool(queries.view, partnership, plan)
        try:
            made = await previews.files(request, version, wanted)
        except NothingRecorded:
            raise Problem(409, _nothing_by(wanted.at, wanted.notice.reference)) from None
        except AskerGone:
            return Response(status_code=503)  # to nobody
        if name not in made:
            raise _no_such_file(name, made)
        return _answer(name, made[name], f"{wanted.notice.reference}-preview")

    @router.get(f"{PACK}/supplements/{{number}}/{{name}}")
    @router.get(f"{PACK_BEFORE}/supplements/{{number}}/{{name}}")
    def file_of_supplement(request: Request, partnership: str, meeting: str, number: int, name: str) -> Response:
        return _issued(request, queries, partnership, meeting, number, name)

    @router.get(f"{PACK}/{{name}}")
    @router.get(f"{PACK_BEFORE}/{{name}}")
    def file_of_pack(request: Request, partnership: str, meeting: str, name: str) -> Response:
        return _issued(request, queries, partnership, meeting, 0, name)

    return router


def _issued(request: Request, queries: Queries, partnership: str, meeting: str, supplement: int, name: str) -> Response:
    reference = queries.view(partnership, lambda view: view.find(MEETINGS, meeting).reference)
    edition = IssuedPacks.of(queries, partnership).edition(reference, supplement)
    if name == SIGNATURE:
        return _signature(request, queries, edition)
    file = next((each for each in edition.files if each.name == name), None)
    if file is None:
        raise _no_such_file(name, [each.name for each in edition.files])
    tag = quoted_tag(file.sha256)
    return _for_ever(unchanged(request, tag) or _answer(name, _content(queries, file), edition.reference), tag)


def _signature(request: Request, queries: Queries, edition: Issued) -> Response:
    content = queries.database.read_sync(lambda connection: signatures.signature(connection, edition))
    if content is None:
        raise Problem(404, f"{edition.reference} was issued before manifests were signed.")
    tag = quoted_tag(sha256(content).hexdigest())
    return _for_ever(unchanged(request, tag) or _answer(SIGNATURE, content, edition.reference), tag)


def _for_ever(answer: Response, tag: str) -> Response:
    answer.headers.update({"ETag": tag, "Cache-Control": _FOR_EVER})
    return answer


def _content(queries: Queries, file: PackFile) -> bytes:
    return queries.database.read_sync(lambda connection: editions.content(connection, file))


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
