"""The way in for every command: authenticate, parse the bytes with the command's model, dispatch, answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope

from services.programme.api.access import Partnership, answered_in_problems
from services.programme.api.command_operations import IdempotencyKey, forming, within_partnership
from services.programme.core.command import Command
from services.programme.core.commands import COMMANDS
from services.programme.core.dispatcher import Dispatcher
from services.programme.file.spelling import nearest
from services.programme.partnership.commands import FormPartnership
from services.programme.partnership.decide import secretary_of
from services.runtime.access.identity import writer_of
from services.runtime.base.problems import Problem
from services.runtime.web.error_responses import unsupported_type
from services.runtime.web.etags import expected_version
from services.runtime.web.negotiation import is_json_type
from services.runtime.web.request_log import request_id
from services.runtime.web.strict_input import READ_JSON

T = TypeVar("T")

_MISSING = {"type": "missing", "loc": ("body",), "msg": "Field required", "input": None}


class Addressed(NamedTuple):
    """A command, the path that it is posted to, and what the OpenAPI document says of that."""

    command: type[Command]
    path: str
    operation: Callable[[type[Command], str, int], APIRoute]

    @property
    def status(self) -> int:
        """The status of success: 201 where the command gives a reference of its own."""
        return 201 if "code" in self.command.model_fields else 200


def add_routes(routes: APIRouter, dispatcher: Dispatcher) -> None:
    """Add the route that carries out commands, at the two kinds of address that they have."""
    partnerships = f"{routes.prefix}/partnerships"
    commands = f"{partnerships}/{{partnership}}/commands"
    routes.routes += [
        CommandRoute(partnerships, {"": Addressed(FormPartnership, partnerships, forming)}, dispatcher),
        CommandRoute(f"{commands}/{{command}}", dict(_within_partnership(commands)), dispatcher),
    ]


def _within_partnership(path: str) -> Iterable[tuple[str, Addressed]]:
    for name, command in COMMANDS.items():
        if command is not FormPartnership and not command.by_system:
            last = name.replace("_", "-")
            yield last, Addressed(command, f"{path}/{last}", within_partnership)


class CommandRoute(Route):
    """Takes POST for each of ``commands``: by the name that stands in the path, or the one that is there without."""

    def __init__(self, path: str, commands: Mapping[str, Addressed], dispatcher: Dispatcher) -> None:
        super().__init__(path, self._carry_out, methods=["POST"], include_in_schema=False)
        self._commands = commands
        self._dispatcher = dispatcher

    def operations(self) -> list[APIRoute]:
        """Return what the OpenAPI document has instead of this route."""
        return [each.operation(each.command, each.path, each.status) for each in self._commands.values()]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match the commands that there are, and POST for those that are not: the answer says which was meant."""
        match, child = super().matches(scope)
        if match is Match.NONE:
            return match, child
        addressed = self._commands.get(child["path_params"].get("command", ""))
        if addressed is None and match is Match.PARTIAL:
            return Match.NONE, {}
        return match, {**child, "route": addressed}

    async def _carry_out(self, request: Request) -> Response:
        addressed: Addressed | None = request.scope["route"]
        if addressed is None:
            raise _no_such_command(request, self._commands)
        caller = writer_of(request)
        command, key = await _sent(request, addressed.command)
        partnership = request.path_params.get("partnership") or command.code
        with answered_in_problems():
            forms = isinstance(command, FormPartnership)  # the door lets in the operator alone
            actor = secretary_of(partnership) if forms else caller.person_of(partnership)
            outcome = await self._dispatcher.handle(
                partnership,
                command,
                actor,
                idempotency_key=key,
                expected_version=expected_version(request),
                correlation=request_id(request),
            )
        return Response(outcome.model_dump_json(), addressed.status, media_type="application/json")


def _no_such_command(request: Request, commands: Iterable[str]) -> Problem:
    near = nearest(request.path_params["command"], commands)
    meant = f"; was “{near}” meant?" if near else "."
    return Problem(404, f"There is nothing at {request.url.path}{meant}")


async def _sent(request: Request, kind: type[Command]) -> tuple[Any, str | None]:
    """Return the command and the idempotency key of a request.

    Raises Problem 415 for a body that is not JSON, and RequestValidationError with every fault of what was sent.
    """
    body = await request.body()
    if not is_json_type(request.headers.get("content-type", "")) and (body or "transfer-encoding" in request.headers):
        raise unsupported_type(request, ("application/json",))
    entered = request.scope[READ_JSON] if body else None
    faults: list[Any] = []
    if (partnership := request.path_params.get("partnership")) is not None:
        _checked(_PARTNERSHIP, partnership, ("path", "partnership"), faults)
    key = _checked(_KEY, request.headers.get("idempotency-key"), ("header", "Idempotency-Key"), faults)
    command = _checked(kind.model_validate, entered, ("body",), faults) if body else None
    if not body:
        faults.append(_MISSING)
    if faults:
        raise RequestValidationError(faults, body=entered)
    return command, key


def _checked(check: Callable[[Any], T], value: Any, place: tuple[str, ...], faults: list[Any]) -> T | None:
    """Return ``value`` as it was meant, or add what is wrong with it to ``faults``."""
    try:
        return check(value)
    except ValidationError as error:
        faults += [{**each, "loc": (*place, *each["loc"])} for each in error.errors(include_url=False)]
        return None


_PARTNERSHIP = TypeAdapter[str](Partnership).validate_python
_KEY = TypeAdapter[str | None](IdempotencyKey).validate_python
