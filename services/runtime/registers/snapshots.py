"""Snapshots: registers as they stood at a version, which save folding a log from its first event.

They are a cache, tagged with the format of what is in them, and may be deleted at any time. A service that holds them
in a database of its own has them written by its writer, behind what people wait for.
"""

from __future__ import annotations

import asyncio
import pickle
import platform
import zlib
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

import structlog
from sqlalchemy import BigInteger, Column, Connection, LargeBinary, MetaData, String, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from domain.register import REGISTER_FORMAT
from services.runtime.base.gc_control import without_collecting
from services.runtime.registers.live_register import LiveRegister
from services.runtime.store.database import Database, Overloaded, Unavailable

metadata = MetaData()
_snapshots = Table(
    "register_snapshots",
    metadata,
    Column("partnership", String(64), primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("format", String(64), primary_key=True),
    Column("register", LargeBinary, nullable=False),
)

_Row = dict[str, Any]
_FORMAT = f"{REGISTER_FORMAT} packed by Python {'.'.join(platform.python_version_tuple()[:2])}"
_FASTEST = 1
_WORTH_KEEPING = 2_000  # events folded on top of a snapshot before another one pays
_KEPT = 8
_ROLLING_SECONDS = 3_600.0
_log = structlog.get_logger(__name__)


def begin_with_nearest(connection: Connection, live: LiveRegister, version: int) -> None:
    """Have an empty register begin with the latest snapshot at or before ``version``, if there is one."""
    columns = _snapshots.c
    packed = connection.scalar(
        select(columns.register)
        .where(columns.partnership == live.partnership, columns.version <= version, columns.format == _FORMAT)
        .order_by(columns.version.desc())
        .limit(1)
    )
    if packed is None:
        return
    try:
        with without_collecting():
            live.begin_with(pickle.loads(zlib.decompress(bytes(packed))))  # noqa: S301 - written here, into our database
    except Exception as reason:  # noqa: BLE001 - a cache that cannot be read is a cache that is not there
        _log.warning("a snapshot could not be read", partnership=live.partnership, reason=str(reason))
        live.begin_anew()


def keep_of(database: Database, live: LiveRegister, folded: int) -> None:
    """Have a snapshot written of a register that is held, where so much was folded on top of the last that it pays.

    All that is in the register is committed. Nobody waits for the snapshot; where writing it fails it is not there.
    """
    if folded < _WORTH_KEEPING:
        return
    packed = zlib.compress(pickle.dumps(live.contents(), protocol=pickle.HIGHEST_PROTOCOL), _FASTEST)
    snapshot = {"partnership": live.partnership, "version": live.version, "format": _FORMAT, "register": packed}
    try:
        written = database.hand_in(lambda connection: _store(connection, snapshot))
    except (Overloaded, Unavailable) as reason:
        _was_not_kept(snapshot, reason)
    else:
        written.add_done_callback(lambda done: _say_if_not_kept(snapshot, done))


def forget_all(connection: Connection) -> None:
    """Forget every snapshot."""
    connection.execute(delete(_snapshots))


def forget_other_formats_later(database: Database, seconds: float = _ROLLING_SECONDS) -> asyncio.TimerHandle:
    """Have those snapshots forgotten in an hour that another version made, or another Python.

    Until then replicas of that version may be running beside this one, or come back.
    """
    return asyncio.get_running_loop().call_later(seconds, _forget_other_formats, database)


def _forget_other_formats(database: Database) -> None:
    """Nobody waits for it; where nothing can be written they stay until a later start."""
    with suppress(Overloaded, Unavailable):
        database.hand_in(
            lambda connection: connection.execute(delete(_snapshots).where(_snapshots.c.format != _FORMAT))
        )


def forget(connection: Connection, partnership: str) -> None:
    """Forget the snapshots of a partnership whose log is made anew."""
    connection.execute(delete(_snapshots).where(_snapshots.c.partnership == partnership))


def _store(connection: Connection, snapshot: _Row) -> None:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(insert(_snapshots).values(snapshot).on_conflict_do_nothing())
    columns = _snapshots.c
    of = columns.partnership == snapshot["partnership"]
    kept = select(columns.version).where(of).order_by(columns.version.desc()).limit(_KEPT)
    connection.execute(delete(_snapshots).where(of, columns.version.not_in(connection.scalars(kept).all())))


def _say_if_not_kept(snapshot: _Row, written: Future[Any]) -> None:
    if (reason := written.exception()) is not None:
        _was_not_kept(snapshot, reason)


def _was_not_kept(snapshot: _Row, reason: BaseException) -> None:
    _log.debug("a snapshot was not kept", partnership=snapshot["partnership"], reason=str(reason))
