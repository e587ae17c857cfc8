"""The folder of a backup: its manifest, and what lies in it beside what the manifest says."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from services.cli.errors import CommandError
from services.cli.findings import Finding
from services.runtime.base.private_files import write_private

MANIFEST = "manifest.json"


def _name_alone(name: str) -> str:
    if Path(name).name != name or name == MANIFEST:
        raise ValueError("not the name of a file in the folder")
    return name


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Format(_Part):
    """Which kind of manifest it is; another version is for another Concordat."""

    name: Literal["concordat-backup"] = "concordat-backup"
    version: Literal[1] = 1


class BackedUpFile(_Part):
    """One file by name, size in bytes and SHA-256. ``schema_revision`` is a database's; None where it bears none."""

    name: Annotated[str, AfterValidator(_name_alone)]
    size: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    database: str | None = None
    schema_revision: str | None = None


class End(_Part):
    """Where a partnership's log ends: the version of its last event, and its chain value."""

    version: Annotated[int, Field(ge=1)]
    chain: str


class Manifest(_Part):
    """What a backup holds, and of which instant. ``logs`` has the end of each log by service and partnership."""

    format: Format = Format()
    concordat: str
    taken_at: AwareDatetime
    files: tuple[BackedUpFile, ...]
    logs: Mapping[str, Mapping[str, End]]

    def databases(self) -> dict[str, BackedUpFile]:
        """Return the files of the databases, by what a database is called."""
        return {file.database: file for file in self.files if file.database is not None}


@contextmanager
def made_whole(folder: Path) -> Iterator[Path]:
    """Give a folder to put a backup into, which becomes ``folder`` at the end of the block: nobody finds half of it.

    Raises CommandError where there is something already, or the disk does not take it.
    """
    folder = folder.absolute()
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise CommandError(f"{folder} is there already; name a folder that is not, or an empty one")
    made: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))  # its mode is 0700
        yield made
        sync_folder(made)
        made.rename(folder)
        sync_folder(folder.parent)
    except OSError as error:
        raise CommandError(f"the backup cannot be written into {folder} ({error.strerror})") from None
    finally:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)


def described(path: Path, **of_database: str | None) -> BackedUpFile:
    """Return what the manifest says of a file. Raises OSError."""
    return BackedUpFile(name=path.name, size=path.stat().st_size, sha256=_sha256(path), **of_database)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of a folder. Raises OSError."""
    write_private(folder / MANIFEST, manifest.model_dump_json(indent=2, exclude_none=True) + "\n")


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of the backup in ``folder``. Raises CommandError where there is none that can be read."""
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except OSError as error:
        raise CommandError(f"{folder} is not a backup: {MANIFEST} cannot be read ({error.strerror})") from None
    except ValidationError:
        raise CommandError(f"{folder / MANIFEST} is not the manifest of a backup that this version knows") from None


def compared(folder: Path, manifest: Manifest) -> Iterator[Finding]:
    """Yield for each file that the manifest names whether it lies in ``folder`` as it was backed up."""
    for file in manifest.files:
        path = folder / file.name
        if not path.is_file():
            yield Finding(False, f"{path} is missing")
        elif path.stat().st_size != file.size or _sha256(path) != file.sha256:
            yield Finding(False, f"{path} is not as it was backed up")
        else:
            yield Finding(True, f"{path} is as it was backed up")


def sync_folder(folder: Path) -> None:
    """Have the disk know which files a folder has. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
