"""Files that are their owner's alone: folders 0700, files 0600, whatever the umask of whoever starts the process.

Rights are only ever taken away here: what is read-only stays so.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

UMASK = 0o077
_FOLDER = 0o700
_FILE = 0o600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_ROOT = 0
_OURS = ("*.db", "nats", "keys", "*.key", "*.pem", ".concordat-*")
_OF_THE_SYSTEM = "lost+found"
_BESIDE_A_DATABASE = ("-wal", "-shm", "-journal")


class NotPrivate(Exception):
    """Something lies where others could read it or put another in its place; the message says what to do."""


def keep_to_owner() -> None:
    """Have all that this process makes from now on, and its children, be closed to others."""
    os.umask(UMASK)


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing; one that is there stays as it is.

    Raises NotPrivate where it belongs to somebody else than us or root.
    """
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=_FOLDER, exist_ok=True)
        _tighten(each)
    if folder.stat().st_uid not in (os.geteuid(), _ROOT):
        raise NotPrivate(
            f"{folder} {_belongs(folder.stat().st_uid)}, who could put other files in place of ours;"
            " run it as that user"
        )


def own_folder(folder: Path) -> None:
    """Make a folder that is Concordat's alone; where it is there, close it and all that lies in it to others.

    Raises NotPrivate where it, or anything in it, belongs to somebody else, or where it is for other things.
    """
    make_folder(folder)
    status = folder.stat()
    if status.st_uid != os.geteuid():
        raise NotPrivate(f"{folder} {_belongs(status.st_uid)}; give Concordat a folder of its own")
    if status.st_mode & _OTHERS and not _is_ours(folder):
        raise NotPrivate(
            f"{folder} holds other things, and would be closed to others; give Concordat a folder of its own"
        )
    _tighten(folder.resolve())
    for each in _below(folder):
        _tighten(each)


def own_file(file: Path) -> None:
    """Make a file, empty, unless it is there; close it to others. Raises NotPrivate where it is somebody else's."""
    if not file.exists():
        os.close(os.open(file, os.O_RDONLY | os.O_CREAT, _FILE))
    _tighten(file.resolve())


def own_database(file: Path) -> None:
    """Do what ``own_file`` does for an SQLite file and what lies beside it; SQLite gives new ones the file's mode."""
    own_file(file)
    for suffix in _BESIDE_A_DATABASE:
        _tighten(file.resolve().with_name(f"{file.resolve().name}{suffix}"))


def write_private(path: Path, content: str) -> None:
    """Replace the file at ``path``, whole or not at all. Raises OSError."""
    made = _made_beside(path, content)
    try:
        made.replace(path)
    except OSError:
        made.unlink(missing_ok=True)
        raise


def write_private_once(path: Path, content: str) -> None:
    """Write the file at ``path`` unless it is there: of several processes at once, one writes it. Raises OSError."""
    if path.exists():
        return
    made = _made_beside(path, content)
    try:
        os.link(made, path)
    except FileExistsError:
        return
    finally:
        made.unlink()


def _is_ours(folder: Path) -> bool:
    """Say whether a folder is empty or holds something that an older start has left."""
    inside = [each for each in folder.iterdir() if each.name != _OF_THE_SYSTEM]
    return not inside or any(each.match(pattern) for each in inside for pattern in _OURS)


def _below(folder: Path) -> Iterator[Path]:
    for path, folders, files in os.walk(folder):
        if _OF_THE_SYSTEM in folders:
            folders.remove(_OF_THE_SYSTEM)
        yield from (Path(path, name) for name in (*folders, *files))


def _tighten(path: Path) -> None:
    """Take all rights from others. What has gone meanwhile, and links, need nothing; root reads everything anyway."""
    try:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            return
        if status.st_uid not in (os.geteuid(), _ROOT):
            raise NotPrivate(
                f"{path} {_belongs(status.st_uid)}; give it to the user who runs Concordat, or take it away"
            )
        if status.st_mode & _OTHERS and status.st_uid == os.geteuid():
            path.chmod(stat.S_IMODE(status.st_mode) & ~_OTHERS)
    except FileNotFoundError:
        return


def _belongs(uid: int) -> str:
    return f"belongs to another user (uid {uid}; Concordat runs as uid {os.geteuid()})"


def _made_beside(path: Path, content: str) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # its mode is 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), _FILE)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)
