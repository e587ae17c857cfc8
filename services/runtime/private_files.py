"""Files that their owner alone can read, whatever the umask says."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_OWNER_ALONE = 0o600
_FOLDER_OF_OWNER_ALONE = 0o700


def private_folder(folder: Path) -> Path:
    """Make ``folder`` where it is not there yet, closed to others in either case, and return it. Raises OSError."""
    folder.mkdir(mode=_FOLDER_OF_OWNER_ALONE, parents=True, exist_ok=True)
    folder.chmod(_FOLDER_OF_OWNER_ALONE)
    return folder


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


def _made_beside(path: Path, content: str) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # its mode is 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), _OWNER_ALONE)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)
