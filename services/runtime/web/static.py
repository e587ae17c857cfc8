"""Files that pages need, under ``/static``: style sheet, icon, fonts. An address with ``?v=`` names its content."""

from __future__ import annotations

import mimetypes
from functools import cache
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from services.runtime.web.etags import quoted_tag, unchanged

_FOLDER = Path(__file__).parent / "static"
_FOR_EVER = "public, max-age=31536000, immutable"
_A_DAY = "public, max-age=86400"

router = APIRouter(include_in_schema=False)


@router.get("/static/{name:path}")
async def static_file(request: Request, name: str, v: str = "") -> Response:
    """Answer with a static file; for ever where the address names its content."""
    try:
        body = await run_in_threadpool(content, name)
    except KeyError:
        raise HTTPException(404) from None
    version = _version(name)
    headers = {"ETag": quoted_tag(version), "Cache-Control": _FOR_EVER if v == version else _A_DAY}
    answer = unchanged(request, headers["ETag"]) or Response(body, media_type=_media_type(name))
    answer.headers.update(headers)
    return answer


@cache
def content(name: str) -> bytes:
    """Return a static file's bytes. Raises KeyError where there is none of that name."""
    files = {path.relative_to(_FOLDER).as_posix(): path for path in _FOLDER.rglob("*") if path.is_file()}
    return files[name].read_bytes()


def static_url(name: str) -> str:
    """Return the address of a static file, which changes when the file does."""
    return f"/static/{name}?v={_version(name)}"


@cache
def _version(name: str) -> str:
    return sha256(content(name)).hexdigest()[:16]


def _media_type(name: str) -> str:
    known = {".woff2": "font/woff2", ".css": "text/css; charset=utf-8", ".txt": "text/plain; charset=utf-8"}
    return known.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
