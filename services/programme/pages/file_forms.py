"""What pages share that hand files out and take them: who sends one, what goes wrong, where it leads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from services.programme.api.access import answered_in_problems
from services.programme.core.decider import Refused
from services.runtime.access.identity import caller_of
from services.runtime.base.problems import Problem
from services.runtime.base.validation_messages import as_sentence
from services.runtime.web.forms import Form, FormRefused, signed

UploadInPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{43}$", description="What a file is found by.")]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GONE = "This file was taken already, or is no longer kept. Look at what is there before you choose it again."


@contextmanager
def answered(*named: str) -> Iterator[None]:
    """Answer what goes wrong; of what the address itself names, ``project``, one that is not there is not found."""
    with answered_in_problems():
        try:
            yield
        except Refused as refused:
            if refused.field in named:
                raise Problem(404, as_sentence(refused.problem)) from None
            raise


def sender(request: Request, form: Form, partnership: str) -> str:
    """Return the id of who sends a form. Raises Problem 401 or 403."""
    try:
        return signed(request, form).person_of(partnership)
    except FormRefused as refused:
        raise Problem(refused.status, str(refused), headers=refused.headers) from None


def reader(request: Request, partnership: str) -> str:
    """Return the id of who looks at a file that they sent. Raises Problem 401."""
    return caller_of(request).person_of(partnership)


def attachment(content: bytes, name: str) -> Response:
    """Hand a workbook out as a file of this name, which has letters, digits, hyphens and a dot."""
    return Response(content, media_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def file_refused(sentence: str) -> Form:
    """Return the form of a page that asks for a file, with what is wrong with the one that was chosen."""
    return Form(faults={"file": sentence})


def see(place: str) -> Response:
    """Lead on to another page."""
    return RedirectResponse(place, HTTPStatus.SEE_OTHER)
