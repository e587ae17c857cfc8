"""The pack store: every edition that was issued, with the inputs it was made from and the bytes it went out as.

What is issued never changes: each meeting has one pack, its supplements count from 1, and the database itself refuses
to alter or remove a row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    Integer,
    MetaData,
    RowMapping,
    Select,
    String,
    Table,
    Text,
    Time,
    and_,
    bindparam,
    func,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError

from contracts.events.reporting import PackFile
from contracts.references import pack_reference, short
from domain.calendar import ISSUE_TIME, Calendar, Timetable
from domain.register.papers import MeetingNotice
from services.runtime.store.columns import Instant
from services.runtime.store.content_store import ContentStore
from services.runtime.store.immutable import refuse_changes

metadata = MetaData()
_editions = Table(
    "editions",
    metadata,
    Column("partnership", String(64), primary_key=True),
    Column("meeting", String(64), primary_key=True),
    Column("supplement", Integer, primary_key=True, autoincrement=False),
    Column("meeting_on", Date, nullable=False),
    Column("meeting_time", Time, nullable=False),
    Column("place", String(200)),
    Column("cut_off", Instant, nullable=False),
    Column("taken_in_at", Instant, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("chain", String(64), nullable=False),
    Column("previous_meeting", String(64)),
    Column("template", String(64), nullable=False),
    Column("recipients", Text, nullable=False),
)
_notices = Table(
    "edition_notices",
    metadata,
    Column("partnership", String(64), primary_key=True),
    Column("meeting", String(64), primary_key=True),
    Column("supplement", Integer, primary_key=True, autoincrement=False),
    Column("issue_on", Date, nullable=False),
    Column("quarter", String(16), nullable=False),
)
_files = Table(
    "edition_files",
    metadata,
    Column("partnership", String(64), primary_key=True),
    Column("meeting", String(64), primary_key=True),
    Column("supplement", Integer, primary_key=True, autoincrement=False),
    Column("name", String(200), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
)
_contents = ContentStore(metadata)

_with_notices = select(_editions, _notices.c.issue_on, _notices.c.quarter).outerjoin(
    _notices,
    and_(*(_notices.c[name] == _editions.c[name] for name in ("partnership", "meeting", "supplement"))),
)
_count = select(func.count()).select_from(_editions).where(_editions.c.partnership == bindparam("of"))


class AlreadyIssued(Exception):
    """The edition has been issued before, perhaps by another replica a moment ago."""


@dataclass(frozen=True, slots=True)
class Issued:
    """One edition as it was issued.

    ``taken_in_at`` is the instant up to which events were taken in: the cut-off, for a supplement a later one;
    ``version`` and ``chain`` are those of the last of them. ``previous_meeting`` is the meeting whose pack it was
    compared with. The meeting's date and time are those at the time of issue, and so are ``issue_on`` and ``quarter``,
    whatever was amended since; an edition from before these were kept has none.
    """

    partnership: str
    meeting: str
    supplement: int
    meeting_on: date
    meeting_time: time
    place: str | None
    cut_off: datetime
    taken_in_at: datetime
    issued_at: datetime
    version: int
    chain: str
    previous_meeting: str | None
    template: str
    recipients: tuple[str, ...]
    files: tuple[PackFile, ...]
    issue_on: date | None = None
    quarter: str | None = None

    @property
    def reference(self) -> str:
        """``LAP-B07-PACK`` or ``LAP-B07-PACK-S1``."""
        return pack_reference(self.meeting, self.supplement)

    @property
    def path(self) -> str:
        """Where the edition's page lies below the public address."""
        supplement = f"/supplements/{self.supplement}" if self.supplement else ""
        return f"/packs/{self.partnership}/{short(self.partnership, self.meeting)}{supplement}"

    def notice(self, calendar: Calendar) -> MeetingNotice:
        """Return the notice of the meeting from which the edition was made."""
        return MeetingNotice(self.meeting, self.meeting_on, self.meeting_time, self.place, self._timetable(calendar))

    def _timetable(self, calendar: Calendar) -> Timetable:
        if self.issue_on is None or self.quarter is None:
            return calendar.timetable(self.meeting_on)
        issue_at = max(calendar.instant(self.issue_on, ISSUE_TIME), self.cut_off)
        return Timetable(self.issue_on, self.cut_off, issue_at, calendar.quarter(self.quarter))


def described(files: Mapping[str, bytes]) -> tuple[PackFile, ...]:
    """Return name, size and SHA-256 of each file, by name."""
    return tuple(
        PackFile(name=name, size=len(content), sha256=sha256(content).hexdigest())
        for name, content in sorted(files.items())
    )


def store(connection: Connection, edition: Issued, files: Mapping[str, bytes]) -> None:
    """Store an edition with its files. Raises AlreadyIssued; the transaction is then good for nothing else."""
    identity = {"partnership": edition.partnership, "meeting": edition.meeting, "supplement": edition.supplement}
    try:
        connection.execute(insert(_editions), identity | _row(edition))
    except IntegrityError as error:
        raise AlreadyIssued(f"{edition.reference} has been issued") from error
    _contents.put(connection, [files[file.name] for file in edition.files])
    if edition.issue_on is not None:
        connection.execute(insert(_notices), {**identity, "issue_on": edition.issue_on, "quarter": edition.quarter})
    connection.execute(insert(_files), [identity | file.model_dump() for file in edition.files])


def editions(connection: Connection, partnership: str, meeting: str | None = None) -> list[Issued]:
    """Return the editions of a partnership, or of one meeting: by cut-off, each pack before its supplements."""
    columns = _editions.c
    query = _with_notices.where(columns.partnership == partnership)
    if meeting is not None:
        query = query.where(columns.meeting == meeting)
    order = (columns.cut_off, columns.meeting) if meeting is None else ()
    return _issued(connection, query.order_by(*order, columns.supplement))


def count(connection: Connection, partnership: str) -> int:
    """Return how many editions of a partnership have been issued."""
    return connection.execute(_count, {"of": partnership}).scalar_one()


def edition(connection: Connection, partnership: str, meeting: str, supplement: int = 0) -> Issued | None:
    """Return one edition, None where it has not been issued."""
    return next((each for each in editions(connection, partnership, meeting) if each.supplement == supplement), None)


def last_before(connection: Connection, partnership: str, cut_off: datetime) -> Issued | None:
    """Return the last pack that was issued with a cut-off before this one: what a new pack is compared with."""
    columns = _editions.c
    query = (
        _with_notices.where(columns.partnership == partnership, columns.supplement == 0, columns.cut_off < cut_off)
        .order_by(columns.cut_off.desc(), columns.meeting.desc())
        .limit(1)
    )
    return next(iter(_issued(connection, query)), None)


def content(connection: Connection, file: PackFile) -> bytes:
    """Return the bytes of an edition's file, as they were issued. Raises ContentDamaged where they are no longer."""
    return _contents.get(connection, file.sha256)


def _row(edition: Issued) -> dict[str, object]:
    return {
        "meeting_on": edition.meeting_on,
        "meeting_time": edition.meeting_time,
        "place": edition.place,
        "cut_off": edition.cut_off,
        "taken_in_at": edition.taken_in_at,
        "issued_at": edition.issued_at,
        "version": edition.version,
        "chain": edition.chain,
        "previous_meeting": edition.previous_meeting,
        "template": edition.template,
        "recipients": " ".join(edition.recipients),
    }


def taken_in(connection: Connection, partnership: str) -> dict[str, datetime]:
    """Return by meeting the latest instant up to which one of its editions took in what was recorded."""
    columns = _editions.c
    query = select(columns.meeting, func.max(columns.taken_in_at)).where(columns.partnership == partnership)
    return {row[0]: row[1] for row in connection.execute(query.group_by(columns.meeting))}


def _issued(connection: Connection, query: Select[Any]) -> list[Issued]:
    """Return the editions that ``query`` finds, all of one partnership, each with its files."""
    rows = connection.execute(query).mappings().all()
    files = _files_of(connection, rows)
    return [
        Issued(
            **{**row, "recipients": tuple(row["recipients"].split())},
            files=tuple(files[row["meeting"], row["supplement"]]),
        )
        for row in rows
    ]


def _files_of(connection: Connection, rows: Sequence[RowMapping]) -> Mapping[tuple[str, int], Sequence[PackFile]]:
    columns = _files.c
    query = (
        select(columns.meeting, columns.supplement, columns.name, columns.size, columns.sha256)
        .where(columns.partnership.in_({row["partnership"] for row in rows}))
        .where(columns.meeting.in_({row["meeting"] for row in rows}))
        .order_by(columns.name)
    )
    found: defaultdict[tuple[str, int], list[PackFile]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.meeting, row.supplement].append(PackFile(name=row.name, size=row.size, sha256=row.sha256))
    return found


for _table in (_editions, _notices, _files, _contents.table):
    refuse_changes(_table, "an issued pack never changes")
