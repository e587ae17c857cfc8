"""Files that people choose on a page. Who sends one is known before any of it is read."""

from __future__ import annotations

from starlette.requests import Request

from services.runtime.access.identity import reader_of
from services.runtime.base.problems import Problem
from services.runtime.web.chosen_file import ChosenFile
from services.runtime.web.error_responses import MULTIPART, unsupported_type
from services.runtime.web.forms import Form, text_as_typed

_LONGEST_NAME = 200
_MOST_FIELDS = 20


async def uploaded(request: Request, field: str = "file") -> tuple[Form, ChosenFile | None]:
    """Read a form with a file: what was typed, and the file, None where none was chosen.

    Raises Problem 401 where nobody is signed in, before anything is read; 400 and 415 where it is no such form.
    """
    if reader_of(request) is None:
        raise Problem(401, "You are not signed in, or no longer. Sign in, then choose the file again.")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MULTIPART:
        raise unsupported_type(request, (MULTIPART,))
    typed: dict[str, list[str]] = {}
    file: ChosenFile | None = None
    async with request.form(max_files=1, max_fields=_MOST_FIELDS) as content:
        for name, value in content.multi_items():
            if isinstance(value, str):
                typed.setdefault(name, []).append(text_as_typed(value))
            elif name == field and value.filename:
                file = ChosenFile(_name(value.filename), await value.read())
    return Form(typed), file


def _name(filename: str) -> str:
    """Return the last part of a name: some browsers once sent whole paths."""
    return filename.replace("\\", "/").rpartition("/")[2][-_LONGEST_NAME:]
