"""What every request passes before a route sees it, and every answer on its way back: one pass, in a fixed order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.runtime.access.identity import SESSION
from services.runtime.access.sessions.reader import Sessions
from services.runtime.base.health import Health
from services.runtime.base.precedence import Precedence
from services.runtime.base.problems import Problem
from services.runtime.base.settings import Settings
from services.runtime.web import starting, strict_input
from services.runtime.web.bodies import Bodies
from services.runtime.web.caller_limits import CallerLimits
from services.runtime.web.cross_site import CrossSite
from services.runtime.web.doors import Doors
from services.runtime.web.error_responses import respond
from services.runtime.web.headers import AnswerHeaders
from services.runtime.web.hosts import Hosts, names_of
from services.runtime.web.kept_answers import Answers
from services.runtime.web.load_shedding import LoadShedding, RequestLoad
from services.runtime.web.request_log import LoggedRequest, RequestLog
from services.runtime.web.signed_in import SignedIn


class EarlyAnswer(Protocol):
    """What is the same for everybody and made once, so that it needs no route. ``path`` is what it is counted by."""

    path: str

    def answer(self, scope: Scope) -> Response:
        """Return the answer to a GET."""
        ...


class RequestPipeline:
    """Every request is logged, may be refused by a rule, and is answered early or by the application behind."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        settings: Settings,
        health: Health,
        precedence: Precedence,
        early: Mapping[str, EarlyAnswer],
        answers: Answers,
        sessions: Sessions | None,
        doors: Doors,
    ) -> None:
        """``early`` are the answers that are given here, by their paths; ``answers`` those that are kept."""
        names = names_of(settings)
        self._app = app
        self._early = early
        self._answers = answers
        self._health = health
        self._signed_in = SignedIn(settings, sessions)
        self._doors = doors
        self._log = RequestLog()
        self._headers = AnswerHeaders(https=settings.public_url.startswith("https://"))
        self._load_shedding = LoadShedding(settings.max_requests, precedence)
        self._hosts = Hosts(names)
        self._cross_site = CrossSite(names)
        self._caller_limits = CallerLimits(settings.expensive_per_minute)
        self._bodies = Bodies(
            settings.max_body_bytes, {"imports": settings.max_import_bytes}, seconds=settings.body_seconds
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        load = self._load_shedding.load_of(scope)
        with self._log.request(scope, self._doors.partnership_at(scope["path"])) as logged:
            exchange = _Exchange(scope, receive, send, logged, load, self._headers)
            # RFC 9110, section 9.3.2: HEAD is GET without the content, which the server leaves out.
            inner = logged.scope = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
            load.begin(scope)
            try:
                await self._pass(inner, exchange, load)
            except ClientDisconnect:
                logged.caller_left()
            except Exception:
                problem = logged.unforeseen()
                if logged.status:
                    raise
                await _refuse(scope, exchange.receive, exchange.send, problem)
            finally:
                load.end(scope)

    async def _pass(self, scope: Scope, exchange: _Exchange, load: RequestLoad) -> None:
        receive: Receive = exchange.receive
        send: Send = exchange.send
        refusal = (
            load.refusal()
            or self._hosts.refusal(scope)
            or self._cross_site.refusal(scope)
            or await starting.refusal(scope, self._health)
        )
        if refusal is None and (body := self._bodies.body_of(scope, receive)) is not None:
            receive, send = body.receive, body.answering(send)
            refusal = body.refusal()
        refusal = refusal or strict_input.refusal(scope)
        if refusal is not None:
            await _refuse(scope, exchange.receive, send, refusal)
        elif scope["method"] == "GET" and (early := self._early.get(scope["path"])) is not None:
            scope["route"] = early
            await early.answer(scope)(scope, receive, send)
        elif (refusal := await self._signed_in.refusal(scope)) is not None:
            await _refuse(scope, exchange.receive, send, refusal)
        elif (closed := await self._doors.refusal(scope, receive)) is not None:
            await closed(scope, receive, send)
        elif (refusal := self._caller_limits.refusal(scope)) is not None:
            await _refuse(scope, exchange.receive, send, refusal)
        elif scope["method"] == "GET" and (kept := await self._answers.kept(scope)) is not None:
            await self._answers.give_kept(kept, scope, send)
        else:
            await self._app(scope, strict_input.checked(scope, receive), send)


class _Exchange:
    """The way to and from the caller. While a request waits for its caller it is not being answered."""

    __slots__ = ("_headers", "_load", "_logged", "_receive", "_scope", "_send")

    def __init__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        logged: LoggedRequest,
        load: RequestLoad,
        headers: AnswerHeaders,
    ) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._logged = logged
        self._load = load
        self._headers = headers

    async def receive(self) -> Message:
        self._load.end(self._scope)
        try:
            return await self._receive()
        finally:
            self._load.begin(self._scope)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._logged.status = message["status"]
            personal = SESSION in self._logged.scope
            own = message.get("headers", ())
            message["headers"] = self._headers.added_to(own, self._logged.header, personal=personal)
        self._load.present -= 1
        try:
            await self._send(message)
        finally:
            self._load.present += 1


async def _refuse(scope: Scope, receive: Receive, send: Send, problem: Problem) -> None:
    await respond(Request(scope, receive), problem)(scope, receive, send)
