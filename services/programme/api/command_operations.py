"""What the OpenAPI document says of each command: its fields, words and answers. Nothing here answers a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Header
from fastapi.routing import APIRoute

from services.programme.api.access import Partnership
from services.programme.core.command import Command
from services.programme.core.outcome import CommandOutcome
from services.runtime.access.identity import Writer
from services.runtime.web.openapi import problems

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="A key of your own choice: the same request sent again with it is carried out once.",
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The ETag of the object as you saw it; the command is refused if it has changed since.",
        examples=['"17"'],
    ),
]
_PROBLEMS = problems(403, 404, 409, 412)


def forming(kind: type[Command], path: str, status: int) -> APIRoute:
    """Describe the command that makes a partnership."""

    def operation(command: Any, caller: Writer, idempotency_key: IdempotencyKey = None) -> None:
        """Have a signature."""

    return _described(operation, kind, path, status)


def within_partnership(kind: type[Command], path: str, status: int) -> APIRoute:
    """Describe a command that changes a partnership."""

    def operation(
        partnership: Partnership,
        command: Any,
        caller: Writer,
        idempotency_key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> None:
        """Have a signature."""

    return _described(operation, kind, path, status)


def _described(operation: Callable[..., None], kind: type[Command], path: str, status: int) -> APIRoute:
    operation.__annotations__["command"] = kind
    return APIRoute(
        path,
        operation,
        methods=["POST"],
        status_code=status,
        response_model=CommandOutcome,
        responses=_PROBLEMS,
        tags=["commands"],
        summary=kind.words().capitalize(),
        description=kind.__doc__,
        operation_id=kind.do,
    )
