"""From nothing to a running process and back: any set of services, in one process, in order.

Start: HTTP first, so that the readiness page says what is waited for; NATS (embedded or a given one), streams, services
in the order given. Stop: HTTP first (no new connection, open requests end), services in reverse order, NATS last.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

import structlog
from nats.aio.client import Client as NatsClient
from nats.js.errors import ServiceUnavailableError

from services.runtime.base import private_files
from services.runtime.base.clock import Clock, SystemClock
from services.runtime.base.health import Check, Health, file_handles_check
from services.runtime.base.restoring import check_whole
from services.runtime.base.settings import Settings, sqlite_files
from services.runtime.base.trouble import in_words
from services.runtime.base.validation_messages import as_sentence
from services.runtime.base.version import product_version
from services.runtime.messaging import streams
from services.runtime.messaging.broker import BrokerAddress, NotLetIn, connect
from services.runtime.messaging.broker_access import NoAccess, access_of
from services.runtime.messaging.broker_rights import OPERATOR, RIGHTS
from services.runtime.messaging.keyring import Keyrings, NoKeys, keyrings_of
from services.runtime.process.embedded_nats import EmbeddedNats
from services.runtime.registers.memory import RegisterMemory
from services.runtime.store.database import Database
from services.runtime.store.preparing import prepare
from services.runtime.store.schema import Schema

if TYPE_CHECKING:
    from fastapi import APIRouter, FastAPI

    from services.runtime.access.sessions.reader import Sessions
    from services.runtime.web.pages import Link
    from services.runtime.web.server import HttpServer

_log = structlog.get_logger("concordat.lifecycle")
_SECONDS_FOR_JETSTREAM = 10.0
_PAUSE_SECONDS = 0.5
_LEAST_SECONDS_TO_STOP = 0.3
_NOWHERE = BrokerAddress("")  # for services none of which uses the broker


class Service(Protocol):
    """One service as the host runs it. ``start`` and ``stop`` are called once each, ``stop`` only after ``start``.

    A class with ``uses_broker = False`` needs no NATS server, one with ``keeps_files = False`` no data folder; a host
    that runs only such ones reaches for none. Its ``rows``, where it has some, say who sees what of routes that
    ``access/who_sees.py`` has none for.
    """

    @property
    def name(self) -> str:
        """Its name, as in ``concordat serve programme``."""
        ...

    @property
    def router(self) -> APIRouter | None:
        """Its routes, known before it starts; None where it has none."""
        ...

    @property
    def checks(self) -> Sequence[Check]:
        """What must be well for it to be ready; asked for once it has started."""
        ...

    async def start(self) -> None:
        """Begin work. Raises where it cannot; the message is a sentence for people."""
        ...

    async def stop(self) -> None:
        """End work in hand and let go of everything."""
        ...


@dataclass(frozen=True, slots=True)
class Foundation:
    """What a service is built upon.

    ``nats`` is a nats-py connection with the service's own rights, open from before ``start`` until after ``stop``;
    ``address`` is for more connections of its own, such as FastStream's. ``keyrings`` has the keys of each stream, by
    its name. ``memory`` is what the registers of all services of the process share.
    ``waits_for`` says on the readiness page what ``start`` waits for, as in "the programme database".
    """

    settings: Settings
    clock: Clock
    address: BrokerAddress
    nats: NatsClient
    keyrings: Keyrings
    memory: RegisterMemory = field(default_factory=RegisterMemory)
    waits_for: Callable[[str], None] = lambda _what: None

    async def prepare(self, schema: Schema, database: Database) -> None:
        """Give a database its schema, as far as the settings allow. Waits for a database that is away.

        Raises NoDatabase and UnfitSchema.
        """
        await prepare(schema, database, allowed=self.settings.migrate_at_start, waits_for=self.waits_for)


ServiceFactory = Callable[[Foundation], Service]
Access = Callable[[str], BrokerAddress]
"""Where an identity signs in at the broker."""


class StartupError(Exception):
    """The process could not start. The message is one sentence, for the person who started it."""


class Host:
    """Runs services in this process. An asynchronous context manager: started inside, stopped after.

    Without ``http`` the services work without answering requests, as ``concordat pack`` needs. ``settings.port`` 0
    takes a free port; ``url`` says where the host listens.
    """

    def __init__(
        self,
        settings: Settings,
        factories: Sequence[ServiceFactory],
        *,
        clock: Clock | None = None,
        http: bool = True,
        navigation: Sequence[Link] = (),
    ) -> None:
        self._settings = settings
        self._factories = tuple(factories)
        self._clock = clock or SystemClock()
        self._http = http
        self._uses_broker = not factories or any(getattr(_made_by(each), "uses_broker", True) for each in factories)
        self._keeps_files = not factories or any(getattr(_made_by(each), "keeps_files", True) for each in factories)
        self._navigation = tuple(navigation)
        self._running = AsyncExitStack()
        self._server: HttpServer | None = None
        self._sessions: Sessions | None = None
        self._embedded: EmbeddedNats | None = None
        self._to_end_at = 0.0
        self.services: dict[str, Service] = {}
        self.health = Health([file_handles_check()])
        self.keyrings: Keyrings = {}
        self._memory = RegisterMemory(settings.registers_megabytes)
        self._access: Access
        self._connections: dict[str, NatsClient] = {}

    @property
    def app(self) -> FastAPI:
        """The application that answers requests. Raises RuntimeError without HTTP."""
        return self._answering().app

    @property
    def answers(self) -> bool:
        """Whether it answers requests by now."""
        return self._server is not None

    @property
    def url(self) -> str:
        """Where the host listens, such as ``http://127.0.0.1:8080``. Raises RuntimeError without HTTP."""
        return self._answering().url

    async def start(self) -> None:
        """Start everything. Raises StartupError, with all that had been started stopped again."""
        try:
            await self._start()
        except BaseException as error:
            await self._end()
            if isinstance(error, StartupError) or not isinstance(error, Exception):
                raise
            raise StartupError(_why("Concordat", error)) from error

    async def stop(self) -> None:
        """Stop everything: HTTP first, then in the opposite order of the start."""
        self.health.close()
        await self._end()

    async def _end(self) -> None:
        self._to_end_at = time.monotonic() + self._settings.shutdown_seconds
        if self._server is not None:
            await self._server.stop(self._settings.shutdown_seconds / 2)
        await self._running.aclose()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def ended(self) -> str:
        """Wait until something ends that nothing goes on without, and return a sentence that says what."""
        waiting = [asyncio.create_task(self._http_ended())]
        if self._embedded is not None:
            waiting.append(asyncio.create_task(self._embedded.given_up()))
        try:
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            return as_sentence(done.pop().result())
        finally:
            for each in waiting:
                each.cancel()

    async def _http_ended(self) -> str:
        if self._server is None:
            await asyncio.Event().wait()
        await self._answering().ended()
        return "the HTTP server failed"

    def hurry(self) -> None:
        """Wait for open requests no longer."""
        if self._server is not None:
            self._server.hurry()

    async def _start(self) -> None:
        self._begin_tracing()
        self._own_data_folder()
        if self._uses_broker:
            self.keyrings = self._read_keyrings()
            self._access = await self._broker_access()
        services = [factory(self._foundation_of(factory)) for factory in self._factories]
        if self._http:
            await self._start_http(services)
        if self._uses_broker:
            await self._connect_all()
        if self._sessions is not None:
            await self._sessions.start(self._prepare)
            self.health.add(self._sessions.checks)
        for service in services:
            await self._start_service(service)
        self.health.open()

    def _begin_tracing(self) -> None:
        if self._settings.otlp_endpoint is not None:
            from services.runtime.base.tracing import Tracing

            tracing = Tracing(self._settings.otlp_endpoint, "host", product_version())
            tracing.begin()
            self._running.callback(tracing.end)

    def _own_data_folder(self) -> None:
        """Close the data folder to others, where anything is kept in it."""
        given, folder = self._settings, self._settings.data_dir.absolute()
        inside = folder.exists() or any(file.is_relative_to(folder) for file in sqlite_files(given))
        if given.nats_url is None or (self._keeps_files and inside):
            private_files.own_folder(folder)
        check_whole(folder)

    def _read_keyrings(self) -> Keyrings:
        try:
            return keyrings_of(self._settings)
        except NoKeys as problem:
            raise StartupError(str(problem)) from None

    async def _broker_access(self) -> Access:
        """Return how to sign in at NATS; without an address in the settings, start the embedded server first.

        A command that runs beside the services of its data folder uses the server that they run, as the operator.
        """
        if self._settings.nats_url is not None:
            return partial(access_of, self._settings)
        folder = self._settings.data_dir / "nats"
        if not self._http and (operator := EmbeddedNats.beside(folder)) is not None:
            return lambda identity: replace(operator, identity=identity)
        server = self._embedded = EmbeddedNats(folder)
        await server.start()
        self._running.push_async_callback(server.stop)
        self.health.add([server.check()])
        return server.access

    def _foundation_of(self, factory: ServiceFactory) -> Foundation:
        """Return what the service that ``factory`` makes is built upon; its rights at the broker are its own."""
        identity = _identity_of(factory)
        known = (self.keyrings, self._memory, self._wait_for)
        if not self._uses_broker:
            return Foundation(self._settings, self._clock, _NOWHERE, NatsClient(), *known)
        connection = self._connections.setdefault(identity, NatsClient())
        try:
            address = self._access(identity)
        except NoAccess as problem:
            raise StartupError(str(problem)) from None
        return Foundation(self._settings, self._clock, address, connection, *known)

    async def _connect_all(self) -> None:
        """Connect, however long it takes until the server is there, and declare the streams."""
        own = self._settings.nats_url is None
        self._wait_for("the embedded NATS server" if own else "the NATS server, which CONCORDAT_NATS_URL names")
        if self._settings.nats_declare_streams:
            await self._declare_streams()
        for identity, connection in self._connections.items():
            if not connection.is_connected:
                await self._connect(identity, connection)

    async def _connect(self, identity: str, connection: NatsClient) -> None:
        try:
            await connect(self._access(identity), f"concordat {identity}", connection)
        except (NotLetIn, NoAccess) as refusal:
            raise StartupError(as_sentence(str(refusal))) from None
        self._running.push_async_callback(connection.close)

    async def _declare_streams(self) -> None:
        operator = self._connections.setdefault(OPERATOR, NatsClient())
        await self._connect(OPERATOR, operator)
        for difference in await self._declared(operator):
            _log.warning("the settings of a consumer differ", difference=difference)

    def _wait_for(self, what: str) -> None:
        """Say what is waited for, on the readiness page and, where it is something else than before, in the log."""
        before = self.health.phase
        self.health.waits_for(what)
        if self.health.phase != before:
            _log.info("starting", waits_for=what)

    async def _declared(self, connection: NatsClient) -> list[str]:
        """Declare the streams. A server that has just started, or is one of a cluster, may need a moment for it."""
        self._wait_for("JetStream at the NATS server")
        deadline = time.monotonic() + _SECONDS_FOR_JETSTREAM
        while True:
            try:
                return await streams.apply(connection, self._settings.nats_replicas)
            except ServiceUnavailableError:
                if time.monotonic() > deadline:
                    raise StartupError(
                        "The NATS server has no JetStream; switch it on there, as deploy/nats.conf does, or set"
                        " CONCORDAT_NATS_URL to a server that has it."
                    ) from None
            except TimeoutError:
                _log.warning("waiting for JetStream", reason="it does not answer")
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _start_service(self, service: Service) -> None:
        try:
            await service.start()
        except Exception as error:
            raise StartupError(_why(f"The {service.name} service", error)) from error
        self._running.push_async_callback(self._stop_service, service)
        self.services[service.name] = service
        self.health.add(service.checks)
        _log.info("service started", service=service.name)

    async def _stop_service(self, service: Service) -> None:
        """Stop one service; that it fails, or takes too long, must not keep the others from being stopped."""
        seconds = max(self._to_end_at - time.monotonic(), _LEAST_SECONDS_TO_STOP)
        try:
            async with asyncio.timeout(seconds):
                await service.stop()
        except TimeoutError:
            _log.warning("a service did not stop in time", service=service.name)
        except Exception:  # noqa: BLE001 - it is logged, and the next in line is stopped
            _log.exception("a service did not stop cleanly", service=service.name)
        else:
            _log.info("service stopped", service=service.name)

    async def _prepare(self, schema: Schema, database: Database) -> None:
        await prepare(schema, database, allowed=self._settings.migrate_at_start, waits_for=self._wait_for)

    async def _start_http(self, services: Sequence[Service]) -> None:
        from services.runtime.access.sessions.reader import Sessions
        from services.runtime.web.app import app_of
        from services.runtime.web.server import HttpServer

        sessions = Sessions(self._settings)
        self._running.push_async_callback(sessions.close)
        app = app_of(services, self._settings, self.health, self._navigation, sessions)
        server = HttpServer(app, self._settings)
        await server.start()
        self._server = server
        _log.info("listening", url=server.url)
        self._sessions = sessions

    def _answering(self) -> HttpServer:
        if self._server is None:
            raise RuntimeError("this host was started without HTTP, or has not been started yet")
        return self._server


def _identity_of(factory: ServiceFactory) -> str:
    """Return as whom the service that ``factory`` makes signs in at the broker: by its name, if it has rights there."""
    name = str(getattr(_made_by(factory), "name", OPERATOR))
    return name if name in RIGHTS else OPERATOR


def _made_by(factory: ServiceFactory) -> object:
    return factory.func if isinstance(factory, partial) else factory


def _why(what: str, error: Exception) -> str:
    """Say in one sentence why ``what`` did not start."""
    return as_sentence(f"{what} could not start: {in_words(error)}")
