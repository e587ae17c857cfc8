"""A small real service for the tests of the host; ``python -m tests.runtime.bell PORT DATA`` runs it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from services.runtime.access.table import Beyond, Row
from services.runtime.base.health import Check, ProbeResult
from services.runtime.base.settings import load_settings
from services.runtime.process.lifecycle import Foundation, Service
from services.runtime.process.serving import serve
from tests.parts.nats import patient
from tests.parts.seals import key_file
from tests.parts.waiting import STILL_SECONDS


class Bell:
    """Rings over NATS when it is asked to over HTTP, and writes down what became of it."""

    def __init__(self, name: str, foundation: Foundation, diary: list[str], fault: str | None) -> None:
        self.name = name
        self.foundation = foundation
        self.router = APIRouter()
        self.checks = [Check(f"{name} clapper", self._look)]
        self.rows = (Row(what="Bells", why="It is for tests.", seen_by=Beyond.EVERYBODY, at=(f"/{name}",)),)
        self._diary = diary
        self._fault = fault
        self.router.add_api_route(f"/{name}/ring", self._ring, methods=["POST"])
        self.router.add_api_route(f"/{name}/slowly", self._slowly, methods=["GET"])
        self.router.add_api_route(f"/{name}/loudly", self._loudly, methods=["GET"])
        self.router.add_api_route(f"/{name}/for-ever", self._for_ever, methods=["GET"])
        self.router.add_api_route(f"/{name}/as-told", self._as_told, methods=["POST"])

    async def start(self) -> None:
        if self._fault is not None:
            raise ValueError(self._fault)
        self._diary.append(f"{self.name} started")

    async def stop(self) -> None:
        await self.foundation.nats.flush(timeout=int(STILL_SECONDS))  # NATS is still there
        self._diary.append(f"{self.name} stopped")

    async def _ring(self) -> int:
        stored = await patient(self.foundation.nats).publish("programme.BELL.rung", b"ding")
        return stored.seq

    async def _slowly(self) -> Response:
        """Answer in two parts: whoever has the first knows that the request is in hand."""

        async def parts() -> AsyncIterator[bytes]:
            yield b"di"
            await asyncio.sleep(1.0)
            yield b"ng"

        return StreamingResponse(parts())

    async def _loudly(self) -> Response:
        return Response(b"ding " * 10_000_000)

    async def _for_ever(self) -> None:
        await asyncio.sleep(3600)

    async def _as_told(self, request: Request) -> int:
        return len(await request.body())

    async def _look(self) -> ProbeResult:
        return ProbeResult(True, "It swings.")


def bell(name: str, diary: list[str], fault: str | None = None) -> Callable[[Foundation], Service]:
    """Return what makes a Bell; with ``fault`` one that cannot start."""
    return lambda foundation: Bell(name, foundation, diary, fault)


if __name__ == "__main__":
    port, data, *url = sys.argv[1:]
    elsewhere = {"nats_url": url[0], "programme_key_file": key_file(), "reporting_key_file": key_file()} if url else {}
    sys.exit(serve(load_settings(port=int(port), data_dir=Path(data), **elsewhere), [bell("tenor", [])]))
