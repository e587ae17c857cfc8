"""What the pages of files of workplans share: who sends one, how what goes wrong is answered, where it leads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from domain.register.projects import PROJECTS
from services.programme.api.access import actor_of, answered_in_problems
from services.programme.core.decider import Refused
from services.runtime.base.problems import Problem
from services.runtime.base.validation_messages import as_sentence
from services.runtime.web.forms import Form, FormRefused, signed

UploadInPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{43}$", description="What a file is found by.")]
GONE = "This file was recorded already, or is no longer kept. Look at the workplan before you choose it again."


@contextmanager
def answered() -> Iterator[None]:
    """Answer what goes wrong; the address names the project, so one that is not there is not found."""
    with answered_in_problems():
        try:
            yield
        except Refused as refused:
            if refused.field == PROJECTS.name:
                raise Problem(404, as_sentence(refused.problem)) from None
            raise


def sender(request: Request, form: Form, partnership: str) -> str:
    """Return the id of who sends a form. Raises Problem 401 or 403."""
    try:
        return actor_of(signed(request, form), partnership)
    except FormRefused as refused:
        raise Problem(refused.status, str(refused), headers=refused.headers) from None


def file_refused(sentence: str) -> Form:
    """Return the form of a page that asks for a file, with what is wrong with the one that was chosen."""
    return Form(faults={"file": sentence})


def see(place: str) -> Response:
    """Lead on to another page."""
    return RedirectResponse(place, HTTPStatus.SEE_OTHER)
