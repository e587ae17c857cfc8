"""The folder of a demonstration: what lies in it, and how far a demonstration in it has got."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from services.cli import mail_links
from services.cli.errors import CommandError
from services.runtime.base import private_files
from services.runtime.base.private_files import NotPrivate

_STAMP = ".concordat-demo"
_LOADED = "loaded.json"
_ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A history that was played to its end: up to which instant of its own clock, and when that was in real time."""

    file: str
    until: datetime
    at: datetime

    def reads(self, now: datetime) -> datetime:
        """Return what the demonstration's clock reads at ``now``: it has run on since the history ended."""
        return self.until + max(now - self.at, timedelta(0))


class DemoFolder:
    """One demonstration's folder, held against others. A context manager."""

    def __init__(self, folder: Path) -> None:
        self.path = folder.absolute()
        self._stamp: IO[bytes] | None = None

    @property
    def services(self) -> Path:
        """Where the databases and the NATS server's store lie."""
        return self.path / "services"

    @property
    def packs(self) -> Path:
        """Where the packs lie, each in a folder of its own."""
        return self.path / "packs"

    @property
    def mail(self) -> Path:
        """Where the e-mails lie."""
        return self.path / "mail"

    def __enter__(self) -> Self:
        try:
            private_files.make_folder(self.path)
            if not (self.path / _STAMP).exists() and any(self.path.iterdir()):
                raise CommandError(f"{self.path} holds other things; give an empty folder with --data")
            private_files.own_folder(self.path)
            self._stamp = (self.path / _STAMP).open("ab")
            fcntl.flock(self._stamp, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(
                f"a demonstration runs in {self.path} already; stop it, or give another --data"
            ) from None
        except NotPrivate as reason:
            raise CommandError(str(reason)) from None
        except OSError as error:
            raise CommandError(f"{self.path} cannot be used: {(error.strerror or str(error)).lower()}") from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stamp is not None:
            self._stamp.close()

    def loaded(self, content: bytes) -> Loaded | None:
        """Return how far this programme file was played here; None where it was not, or not to its end.

        Raises CommandError where another file was.
        """
        try:
            written = json.loads((self.path / _LOADED).read_text())
            loaded = Loaded(
                written["file"], datetime.fromisoformat(written["until"]), datetime.fromisoformat(written["at"])
            )
        except FileNotFoundError:
            return None
        except (ValueError, LookupError, TypeError):
            raise CommandError(f"{self.path / _LOADED} cannot be read; remove the folder to begin anew") from None
        if loaded.file != _fingerprint(content):
            raise CommandError(
                f"{self.path} holds the demonstration of another programme file, or of an earlier version of this one;"
                " remove the folder, or give another with --data"
            )
        return loaded

    def note_loaded(self, content: bytes, until: datetime, at: datetime) -> None:
        """Write down, once and for all, that a file was played to its end."""
        written = {"file": _fingerprint(content), "until": until.isoformat(), "at": at.isoformat()}
        beside = self.path / f"{_LOADED}.part"
        with beside.open("w") as file:
            json.dump(written, file)
            file.flush()
            os.fsync(file.fileno())
        beside.rename(self.path / _LOADED)

    def have_links_lead_to(self, address: str) -> None:
        """Have all links in the e-mails here that led to an address of the demonstration lead to this one.

        As long as that goes on, every address to which some may lead is written down, for the next start.
        """
        path = self.path / _ADDRESS
        before = [each for each in path.read_text().split() if each != address] if path.exists() else []
        self._note_addresses(*before, address)
        for each in before:
            mail_links.lead_to(self.mail, each, address)
        self._note_addresses(address)

    def _note_addresses(self, *addresses: str) -> None:
        beside = self.path / f"{_ADDRESS}.part"
        beside.write_text("".join(f"{each}\n" for each in addresses))
        beside.rename(self.path / _ADDRESS)

    def clear(self) -> bool:
        """Remove what a start that was interrupted left behind; say whether there was anything."""
        left = [path for path in (self.services, self.packs, self.mail) if path.exists()]
        for path in left:
            shutil.rmtree(path)
        return bool(left)


def _fingerprint(content: bytes) -> str:
    return sha256(content).hexdigest()
