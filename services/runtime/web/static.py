"""Files that pages need, under ``/static``: style sheet, icon, fonts. An address with ``?v=`` names its content."""

from __future__ import annotations

import mimetypes
from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qsl

from fastapi import APIRouter, HTTPException
from starlette.responses import Response
from starlette.types import Scope

from services.runtime.web.etags import holds, quoted_tag
from services.runtime.web.request_headers import header_in

_FOLDER = Path(__file__).parent / "static"
_ROUTE = "/static/{name:path}"
_FOR_EVER = "public, max-age=31536000, immutable"
_A_DAY = "public, max-age=86400"
_NOT_UNASKED = "no-cache"

router = APIRouter(include_in_schema=False)


@router.get(_ROUTE)
async def no_such_file(name: str) -> None:
    """Answer what is asked for under ``/static`` and is none of its files."""
    raise HTTPException(404)


class StaticFile:
    """A file and the answers with it, made once: for ever where the address names its content, else for a day.

    Where it names another content, it is from a page that a replica of another version made. The answer is what there
    is here, and is asked for again: kept under that address it would be the wrong one for as long.
    """

    path = _ROUTE

    def __init__(self, name: str, content: bytes) -> None:
        self.content = content
        self.version = sha256(content).hexdigest()[:16]
        self._tag = quoted_tag(self.version)
        self._answers: dict[tuple[str, bool], Response] = {}
        for kept in (_FOR_EVER, _A_DAY, _NOT_UNASKED):
            headers = {"ETag": self._tag, "Cache-Control": kept}
            self._answers[kept, False] = Response(content, headers=headers, media_type=_media_type(name))
            self._answers[kept, True] = Response(status_code=304, headers=headers)

    def answer(self, scope: Scope) -> Response:
        """Return the answer to a GET: 304 where the caller has the file."""
        named = dict(parse_qsl(scope["query_string"].decode("latin-1"))).get("v")
        kept = _A_DAY if named is None else _FOR_EVER if named == self.version else _NOT_UNASKED
        return self._answers[kept, holds(header_in(scope, b"if-none-match"), self._tag)]


@cache
def files() -> dict[str, StaticFile]:
    """Return all static files by their paths, read once."""
    found = {path.relative_to(_FOLDER).as_posix(): path for path in _FOLDER.rglob("*") if path.is_file()}
    return {f"/static/{name}": StaticFile(name, path.read_bytes()) for name, path in found.items()}


def content(name: str) -> bytes:
    """Return a static file's bytes. Raises KeyError where there is none of that name."""
    return files()[f"/static/{name}"].content


def static_url(name: str) -> str:
    """Return the address of a static file, which changes when the file does."""
    path = f"/static/{name}"
    return f"{path}?v={files()[path].version}"


def _media_type(name: str) -> str:
    known = {".woff2": "font/woff2", ".css": "text/css; charset=utf-8", ".txt": "text/plain; charset=utf-8"}
    return known.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
