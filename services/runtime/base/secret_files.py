"""A folder with one file for each secret, called like a variable in lower case: ``concordat_api_token``.

Container platforms and systemd hand secrets out so. What stands in a file is never repeated.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from pathlib import Path

from services.runtime.base.settings_error import SettingsError


def check_readable(folder: Path, variables: Collection[str]) -> None:
    """Raise SettingsError where the folder, or the file of one of ``variables``, cannot be read.

    Without it a secret that is there would be as good as none, and nobody would be told.
    """
    faults = [fault for name, file in _files(folder) if name in variables and (fault := _fault(folder, name, file))]
    if faults:
        raise SettingsError(faults)


def unknown_files(folder: Path, variables: Collection[str], prefix: str) -> list[str]:
    """Return a sentence for each file that begins with the prefix and sets none of ``variables``, with the nearest."""
    sentences = []
    for name, file in _files(folder):
        if name.startswith(prefix) and name not in variables:
            near = difflib.get_close_matches(name, variables, n=1, cutoff=0.8)
            hint = f" Was {near[0].lower()} meant?" if near else ""
            sentences.append(f"{file} is named after no setting of Concordat and changes nothing.{hint}")
    return sentences


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield what lies in the folder, each with the variable that it would set. Raises SettingsError."""
    try:
        inside = sorted(folder.iterdir())
    except OSError as error:
        raise SettingsError([f"The folder of secrets, {folder}, cannot be read: {error.strerror}."]) from None
    yield from ((file.name.upper(), file) for file in inside)


def _fault(folder: Path, name: str, file: Path) -> str | None:
    subject = f"{file}, which would set {name},"
    if folder.resolve() not in file.resolve().parents:
        return f"{subject} is a link that leads out of its folder; put the file itself there."
    try:
        file.read_text("utf-8")
    except OSError as error:
        return f"{subject} cannot be read: {error.strerror}."
    except ValueError:
        return f"{subject} is no text in UTF-8."
    return None
