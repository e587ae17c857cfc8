"""``concordat backup``: all databases of a deployment at one instant, in a folder that can be proved."""

from __future__ import annotations

import argparse
import shutil
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, inspect, make_url, select

from services.cli.backup_folder import End, Manifest, described, made_whole, write_manifest
from services.cli.counting import counted
from services.cli.databases import SCHEMAS, is_there, look_into, url_of
from services.cli.errors import CommandError
from services.cli.operator_host import settings_of_deployment
from services.runtime.base.settings import Settings
from services.runtime.base.trouble import in_words
from services.runtime.base.version import product_version
from services.runtime.store.event_store import EventStore
from services.runtime.store.one_instant import TooBusy, copy_at_one_instant
from services.runtime.store.schema import revision_of

LOGS = ("programme", "reporting")
SIGNING_KEY = "signing-key.pem"


def run(options: argparse.Namespace) -> int:
    """Make a backup and say what is in it."""
    settings = settings_of_deployment()
    files = files_of(settings)
    with made_whole(options.folder) as folder:
        manifest = _filled(folder, settings, files)
    size = sum(file.size for file in manifest.files)
    as_of = f"{counted(len(files), 'database')} as of {manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC"
    print(f"Backed up into {options.folder}: {as_of}, {counted(size, 'byte')}.")
    for code, end in manifest.logs["programme"].items():
        print(f"{code}: {counted(end.version, 'event')}.")
    return 0


def files_of(settings: Settings) -> dict[str, Path]:
    """Return the file of each database that is there, by name, in the order in which services hold several of them.

    Raises CommandError where a database is no file, or there is none of programme's.
    """
    elsewhere = [name for name in SCHEMAS if make_url(url_of(settings, name)).get_backend_name() != "sqlite"]
    if elsewhere:
        raise CommandError(
            f"the databases of {', '.join(elsewhere)} are PostgreSQL's, which has its own backup: pg_basebackup, as"
            " docs/operations.md says under Backups"
        )
    there = {name: Path(make_url(url_of(settings, name)).database or "") for name in SCHEMAS}
    if not is_there(url_of(settings, "programme")):
        raise CommandError(f"there is no database {there['programme']}; CONCORDAT_DATA_DIR names the folder")
    return {name: file for name, file in there.items() if file.is_file()}


def _filled(folder: Path, settings: Settings, files: Mapping[str, Path]) -> Manifest:
    copies = {name: folder / f"{name}.db" for name in files}
    taken_at = _copied({file: copies[name] for name, file in files.items()})
    kept = [
        described(copy, database=name, schema_revision=look_into(copy, revision_of)) for name, copy in copies.items()
    ]
    if settings.signing_key_file is None and (key := settings.data_dir / SIGNING_KEY).is_file():
        kept.append(described(shutil.copyfile(key, folder / SIGNING_KEY)))
    logs = {name: look_into(copies[name], partial(ends_of, name)) for name in LOGS if name in copies}
    manifest = Manifest(concordat=product_version(), taken_at=taken_at, files=tuple(kept), logs=logs)
    write_manifest(folder, manifest)
    return manifest


def _copied(copies: Mapping[Path, Path]) -> datetime:
    try:
        return copy_at_one_instant(copies)
    except TooBusy:
        raise CommandError("the databases are too busy: no instant was found at which nothing was written") from None
    except sqlite3.Error as error:
        raise CommandError(f"the databases cannot be copied ({in_words(error)}); no backup was made") from None


def ends_of(log: str, connection: Connection) -> dict[str, End]:
    """Return where the log of each partnership ends, by its code."""
    store = EventStore(log)
    if not inspect(connection).has_table(store.heads.name):
        return {}
    heads = select(store.heads.c.partnership, store.heads.c.version, store.heads.c.chain)
    ended = connection.execute(heads.order_by(store.heads.c.partnership))
    return {row.partnership: End(version=row.version, chain=row.chain) for row in ended}
