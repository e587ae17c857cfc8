"""The forms that make a token and end one, of a person as of a system."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from services.runtime.access.sessions.token_life import NameTaken, UnfitDay, end_of
from services.runtime.base.problems import Problem
from services.runtime.web.dates import WrittenDate
from services.runtime.web.forms import Form


class MakeToken(BaseModel):
    """The form that makes a token; ``until`` is its last day."""

    name: Annotated[str, Field(max_length=100)]
    scope: Literal["read", "write"]
    until: WrittenDate

    @property
    def may_write(self) -> bool:
        """Say whether it may change something."""
        return self.scope == "write"


class EndToken(BaseModel):
    """The form that ends a token; a field ``token`` would be somebody's API token (see ``forms.signed``)."""

    which: str


def token_asked_for(form: Form, missing: dict[str, str], now: datetime) -> tuple[MakeToken, datetime]:
    """Return what a form asks for, and when the token ends.

    ``missing`` says what to enter where a field is empty. Raises FormRefused, also for a day that is past or too far
    ahead.
    """
    wanted = form.checked(MakeToken, missing=missing)
    try:
        return wanted, end_of(wanted.until, now)
    except UnfitDay as unfit:
        raise form.refused(Problem(422, str(unfit)), "until") from None


@contextmanager
def name_refused(form: Form) -> Iterator[None]:
    """Refuse a form whose name another token has, as one that is sent twice. Raises FormRefused."""
    try:
        yield
    except NameTaken as taken:
        raise form.refused(Problem(409, str(taken)), "name") from None
