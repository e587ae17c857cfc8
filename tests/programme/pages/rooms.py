"""Programme's pages, opened on a told history, under a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from contracts.events.partnership import PersonAppointed, Role
from services.programme.service import ProgrammeService
from services.runtime.base.clock import SteppedClock
from services.runtime.base.settings import load_settings
from services.runtime.process.lifecycle import Foundation, Host
from tests.domain.history import History, at
from tests.domain.told import told

TOKEN = "a-token-for-tests"
TODAY = "2014-10-10"
SECRETARY, BRENT, HACKNEY, OBSERVER = "LAP-U001", "LAP-U002", "LAP-U003", "LAP-U004"
PEOPLE = (
    PersonAppointed(person=SECRETARY, partners=(), roles=(Role.SECRETARY,)),
    PersonAppointed(person=BRENT, partners=("BRE",), roles=(Role.PARTNER_LEAD,)),
    PersonAppointed(person=HACKNEY, partners=("HAC",), roles=(Role.PARTNER_LEAD,)),
    PersonAppointed(person=OBSERVER, partners=(), roles=(Role.OBSERVER,)),
)


@dataclass
class Rooms:
    """The pages, whose history can go on."""

    client: httpx.AsyncClient
    service: ProgrammeService
    clock: SteppedClock
    history: History

    async def read(self, path: str, **query: str) -> str:
        """Return a page's text, with ordinary spaces where it has some that do not break."""
        answer = await self.client.get(path, params=query)
        assert answer.status_code == 200
        return answer.text.replace("\N{NO-BREAK SPACE}", " ")

    async def do(self, command: str, **fields: object) -> None:
        """Carry a command out over the API, as the secretary."""
        path = f"/api/v1/partnerships/LAP/commands/{command.replace('_', '-')}"
        answer = await self.client.post(path, json=fields, headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.is_success, answer.text


@asynccontextmanager
async def open_rooms(
    folder: Path, database_url: str | None = None, *, is_replica: bool = False
) -> AsyncIterator[Rooms]:
    """Open the pages at noon of ``TODAY``. The log has what was told; of a replica, by the first one."""
    made: list[ProgrammeService] = []

    def factory(foundation: Foundation) -> ProgrammeService:
        made.append(ProgrammeService(foundation))
        return made[0]

    database = {} if database_url is None else {"programme_database_url": database_url}
    settings = load_settings(data_dir=folder, port=0, api_token=TOKEN, log_level="error", **database)
    clock, history = SteppedClock(at(TODAY)), told().told("2014-10-02", *PEOPLE)
    async with (
        Host(settings, [factory], clock=clock) as host,
        httpx.AsyncClient(base_url=host.url, timeout=30) as client,
    ):
        service = made[0]
        if not is_replica:
            await service.database.write(lambda connection: service.store.append(connection, history.events))
        yield Rooms(client, service, clock, history)
