"""The registers that reporting computes from: the live one of each partnership, and that of any earlier instant.

Both are folds of the journal and nothing else. Snapshots save reading it from its first event: a cache, tagged with the
register's format, that may be deleted at any time.
"""

from __future__ import annotations

import pickle
import platform
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import TypeVar

import structlog
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError

from domain.register import REGISTER_FORMAT, Register, fold
from services.reporting import journal
from services.runtime.base.gc_control import without_collecting
from services.runtime.store.database import Database, Overloaded, Unavailable

T = TypeVar("T")
Row = dict[str, object]

metadata = MetaData()
_snapshots = Table(
    "register_snapshots",
    metadata,
    Column("partnership", String(64), primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("format", String(64), primary_key=True),
    Column("register", LargeBinary, nullable=False),
)

_FORMAT = f"{REGISTER_FORMAT} pickled by Python {'.'.join(platform.python_version_tuple()[:2])}"
_WORTH_KEEPING = 2_000  # events folded on top of a snapshot before another one pays
_KEPT = 8
_log = structlog.get_logger(__name__)


class NoSuchPartnership(LookupError):
    """The journal holds no partnership of this code, or nothing yet that would form it."""


class _Live:
    """One partnership's register in memory and the lock under which it is read and brought up to date."""

    def __init__(self, code: str) -> None:
        self.register = Register(code)
        self.lock = Lock()


class Registers:
    """The registers of every partnership. All methods are synchronous and may be called from any thread."""

    def __init__(self, database: Database, *, in_memory: int = 64) -> None:
        self._database = database
        self._in_memory = in_memory
        self._live: OrderedDict[str, _Live] = OrderedDict()
        self._lock = Lock()

    def view(self, partnership: str, question: Callable[[Register], T]) -> T:
        """Return what ``question`` finds in the live register, which holds all that the journal does.

        ``question`` must neither change the register nor keep hold of it. Raises NoSuchPartnership.
        """
        live = self._live_one(partnership)
        with live.lock:
            snapshot = self._database.read_sync(lambda connection: _catch_up(connection, live))
            if live.register.formed is None:
                raise NoSuchPartnership(partnership)
            answer = question(live.register)
        if snapshot is not None:
            self._keep(snapshot)
        return answer

    def at_version(self, partnership: str, version: int, onward: Register | None = None) -> Register:
        """Return a register of the caller's own as it stood after ``version``.

        ``onward`` is such a register of an earlier version: it is brought forward and is the one returned.
        """

        def folded(connection: Connection) -> tuple[Register, int]:
            register = onward if onward is not None and onward.position.version <= version else None
            register = register or _nearest(connection, partnership, version) or Register(partnership)
            began_at = register.position.version
            with without_collecting():
                events = journal.read(connection, partnership, began_at, version)
                return fold(partnership, events, register), began_at

        register, began_at = self._database.read_sync(folded)
        if register.position.version - began_at >= _WORTH_KEEPING:
            self._keep(_snapshot_of(register))
        return register

    def at(self, partnership: str, instant: datetime) -> Register:
        """Return a register of the caller's own, of all that was recorded at or before ``instant``."""
        return self.at_version(partnership, self.version_at(partnership, instant))

    def version_at(self, partnership: str, instant: datetime) -> int:
        """Return the version of the last event that was recorded at or before ``instant``; 0 where there is none."""
        return self._database.read_sync(lambda connection: journal.version_at(connection, partnership, instant))

    def forget(self) -> None:
        """Drop what is in memory; it is folded from the journal again when it is next asked for."""
        with self._lock:
            self._live.clear()

    def _live_one(self, partnership: str) -> _Live:
        with self._lock:
            live = self._live.get(partnership) or _Live(partnership)
            self._live[partnership] = live
            self._live.move_to_end(partnership)
            while len(self._live) > self._in_memory:
                self._live.popitem(last=False)
            return live

    def _keep(self, snapshot: Row) -> None:
        try:
            self._database.write_sync(lambda connection: _store(connection, snapshot))
        except (IntegrityError, Overloaded, Unavailable) as reason:
            _log.debug("a snapshot was not kept", partnership=snapshot["partnership"], reason=str(reason))


def clear_snapshots(connection: Connection) -> None:
    """Forget every snapshot."""
    connection.execute(delete(_snapshots))


def forget_other_formats(connection: Connection) -> None:
    """Forget the snapshots that another version made, or another Python: nobody reads them any more."""
    connection.execute(delete(_snapshots).where(_snapshots.c.format != _FORMAT))


def rewind(connection: Connection, partnership: str) -> None:
    """Forget the snapshots of a partnership whose journal is made anew."""
    connection.execute(delete(_snapshots).where(_snapshots.c.partnership == partnership))


def _catch_up(connection: Connection, live: _Live) -> Row | None:
    """Bring a live register to the end of the journal; return its snapshot where that was much work."""
    code = live.register.code
    last = journal.head(connection, code)
    if last is None:
        live.register = Register(code)
        return None
    version, chain, _ = live.register.position
    if version and chain != (last.chain if version == last.version else journal.chain_at(connection, code, version)):
        live.register = Register(code)  # the journal is that of another history than it was
    if live.register.position.version == 0:
        live.register = _nearest(connection, code, last.version) or live.register
    began_at = live.register.position.version
    if began_at < last.version:
        # Should reading fail half way, the events that were applied were the next ones: it goes on from there.
        with without_collecting():
            fold(code, journal.read(connection, code, began_at, last.version), live.register)
    return _snapshot_of(live.register) if last.version - began_at >= _WORTH_KEEPING else None


def _nearest(connection: Connection, partnership: str, version: int) -> Register | None:
    """Return the register of the latest snapshot at or before ``version``."""
    columns = _snapshots.c
    blob = connection.scalar(
        select(columns.register)
        .where(columns.partnership == partnership, columns.version <= version, columns.format == _FORMAT)
        .order_by(columns.version.desc())
        .limit(1)
    )
    if blob is None:
        return None
    try:
        with without_collecting():
            register = pickle.loads(bytes(blob))  # noqa: S301 - written below, into this service's own database
    except Exception as reason:  # noqa: BLE001 - a cache that cannot be read is a cache that is not there
        _log.warning("a snapshot could not be read", partnership=partnership, reason=str(reason))
        return None
    return register if isinstance(register, Register) else None


def _snapshot_of(register: Register) -> Row:
    return {
        "partnership": register.code,
        "version": register.position.version,
        "format": _FORMAT,
        "register": pickle.dumps(register, protocol=pickle.HIGHEST_PROTOCOL),
    }


def _store(connection: Connection, snapshot: Row) -> None:
    connection.execute(insert(_snapshots), snapshot)
    columns = _snapshots.c
    of = columns.partnership == snapshot["partnership"]
    kept = select(columns.version).where(of).order_by(columns.version.desc()).limit(_KEPT)
    connection.execute(delete(_snapshots).where(of, columns.version.not_in(connection.scalars(kept).all())))
