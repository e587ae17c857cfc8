"""A real PostgreSQL server, from the packages of the system, with its data in a directory of its own."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import time
from datetime import datetime
from functools import cache
from pathlib import Path

import psycopg

from tests.parts.child import HOST, POLL_SECONDS, ChildServer

SUPERUSER = "concordat"
#: PostgreSQL refuses to run as root; Debian's package makes the first of these, every system has the second.
USERS_INSTEAD_OF_ROOT = ("postgres", "nobody")
#: How long whoever is cut off from a database may take to let go of it.
TERMINATED_MS = 30_000
DEBIAN_BINARIES = "/usr/lib/postgresql"


class PostgresServer(ChildServer):
    """One PostgreSQL server; ``directory`` must be one that an ordinary user can reach.

    Without ``durable`` it does not wait for the disk: a killed server loses nothing that it
    committed, only a machine without power would. One that keeps an archive copies its log of
    writes there, as docs/operations.md has it.
    """

    name = "postgres"
    stop_signal = signal.SIGINT
    # A killed postmaster leaves its children behind; SIGQUIT ends all of them at once, without a
    # checkpoint, so that the next start recovers as from a crash.
    kill_signal = signal.SIGQUIT

    def __init__(self, directory: Path, *, durable: bool = False, archiving: bool = False) -> None:
        super().__init__(directory)
        self._durable = durable
        self._archiving = archiving
        self._numbers = itertools.count(1)
        self._emptied: list[str] = []
        self._binaries = postgres_binaries()
        self._initialise()
        if archiving:
            self.archive.mkdir()
            if (user := self.run_as()) is not None:
                shutil.chown(self.archive, user)

    @property
    def archive(self) -> Path:
        """Where a server that keeps an archive keeps it."""
        return self.directory / "archive"

    def create_database(self) -> str:
        """Return the SQLAlchemy URL of an empty database, which no database had before."""
        name = f"test_{next(self._numbers)}"
        if self._emptied:
            self._administer(f'ALTER DATABASE "{self._emptied.pop()}" RENAME TO "{name}"')
        else:
            self._administer(f'CREATE DATABASE "{name}" TEMPLATE template0')
        return f"postgresql+psycopg://{SUPERUSER}@{HOST}:{self.port}/{name}"

    def drop_database(self, url: str) -> None:
        """Have nothing at ``url`` any more, whoever is still connected to it.

        What is left of the database is emptied and becomes the next one: to create one takes a tenth of a second of the
        processor, to empty it a hundredth.
        """
        dropped, left = url.rpartition("/")[2], f"left_{next(self._numbers)}"
        self._administer(
            f'ALTER DATABASE "{dropped}" ALLOW_CONNECTIONS false',
            f"SELECT pg_terminate_backend(pid, {TERMINATED_MS}) FROM pg_stat_activity WHERE datname = '{dropped}'",
            f'ALTER DATABASE "{dropped}" RENAME TO "{left}"',
            f'ALTER DATABASE "{left}" ALLOW_CONNECTIONS true',
        )
        with self._connect(left) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        self._emptied.append(left)

    def back_up(self, folder: Path) -> None:
        """Copy the whole server, as it is at one instant, into a folder that is not there yet."""
        subprocess.run(
            [
                *(self._binaries / "pg_basebackup", "--pgdata", folder, "--checkpoint=fast", "--no-sync"),
                *("--host", HOST, "--port", str(self.port), "--username", SUPERUSER),
            ],
            cwd=self.directory,
            user=self.run_as(),
            capture_output=True,
            check=True,
        )

    def restore(self, folder: Path) -> None:
        """Have the server, which does not run, be the one that was backed up."""
        shutil.rmtree(self._data)
        shutil.move(folder, self._data)

    def archived(self) -> datetime:
        """Return an instant of now, up to which the archive has everything.

        It has a commit of after that instant too: recovery that finds none does not know that it has come so far.
        """
        with self._connect() as connection:
            [[at]] = connection.execute("SELECT clock_timestamp()").fetchall()
            connection.execute("SELECT pg_current_xact_id()")
            [[segment]] = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchall()
        while not (self.archive / segment).exists():
            time.sleep(POLL_SECONDS)
        assert isinstance(at, datetime)
        return at

    def restore_to(self, at: datetime, folder: Path) -> None:
        """Have the server, which does not run, be what it was at an instant after that of the backup in ``folder``."""
        self.restore(folder)
        with (self._data / "postgresql.auto.conf").open("a") as settings:
            settings.write(
                f"restore_command = 'cp {self.archive}/%f %p'\n"
                f"recovery_target_time = '{at.isoformat()}'\n"
                "recovery_target_action = 'promote'\n"
            )
        (self._data / "recovery.signal").touch()

    def command(self) -> list[str | Path]:
        settings = {
            "listen_addresses": HOST,
            "port": str(self.port),
            "unix_socket_directories": os.fspath(self.directory),
            "shared_buffers": "32MB",
            "max_connections": "300",
            "timezone": "UTC",
        }
        if not self._durable:
            settings |= {"fsync": "off", "full_page_writes": "off"}
        if self._archiving:
            copied = f"test ! -f {self.archive}/%f && cp %p {self.archive}/%f"
            settings |= {"archive_mode": "on", "archive_command": copied, "full_page_writes": "on"}
        options = [f"--{name}={value}" for name, value in settings.items()]
        return [self._binaries / "postgres", "-D", self._data, *options]

    def answers(self) -> bool:
        try:
            with self._connect() as connection:
                [[recovering]] = connection.execute("SELECT pg_is_in_recovery()").fetchall()
                return not recovering
        except psycopg.OperationalError:
            return False

    def run_as(self) -> str | None:
        if os.geteuid() != 0:
            return None
        known = {entry.pw_name for entry in pwd.getpwall()}
        return next(user for user in USERS_INSTEAD_OF_ROOT if user in known)

    @property
    def _data(self) -> Path:
        return self.directory / "data"

    def _initialise(self) -> None:
        if (user := self.run_as()) is not None:
            shutil.chown(self.directory, user)
        made = subprocess.run(
            [
                *(self._binaries / "initdb", "--pgdata", self._data, "--username", SUPERUSER, "--auth", "trust"),
                *("--encoding", "UTF8", "--no-locale", "--no-sync"),
            ],
            cwd=self.directory,
            user=user,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode != 0:
            raise RuntimeError(f"initdb failed:\n{made.stdout}{made.stderr}")

    def _connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(host=HOST, port=self.port, user=SUPERUSER, dbname=database, autocommit=True)

    def _administer(self, *statements: str) -> None:
        with self._connect() as connection:
            for statement in statements:
                connection.execute(statement.encode())


@cache
def postgres_binaries() -> Path:
    """Return the directory of ``initdb`` and ``postgres``: Debian's newest version, else what is on the PATH.

    Raises RuntimeError when there is none.
    """
    installed = [binary.parent for binary in Path(DEBIAN_BINARIES).glob("*/bin/initdb")]
    if installed:
        return max(installed, key=lambda directory: int(directory.parent.name))
    if (on_path := shutil.which("initdb")) is not None:
        return Path(on_path).resolve().parent
    raise RuntimeError(
        "PostgreSQL is missing: install it (Debian: apt-get install postgresql), "
        "or leave its tests out with WITHOUT_POSTGRES=1"
    )
