"""A data folder into which a backup is being restored: until all of it is there, nothing may begin with a part."""

from __future__ import annotations

from pathlib import Path

STAGING = ".restoring"
"""The folder, within the data folder, in which a backup is made ready and from which its files are moved."""


class NotWhole(Exception):
    """A restore was interrupted; the message says what to do."""


def check_whole(data_folder: Path) -> None:
    """Raise NotWhole where a restore into this folder has begun and not ended.

    A folder that is closed to us is none that we could begin anything with: whoever needs it is told by it.
    """
    try:
        restoring = (data_folder / STAGING).exists()
    except PermissionError:
        return
    if restoring:
        raise NotWhole(
            f"a backup is being restored into {data_folder}, or that was interrupted; run concordat restore again"
        )
