"""What went wrong with a request, in sentences: raised wherever it is found, answered by ``web/error_responses``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

_LONGEST_FIELD = 200

# status: the end of the problem's type, which callers may rely on, and its title
_KINDS: Mapping[int, tuple[str, str]] = {
    400: ("unreadable", "The request cannot be read"),
    401: ("not-signed-in", "Sign-in needed"),
    403: ("not-allowed", "Not allowed"),
    404: ("not-found", "Not found"),
    405: ("method-not-possible", "Method not allowed"),
    406: ("no-such-form", "Not acceptable"),
    408: ("too-slow", "The request took too long"),
    409: ("conflict", "Conflict"),
    410: ("gone", "Gone"),
    412: ("changed-meanwhile", "Changed meanwhile"),
    413: ("too-large", "Too large"),
    414: ("address-too-long", "The address is too long"),
    415: ("wrong-content-type", "Unsupported content type"),
    421: ("wrong-host", "Not the name of this service"),
    422: ("invalid", "Something needs correcting"),
    428: ("precondition-needed", "A precondition is needed"),
    429: ("too-many-requests", "Too many requests"),
    431: ("headers-too-large", "The headers are too large"),
    500: ("unexpected", "Something went wrong"),
    503: ("unavailable", "Service unavailable"),
}
_OTHER = ("other", "The request was not carried out")


class FieldFault(BaseModel):
    """One field that needs correcting. ``place`` is body, query, path, header or cookie."""

    field: str = Field(examples=["history[3].date"])
    place: str = Field(examples=["body"])
    problem: str = Field(examples=["“31/12/2014” is not a date."])
    expected: str = Field(examples=["Give a date as year-month-day, such as 2014-10-03."])

    def shortened(self) -> FieldFault:
        """Return the fault with the beginning of a field's name that is longer than any of ours."""
        if len(self.field) <= _LONGEST_FIELD:
            return self
        return self.model_copy(update={"field": f"{self.field[:_LONGEST_FIELD]}…"})


class Problem(HTTPException):
    """An error with its status and its sentence. Raise it anywhere below a route or in a dependency.

    ``slug`` ends the problem's type, for callers that tell problems of one status apart; ``members`` are added to the
    document as they are. ``title`` is the heading of its page, where it is another than that of all of its status;
    ``leads_to`` are the words and the address of where its reader goes on.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        slug: str | None = None,
        errors: Sequence[FieldFault] = (),
        headers: Mapping[str, str] | None = None,
        title: str = "",
        leads_to: tuple[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(status, detail, dict(headers) if headers else None)
        standard, usual = kind_of(status)
        self.title = title or usual
        self.slug = slug or standard
        self.leads_to = leads_to
        self.errors = tuple(each.shortened() for each in errors)
        self.members = members


def kind_of(status: int) -> tuple[str, str]:
    """Return how the type of a status's problems ends, and the title that they have."""
    return _KINDS.get(status, _OTHER)
