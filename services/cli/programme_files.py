"""Opening programme files that somebody named on the command line."""

from __future__ import annotations

import sys
from pathlib import Path

from services.cli.counting import counted
from services.cli.errors import CommandError
from services.programme.file.checking import ProgrammeFile, checked
from services.programme.file.faults import FaultyFile
from services.programme.file.source import LARGEST_FILE

STANDARD_INPUT = Path("-")


class Faulty(CommandError):
    """The file has faults, and they have been printed."""


def opened(path: Path) -> ProgrammeFile:
    """Return the programme file at ``path``. Raises CommandError where it cannot be read or has faults.

    Faults go to standard output, one on each line.
    """
    return understood(content_of(path), path)


def understood(content: bytes, path: Path) -> ProgrammeFile:
    """Return what the bytes that were read from ``path`` say, as ``opened`` does."""
    try:
        return checked(content, str(path))
    except FaultyFile as faulty:
        for line in faulty.told():
            sys.stdout.write(f"{line}\n")
        raise Faulty(f"{path} has {counted(faulty.count, 'fault')}") from None


def content_of(path: Path) -> bytes:
    """Return the bytes of a file, one more than can be read of a file that is too large. Raises CommandError.

    A file named ``-`` is standard input, which can be read once.
    """
    if path == STANDARD_INPUT:
        return sys.stdin.buffer.read(LARGEST_FILE + 1)
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise CommandError(f"there is no file {path}") from None
    except IsADirectoryError:
        raise CommandError(f"{path} is a folder; give a programme file, such as {path / 'london.yaml'}") from None
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from None
