"""The straight way for a command that is in order: to the dispatcher, without the general machinery in between.

Finding one of threescore routes and solving its dependencies takes FastAPI longer than deciding and storing take us. So
one route comes before all the others and reads what they would read. Whatever is not plainly in order it hands on to
the route that describes the command, which knows how to say what is wrong; nothing has been done by then.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from fastapi.routing import APIRoute
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from contracts.references import PARTNERSHIP_CODE
from services.programme.core.command import Command
from services.runtime.access.identity import Caller, writer_of
from services.runtime.web.strict_input import READ_JSON

LONGEST_KEY = 255
KEY_CHARACTERS = re.compile(r"^[\x21-\x7e]+$")

CarryOut = Callable[[Request, str, Any, Caller, str | None], Awaitable[Response]]
"""What a route of a command does once everything is known: request, partnership, command, caller, idempotency key."""


class CommandRoute(NamedTuple):
    """A command, the route that describes it, and what that does."""

    command: type[Command]
    route: APIRoute
    carry_out: CarryOut


class StraightWay:
    """An ASGI application for POST to ``…/{partnership}/commands/{command}``; ``routes`` holds every such command."""

    def __init__(self, routes: Mapping[str, CommandRoute]) -> None:
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._routes[scope["path_params"]["command"]]
        scope["route"] = found.route
        caller = writer_of(Request(scope))
        messages = [await receive()]
        while messages[-1].get("more_body"):
            messages.append(await receive())
        request = Request(scope, _once_more(messages, receive))
        command = _command_in(scope, found.command)
        key = request.headers.get("idempotency-key")
        partnership = scope["path_params"]["partnership"]
        if command is None or not _is_code(partnership) or not _is_key(key):
            await found.route.handle(scope, request.receive, send)
            return
        response = await found.carry_out(request, partnership, command, caller, key)
        await response(scope, receive, send)


def _command_in(scope: Scope, kind: type[Command]) -> Command | None:
    try:
        return kind.model_validate(scope[READ_JSON]) if READ_JSON in scope else None
    except ValidationError:
        return None


def _is_code(partnership: str) -> bool:
    return PARTNERSHIP_CODE.fullmatch(partnership) is not None


def _is_key(key: str | None) -> bool:
    return key is None or (len(key) <= LONGEST_KEY and KEY_CHARACTERS.fullmatch(key) is not None)


def _once_more(messages: list[Message], receive: Receive) -> Receive:
    """Hand out ``messages`` as if they came in now, then what comes after them."""
    waiting = iter(messages)

    async def receiving() -> Message:
        return next(waiting, None) or await receive()

    return receiving
