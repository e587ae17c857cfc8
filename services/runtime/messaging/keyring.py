"""The keys with which the services seal what they publish: read from a file, and again when that file has changed.

A key file has one key in each line. The first one seals, all are accepted: so a new key can be made known everywhere
before anything is sealed with it, and an old one be accepted for as long as the stream holds what it sealed.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

import structlog

from contracts.sealing import Key, Seals
from services.runtime.base.private_files import own_folder, write_private_once
from services.runtime.base.settings import Settings, variable
from services.runtime.messaging.streams import PROGRAMME, REPORTING

_SETTINGS = {PROGRAMME: "programme_key_file", REPORTING: "reporting_key_file"}
_log = structlog.get_logger(__name__)


class NoKeys(Exception):
    """The keys of a stream cannot be had. The message is a sentence that says what to do."""


class Keyring:
    """The keys of one stream."""

    def __init__(self, stream: str, path: Path) -> None:
        """Raises NoKeys where the file holds none."""
        self.stream = stream
        self._path = path
        self._read_as = _state_of(path)
        self._seals = Seals(stream, read_keys(path))
        _warn_if_open(path)

    def seals(self) -> Seals:
        """Return the keys as they are now. Cheap: called for each batch of messages, from any thread.

        A file that has become unfit is said to be so once; the keys that were known stay.
        """
        if (state := _state_of(self._path)) != self._read_as:
            self._read_as = state
            try:
                self._seals = Seals(self.stream, read_keys(self._path))
            except NoKeys as problem:
                _log.error("the keys are kept as they were", stream=self.stream, reason=str(problem))
            else:
                _log.info("the keys were read again", stream=self.stream, keys=self._seals.key_ids)
        return self._seals


def keyrings_of(settings: Settings) -> dict[str, Keyring]:
    """Return the keyring of each stream.

    Where no file is set, a key is made once and kept in the data folder. Another machine of the deployment does not
    know that key: where there may be one, the log says what to set. Raises NoKeys where a file holds no keys.
    """
    if settings.nats_url is not None and any(getattr(settings, setting) is None for setting in _SETTINGS.values()):
        _log.warning(
            "the keys that seal messages are those of this data folder; where services run on several machines, give"
            f" all the same files for {' and '.join(map(variable, _SETTINGS.values()))}",
        )
    return {stream: Keyring(stream, _path_of(settings, stream)) for stream in _SETTINGS}


def read_keys(path: Path) -> Sequence[Key]:
    """Return the keys in a file, in order; empty lines and those that begin with ``#`` are passed over.

    Raises NoKeys naming the file and the line; what stands there is not repeated.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise NoKeys(f"The key file {path} cannot be read ({error.strerror}).") from None
    except ValueError:
        raise NoKeys(f"The key file {path} is no text.") from None
    keys = []
    for number, line in enumerate(lines, start=1):
        if (written := line.strip()) and not written.startswith("#"):
            try:
                keys.append(Key.read(written))
            except ValueError as problem:
                raise NoKeys(f"The key file {path} is wrong in line {number}: {problem}.") from None
    if not keys:
        raise NoKeys(f"The key file {path} holds no key; write one into it, such as `openssl rand -hex 32` makes.")
    return keys


def _path_of(settings: Settings, stream: str) -> Path:
    setting = _SETTINGS[stream]
    given: Path | None = getattr(settings, setting)
    if given is not None:
        return given
    path = settings.data_dir.absolute() / "keys" / f"{stream.lower()}.key"
    try:
        own_folder(path.parent)
        write_private_once(path, f"{secrets.token_hex(32)}\n")
    except OSError as error:
        raise NoKeys(f"No key could be kept in {path} ({error.strerror}).") from None
    return path


def _state_of(path: Path) -> tuple[int, int, int] | None:
    """Return what changes when a file does."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size


def _warn_if_open(path: Path) -> None:
    if path.stat().st_mode & 0o007:
        _log.warning("everyone on this machine can read a key; chmod o-rwx it", file=str(path))


Keyrings = Mapping[str, Keyring]
