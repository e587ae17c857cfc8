"""``concordat restore``: a deployment from a backup, into a data folder that holds none."""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from services.cli.backup import ends_of
from services.cli.backup_folder import End, Manifest, compared, read_manifest, sync_folder
from services.cli.counting import counted
from services.cli.databases import SCHEMAS, look_into, url_of
from services.cli.errors import CommandError
from services.cli.findings import Finding
from services.cli.operator_host import quietly
from services.cli.restored import sent_or_complain, told
from services.cli.resumption import Resumed, resume
from services.cli.verification import of_log
from services.runtime.base import private_files
from services.runtime.base.failpoints import reached
from services.runtime.base.restoring import STAGING
from services.runtime.base.settings import Settings, load_settings, variable
from services.runtime.process.embedded_nats import EmbeddedNats
from services.runtime.store.event_store import EventStore
from services.runtime.store.schema import SchemaState, UnfitSchema

_BESIDE = ("", "-wal", "-shm", "-journal")


def run(options: argparse.Namespace) -> int:
    """Restore a backup, or say whether that could be done."""
    if options.check:
        findings = list(_findings(options.folder))
        for finding in findings:
            print(finding.told)
        return 0 if all(finding.holds for finding in findings) else 1
    settings, lost_at = quietly(load_settings()), options.lost_at or datetime.now(UTC)
    manifest = _read(options.folder)
    _check_place(settings, manifest)
    done = _put_in_place(settings, options.folder, manifest, lost_at)
    print(f"Restored into {settings.data_dir}: as of {manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC.")
    for code, end in manifest.logs["programme"].items():
        print(f"{code}: {counted(end.version, 'event')}.")
    for line in told(settings, done, lost_at):
        print(line)
    print(sent_or_complain(settings))
    print("Now start the services, and run concordat verify.")
    return 0


def _read(folder: Path) -> Manifest:
    """Return the manifest of a backup that is whole and fits this version. Raises CommandError."""
    manifest = read_manifest(folder)
    if wrong := [each.told for each in (*compared(folder, manifest), *_schemas(folder, manifest)) if not each.holds]:
        raise CommandError("; ".join(wrong))
    return manifest


def _findings(folder: Path) -> Iterator[Finding]:
    """Yield whether a backup is whole, fits this version and holds logs that nobody has altered."""
    manifest = read_manifest(folder)
    files = list(compared(folder, manifest))
    yield from files
    if not all(each.holds for each in files):
        return
    yield from _schemas(folder, manifest)
    for log, ends in manifest.logs.items():
        file = manifest.databases()[log]
        yield from look_into(folder / file.name, partial(_chains, log, ends))


def _schemas(folder: Path, manifest: Manifest) -> Iterator[Finding]:
    """Yield what of a backup this version cannot work with."""
    for name, file in manifest.databases().items():
        if (path := folder / file.name).is_file() and (why := _unfit(name, path)) is not None:
            yield Finding(False, why)


def _unfit(name: str, file: Path) -> str | None:
    if look_into(file, SCHEMAS[name].standing) is not SchemaState.UNKNOWN:
        return None
    try:
        look_into(file, SCHEMAS[name].check)
    except UnfitSchema as why:
        return str(why)
    return None


def _chains(log: str, ends: Mapping[str, End], connection: Connection) -> list[Finding]:
    held = ends_of(log, connection)
    as_told = all(held.get(code) == end for code, end in ends.items())
    ending = [] if as_told else [Finding(False, f"the log of {log} does not end as the manifest says")]
    return [*ending, *(of_log(EventStore(log), code, connection) for code in held)]


def _check_place(settings: Settings, manifest: Manifest) -> None:
    """Raise CommandError where the settings lead elsewhere, or where anything would be written over."""
    folder = settings.data_dir.absolute()
    for name in SCHEMAS:
        if url_of(settings, name) != f"sqlite:///{folder / name}.db":
            raise CommandError(
                f"{variable(f'{name}_database_url')} does not lead to {name}.db in {folder}, and a backup is restored"
                " into one folder; leave it out, or see docs/operations.md for databases that lie elsewhere"
            )
    if EmbeddedNats.beside(folder / "nats") is not None:
        raise CommandError(f"services run in {folder}; stop them first")
    if (folder / STAGING).exists():
        return  # what lies there was put there by a restore that was interrupted, and nothing has begun with it
    names = [f"{file.name}{beside}" for file in manifest.files for beside in _BESIDE]
    if there := [name for name in names if (folder / name).exists()]:
        raise CommandError(
            f"{', '.join(there)} {'is' if len(there) == 1 else 'are'} in {folder} already, and nothing is written over;"
            " move it away, or name an empty folder with CONCORDAT_DATA_DIR"
        )


def _put_in_place(settings: Settings, backup: Path, manifest: Manifest, lost_at: datetime) -> Resumed:
    """Make the databases ready beside the place where they belong, then move them there.

    Until all are there, services and commands refuse to begin. Raises CommandError.
    """
    private_files.keep_to_owner()
    private_files.own_folder(settings.data_dir)
    staging = settings.data_dir.absolute() / STAGING
    was_interrupted = staging.exists()
    try:
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir()
        for file in manifest.files:
            shutil.copyfile(backup / file.name, staging / file.name)
        done = resume(_within(settings, staging), lost_at)
    except BaseException as error:
        if not was_interrupted:
            shutil.rmtree(staging, ignore_errors=True)
        if isinstance(error, OSError):
            raise CommandError(f"the backup cannot be restored into {settings.data_dir} ({error.strerror})") from None
        raise
    _move_all(staging, settings.data_dir)
    return done


def _within(settings: Settings, staging: Path) -> Settings:
    """Return settings that lead to the databases in another folder, which are migrated there."""
    urls = {f"{name}_database_url": f"sqlite:///{staging / name}.db" for name in SCHEMAS}
    return settings.model_copy(update={**urls, "migrate_at_start": True})


def _move_all(staging: Path, folder: Path) -> None:
    for file in sorted(staging.iterdir()):
        for beside in _BESIDE[1:]:
            (folder / f"{file.name}{beside}").unlink(missing_ok=True)
        with file.open("rb") as written:
            os.fsync(written.fileno())
        file.replace(folder / file.name)
        reached("restore.moved")
    sync_folder(folder)
    staging.rmdir()
    sync_folder(folder)
