"""Programme's pages, opened on a told history, under a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

import httpx

from contracts.envelope import Cause, Position, Recorded, seal
from contracts.events import Fact
from contracts.events.partnership import PersonAppointed, Role
from services.programme.service import ProgrammeService
from services.runtime.base.clock import SteppedClock
from services.runtime.base.settings import Settings, load_settings
from services.runtime.process.lifecycle import Foundation, Host
from services.runtime.web.pages import Link
from tests.domain.history import at
from tests.domain.told import told
from tests.parts.sessions import SignedIn, signed_in
from tests.parts.tokens import Software

TOKEN = "a-token-for-tests"
TODAY = "2014-10-10"
SECRETARY, BRENT, HACKNEY, OBSERVER = "LAP-U001", "LAP-U002", "LAP-U003", "LAP-U004"
CHAIR, MEMBER = "LAP-U005", "LAP-U006"
PEOPLE = (
    PersonAppointed(person=SECRETARY, partners=(), roles=(Role.SECRETARY,)),
    PersonAppointed(person=BRENT, partners=("BRE",), roles=(Role.PARTNER_LEAD,)),
    PersonAppointed(person=HACKNEY, partners=("HAC",), roles=(Role.PARTNER_LEAD,)),
    PersonAppointed(person=CHAIR, partners=("BRE",), roles=(Role.CHAIR,)),
    PersonAppointed(person=MEMBER, partners=("HAC",), roles=(Role.BOARD_MEMBER,)),
    PersonAppointed(person=OBSERVER, partners=(), roles=(Role.OBSERVER,)),
)
_codes = count(1)


@dataclass(frozen=True)
class Page:
    """An answer. Its text has ordinary spaces where it has some that do not break."""

    status: int
    text: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Rooms:
    """The pages of one partnership, which tests call LAP, whatever its code is.

    Software of the office writes in it, ``reading`` is software that reads what an observer does.
    """

    client: httpx.AsyncClient
    service: ProgrammeService
    clock: SteppedClock
    settings: Settings
    office_software: Software
    reading: Software
    code: str = "LAP"
    reader: SignedIn | None = None
    is_known: bool = True
    readers: dict[str, SignedIn] = field(default_factory=dict)

    async def told(self, *more: Fact) -> Rooms:
        """Return the pages of another partnership, to which the same has happened, and more."""
        code = f"QX{next(_codes)}"
        events = _of(code, told().told("2014-10-02", *PEOPLE, *more).events)
        store = self.service.store
        await self.service.database.write(lambda connection: store.append(connection, events))
        return replace(self, code=code, readers={})

    async def read_by(self, person: str) -> Rooms:
        """Return the same pages for somebody who is signed in."""
        if person not in self.readers:
            self.readers[person] = await signed_in(self.settings, self.code, self._own(person))
        return replace(self, reader=self.readers[person])

    def read_by_stranger(self) -> Rooms:
        """Return the same pages for somebody who is not signed in."""
        return replace(self, reader=None, is_known=False)

    async def get(self, path: str, **query: str) -> Page:
        """Ask for a page; as an observer, where nobody else was named."""
        headers = {"Accept": "text/html", **await self._cookie()}
        return self._page(await self.client.get(self._own(path), params=query or None, headers=headers))

    async def post(self, path: str, typed: Mapping[str, str | Sequence[str]]) -> Page:
        """Send a form."""
        headers = {"Accept": "text/html", **await self._cookie()}
        own = {
            self._own(name): self._own(value) if isinstance(value, str) else [self._own(each) for each in value]
            for name, value in typed.items()
        }
        return self._page(await self.client.post(self._own(path), data=own, headers=headers))

    async def read(self, path: str, **query: str) -> str:
        """Return the text of a page that is there."""
        page = await self.get(path, **query)
        assert page.status == 200
        return page.text

    async def do(self, command: str, **fields: object) -> None:
        """Carry a command out over the API, as the secretary."""
        path = f"/api/v1/partnerships/{self.code}/commands/{command.replace('_', '-')}"
        answer = await self.client.post(path, json=fields, auth=self.office_software)
        assert answer.is_success, answer.text

    async def _cookie(self) -> dict[str, str]:
        if not self.is_known:
            return {}
        reader = self.reader or (await self.read_by(OBSERVER)).reader
        return {} if reader is None else reader.cookie

    def _own(self, text: str) -> str:
        return text.replace("LAP", self.code)

    def _page(self, answer: httpx.Response) -> Page:
        headers = {name: value.replace(self.code, "LAP") for name, value in answer.headers.items()}
        text = answer.text.replace("\N{NO-BREAK SPACE}", " ").replace(self.code, "LAP")
        return Page(answer.status_code, text, headers)


@asynccontextmanager
async def open_rooms(
    folder: Path, database_url: str | None = None, *, is_replica: bool = False, navigation: Sequence[Link] = ()
) -> AsyncIterator[Rooms]:
    """Open the pages at noon of ``TODAY``. The log has what was told; of a replica, by the first one."""
    made: list[ProgrammeService] = []

    def factory(foundation: Foundation) -> ProgrammeService:
        made.append(ProgrammeService(foundation))
        return made[0]

    database = {} if database_url is None else {"programme_database_url": database_url}
    settings = load_settings(data_dir=folder, port=0, api_token=TOKEN, log_level="error", **database)
    clock, events = SteppedClock(at(TODAY)), told().told("2014-10-02", *PEOPLE).events
    async with (
        Host(settings, [factory], clock=clock, navigation=navigation) as host,
        httpx.AsyncClient(base_url=host.url, timeout=30) as client,
    ):
        service = made[0]
        if not is_replica:
            await service.database.write(lambda connection: service.store.append(connection, events))
        yield Rooms(client, service, clock, settings, Software(settings), Software(settings, may_write=False))


def _of(code: str, events: Sequence[Recorded]) -> list[Recorded]:
    """Return the same events as those of a partnership of another code."""
    own: list[Recorded] = []
    for event in events:
        fact = type(event.fact).model_validate_json(event.fact.model_dump_json(exclude_none=True).replace("LAP", code))
        own.append(
            seal(
                "programme",
                code,
                own[-1].position if own else Position(),
                fact,
                recorded_at=event.recorded_at,
                effective_on=event.effective_on,
                cause=Cause(event.actor.replace("LAP", code), "told", "told"),
            )
        )
    return own
