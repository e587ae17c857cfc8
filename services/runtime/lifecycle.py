"""From nothing to a running process and back: any set of services, in one process, in order.

Start: NATS (embedded or a given one), streams, services in the order given, HTTP last.
Stop: HTTP first (no new connection, open requests end), services in reverse order, NATS last.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

import structlog
from nats.aio.client import Client as NatsClient

from services.runtime import private_files, streams
from services.runtime.broker import BrokerAddress, connect
from services.runtime.clock import Clock, SystemClock
from services.runtime.embedded_nats import EmbeddedNats
from services.runtime.health import Check, Finding, Health
from services.runtime.keyring import Keyrings, NoKeys, keyrings_of
from services.runtime.sentences import as_sentence
from services.runtime.settings import Settings, sqlite_files
from services.runtime.version import product_version

if TYPE_CHECKING:
    from fastapi import APIRouter, FastAPI

    from services.runtime.web.pages import Link
    from services.runtime.web.server import HttpServer

_log = structlog.get_logger("concordat.lifecycle")
_SECONDS_FOR_NATS = 30.0


class Service(Protocol):
    """One service as the host runs it. ``start`` and ``stop`` are called once each, ``stop`` only after ``start``."""

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

    ``nats`` is the process's own nats-py connection, open from before ``start`` until after ``stop``; ``address`` is
    for connections of the service's own, such as FastStream's. ``keyrings`` has the keys of each stream, by its name.
    """

    settings: Settings
    clock: Clock
    address: BrokerAddress
    nats: NatsClient
    keyrings: Keyrings


ServiceFactory = Callable[[Foundation], Service]


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
        self._navigation = tuple(navigation)
        self._running = AsyncExitStack()
        self._server: HttpServer | None = None
        self.services: dict[str, Service] = {}
        self.health = Health()
        self.keyrings: Keyrings = {}

    @property
    def app(self) -> FastAPI:
        """The application that answers requests. Raises RuntimeError without HTTP."""
        return self._answering().app

    @property
    def url(self) -> str:
        """Where the host listens, such as ``http://127.0.0.1:8080``. Raises RuntimeError without HTTP."""
        return self._answering().url

    async def start(self) -> None:
        """Start everything. Raises StartupError, with all that had been started stopped again."""
        try:
            await self._start()
        except BaseException as error:
            await self._running.aclose()
            if isinstance(error, StartupError) or not isinstance(error, Exception):
                raise
            raise StartupError(_why("Concordat", error)) from error

    async def stop(self) -> None:
        """Stop everything, in the opposite order."""
        self.health.close()
        await self._running.aclose()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def ended(self) -> None:
        """Wait until the HTTP server ends of its own accord, which it does when it fails."""
        await self._answering().ended()

    def hurry(self) -> None:
        """Wait for open requests no longer."""
        if self._server is not None:
            self._server.hurry()

    async def _start(self) -> None:
        self._begin_tracing()
        self._own_data_folder()
        self.keyrings = self._read_keyrings()
        address = await self._nats_address()
        foundation = Foundation(self._settings, self._clock, address, await self._connect(address), self.keyrings)
        for factory in self._factories:
            await self._start_service(factory(foundation))
        if self._http:
            await self._start_http()
        self.health.open()

    def _begin_tracing(self) -> None:
        if self._settings.otlp_endpoint is not None:
            from services.runtime.tracing import Tracing

            tracing = Tracing(self._settings.otlp_endpoint, "host", product_version())
            tracing.begin()
            self._running.callback(tracing.end)

    def _own_data_folder(self) -> None:
        """Close the data folder to others, where anything is kept in it."""
        given, folder = self._settings, self._settings.data_dir.absolute()
        inside = any(file.is_relative_to(folder) for file in sqlite_files(given))
        if given.nats_url is None or inside or folder.exists():
            private_files.own_folder(folder)

    def _read_keyrings(self) -> Keyrings:
        try:
            return keyrings_of(self._settings)
        except NoKeys as problem:
            raise StartupError(str(problem)) from None

    async def _nats_address(self) -> BrokerAddress:
        """Return where NATS is; without an address in the settings, start the embedded server first."""
        given = self._settings
        if given.nats_url is not None:
            password = given.nats_password.get_secret_value() if given.nats_password else None
            return BrokerAddress(given.nats_url, given.nats_user, password, given.nats_creds)
        server = EmbeddedNats(given.data_dir / "nats")
        address = BrokerAddress(await server.start())
        self._running.push_async_callback(server.stop)
        self.health.add([_embedded_check(server)])
        return address

    async def _connect(self, address: BrokerAddress) -> NatsClient:
        try:
            async with asyncio.timeout(_SECONDS_FOR_NATS):
                connection = await connect(address, "concordat host")
        except TimeoutError:
            raise StartupError(
                f"No NATS server let Concordat in within {_SECONDS_FOR_NATS:.0f} seconds; CONCORDAT_NATS_URL says where"
                " it should be, and CONCORDAT_NATS_USER or CONCORDAT_NATS_CREDS as whom."
            ) from None
        self._running.push_async_callback(connection.close)
        if self._settings.nats_declare_streams:
            for difference in await streams.apply(connection, self._settings.nats_replicas):
                _log.warning("a consumer is not as it should be", difference=difference)
        return connection

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
        """Stop one service; that it fails must not keep the others from being stopped."""
        try:
            await service.stop()
        except Exception:  # noqa: BLE001 - it is logged, and the next in line is stopped
            _log.exception("a service did not stop cleanly", service=service.name)
        else:
            _log.info("service stopped", service=service.name)

    async def _start_http(self) -> None:
        from services.runtime.web.app import make_app
        from services.runtime.web.server import HttpServer

        routers = [service.router for service in self.services.values() if service.router is not None]
        app = make_app(self._settings, routers, health=self.health, navigation=self._navigation)
        server = HttpServer(app, self._settings)
        await server.start()
        self._running.push_async_callback(server.stop)
        self._server = server
        _log.info("listening", url=server.url)

    def _answering(self) -> HttpServer:
        if self._server is None:
            raise RuntimeError("this host was started without HTTP, or has not been started yet")
        return self._server


def _embedded_check(server: EmbeddedNats) -> Check:
    async def probe() -> Finding:
        return Finding(server.running, "It runs." if server.running else "It has ended; start Concordat again.")

    return Check("embedded NATS server", probe)


def _why(what: str, error: Exception) -> str:
    """Say in one sentence why ``what`` did not start."""
    lines = str(error).strip().splitlines()
    return as_sentence(f"{what} could not start: {lines[0] if lines else type(error).__name__}")
