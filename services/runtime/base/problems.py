"""What an error says to software: a problem document (RFC 9457), in sentences and never with a trace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from services.runtime.base.validation_messages import fault_of, without_echoes

PROBLEM_JSON = "application/problem+json"
MOST_FAULTS = 100
"""How many fields an answer names; ``more_errors`` counts the others."""
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


class ProblemDetails(BaseModel):
    """A problem as RFC 9457 describes it. ``correlation_id`` finds the request in the logs."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["urn:concordat:problem:not-found"])
    title: str = Field(examples=["Not found"])
    status: int = Field(ge=400, le=599, examples=[404])
    detail: str = Field(examples=["There is no milestone LAP-P09-M01."])
    instance: str = Field(examples=["/api/v1/partnerships/LAP/milestones/LAP-P09-M01"])
    correlation_id: str = Field(examples=["6f1c2a9e5d5b4d63a0a5d5c5b8f0a4de"])
    errors: list[FieldFault] | None = None
    more_errors: int | None = Field(None, description="How many faults there are beyond those in errors.")


class Problem(HTTPException):
    """An error with its status and its sentence. Raise it anywhere below a route or in a dependency.

    ``slug`` ends the problem's type, for callers that tell problems of one status apart; ``members`` are added to the
    document as they are.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        slug: str | None = None,
        errors: Sequence[FieldFault] = (),
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(status, detail, dict(headers) if headers else None)
        standard, self.title = kind_of(status)
        self.slug = slug or standard
        self.errors = tuple(each.shortened() for each in errors)
        self.members = members


def field_faults(errors: Iterable[Any], body: Any) -> list[FieldFault]:
    """Turn pydantic's findings about a request into faults of its fields."""
    found = []
    for error in without_echoes(list(errors)):
        place, *path = error["loc"]
        fault = fault_of(error)
        found.append(
            FieldFault(
                field=field_path(path, body if place == "body" else {}) or str(place),
                place=str(place),
                problem=fault.problem,
                expected=fault.expected,
            )
        )
    return found


def field_path(location: Sequence[str | int], entered: Any) -> str:
    """Write a location as people write it, ``history[3].date``, without the parts that only name a kind of model.

    Pydantic puts the tag of a union's member into the location; no such key stands in what was entered, unless it is
    the last part: a field that is missing.
    """
    path, here = "", entered
    for number, part in enumerate(location):
        if isinstance(part, int):
            path += f"[{part}]"
            here = here[part] if isinstance(here, (list, tuple)) and part < len(here) else None
        elif isinstance(here, Mapping) and part in here:
            path += f".{part}"
            here = here[part]
        elif number == len(location) - 1:
            path += f".{part}"
    return path.removeprefix(".")


def kind_of(status: int) -> tuple[str, str]:
    """Return how the type of a status's problems ends, and the title that they have."""
    return _KINDS.get(status, _OTHER)
