"""What a deployment's databases say for or against its logs and packs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from hashlib import sha256
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, make_url

from services.cli import consumers
from services.cli.consumers import Log
from services.cli.counting import counted
from services.cli.databases import SCHEMAS, is_there, url_of
from services.cli.errors import CommandError
from services.cli.findings import Finding
from services.cli.folders import MANIFEST
from services.cli.republish import known_or_complain
from services.reporting import editions
from services.reporting.editions import Issued
from services.reporting.packs import OtherTemplate, PackMaker
from services.reporting.registers import Registers
from services.runtime.base.settings import Settings
from services.runtime.messaging.streams import (
    BREACHES_INTO_AGENDAS,
    NOTIFICATIONS_OF_PROGRAMME,
    NOTIFICATIONS_OF_REPORTING,
    PROGRAMME,
    REPORTING,
)
from services.runtime.store.database import Database
from services.runtime.store.event_store import EventStore
from services.runtime.store.schema import UnfitSchema

_CALLED = {"programme": "the log", "reporting": "reporting's own log"}


class MissingDatabase(CommandError):
    """The settings lead to no database."""


class DeploymentDatabases:
    """The logs and packs of a deployment, read from its databases alone: nothing needs to run. A context manager."""

    def __init__(self, settings: Settings) -> None:
        """Raises MissingDatabase where there is none yet; none is made."""
        for url in (settings.programme_database_url, settings.reporting_database_url):
            _must_be_there(url)
        self._settings = settings
        self._programme = Database(settings.programme_database_url)
        self._reporting = Database(settings.reporting_database_url)
        self._log = EventStore("programme")
        self._announced = EventStore("reporting")
        self._packs = PackMaker(self._reporting, Registers(self._reporting))
        self._consumers = {
            NOTIFICATIONS_OF_PROGRAMME: "notifications",
            NOTIFICATIONS_OF_REPORTING: "notifications",
            BREACHES_INTO_AGENDAS: "programme",
        }

    def __enter__(self) -> Self:
        """Raises CommandError where a database has another schema than this version needs."""
        try:
            _check_schema("programme", self._programme)
            _check_schema("reporting", self._reporting)
        except CommandError:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        self._programme.close()
        self._reporting.close()

    def findings(self, partnership: str | None = None) -> Iterator[Finding]:
        """Yield what holds of every log and every issued pack, of one partnership or of all."""
        known = self._programme.read_sync(self._log.partnerships)
        known_or_complain(partnership, known)
        for code in [partnership] if partnership else known:
            yield self._programme.read_sync(partial(of_log, self._log, code))
            yield self._reporting.read_sync(partial(of_log, self._announced, code))
            for issued in self._issued(code):
                yield self._of_edition(issued)
        yield from self._of_consumers([partnership] if partnership else known)
        if partnership is None:
            yield from consumers.unsealed_messages(Log(self._programme, self._log), self._reporting)

    def _of_consumers(self, codes: Sequence[str]) -> Iterator[Finding]:
        """Yield whether what consumers hold of the logs is what the logs hold."""
        logs = {PROGRAMME: Log(self._programme, self._log), REPORTING: Log(self._reporting, self._announced)}
        for code in codes:
            yield consumers.of_journal(logs[PROGRAMME], self._reporting, code)
        for durable, name in self._consumers.items():
            if not is_there(url := url_of(self._settings, name)):
                yield Finding(True, f"{durable.name} has no database here, so how far it has got was not compared")
                continue
            with closing(Database(url)) as database:
                _check_schema(name, database)
                for code in codes:
                    yield consumers.of_position(logs[durable.stream], database, durable.name, code)

    def findings_of_pack(self, pack: str, manifest: bytes) -> Iterator[Finding]:
        """Yield what the databases say of a pack, given by its reference, with this manifest."""
        issued = next((each for each in self._issued(pack.split("-", 1)[0]) if each.reference == pack), None)
        if issued is None:
            yield Finding(True, f"{pack}: this database has not issued it; its files alone were compared")
            return
        stored = next(file.sha256 for file in issued.files if file.name == MANIFEST)
        same = stored == sha256(manifest).hexdigest()
        yield Finding(same, f"{pack}: the manifest is {'' if same else 'not '}the one that was issued")
        yield self._of_edition(issued)

    def _of_edition(self, issued: Issued) -> Finding:
        chain = self._programme.read_sync(lambda connection: self._chain_at(connection, issued))
        if chain != issued.chain and self._was_restored():
            told = f"rests on event {issued.version:,} of a history that was lost when programme's log was restored"
            return Finding(False, f"{issued.reference}: {told}; it stands as issued")
        if chain != issued.chain:
            return Finding(False, f"{issued.reference}: the log was altered: event {issued.version:,} is another now")
        try:
            differences = self._packs.differences(issued)
        except OtherTemplate as other:
            return Finding(True, f"{issued.reference}: stands as issued; it cannot be made again, as {other}")
        if differences:
            return Finding(False, f"{issued.reference}: made again, these files differ: {', '.join(differences)}")
        return Finding(
            True, f"{issued.reference}: made again from {counted(issued.version, 'event')}, every byte is the same"
        )

    def _was_restored(self) -> bool:
        return self._programme.read_sync(self._log.epochs_begun) > 1

    def _chain_at(self, connection: Connection, issued: Issued) -> str | None:
        stored = self._log.read_stored(connection, issued.partnership, issued.version - 1, limit=1)
        return next((event.chain for event in stored), None)

    def _issued(self, partnership: str) -> list[Issued]:
        return self._reporting.read_sync(lambda connection: editions.editions(connection, partnership))


def of_log(store: EventStore, code: str, connection: Connection) -> Finding:
    """Return whether the chain of a partnership's log holds from its first event on."""
    log = f"{code}: {_CALLED[store.name]}"
    try:
        broken = store.verify(connection, code)
    except (TypeError, ValueError, LookupError):
        return Finding(False, f"{log} was altered: an event in it is no longer what was stored")
    if broken is not None:
        return Finding(False, f"{log} was altered: its chain does not hold at event {broken:,}")
    position = store.position(connection, code)
    return Finding(True, f"{log} holds: {counted(position.version, 'event')}, chain {position.chain}")


def _check_schema(name: str, database: Database) -> None:
    """Raise CommandError where a database has another schema: it is read here, and not changed."""
    try:
        database.read_sync(SCHEMAS[name].check)
    except UnfitSchema as why:
        raise CommandError(str(why)) from None


def _must_be_there(url: str) -> None:
    if not is_there(url):
        place = make_url(url).database
        raise MissingDatabase(f"there is no database {place}; CONCORDAT_DATA_DIR names the folder of another one")
