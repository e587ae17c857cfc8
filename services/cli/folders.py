"""The folder of a pack: written so that nobody ever finds half of it, and compared with its manifest."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from services.cli.errors import CommandError
from services.cli.findings import Finding
from services.reporting.signing import SIGNATURE, NotAKey, NotProved, PublicKey, read_signature

MANIFEST = "manifest.json"


def folder_of(path: Path) -> Path:
    """Return the folder of a pack that is named by its folder or by its manifest."""
    return path.parent if path.name == MANIFEST else path


def write_pack(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put the files of a pack into ``folder``; other files there stay as they are. Raises CommandError.

    A new folder appears whole. In one that is there already the manifest goes first and comes last: where there is a
    manifest, all that it names is there.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as made:
            whole = Path(made) / "pack"
            whole.mkdir()
            for name, content in files.items():
                _write(whole / name, content)
            _move_into_place(whole, folder)
    except OSError as error:
        raise CommandError(f"the pack cannot be written into {folder}: {error.strerror}") from None


def read_manifest(folder: Path) -> Mapping[str, Any]:
    """Return the manifest of the pack in ``folder``. Raises CommandError where there is none that can be read."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        names = [(file["name"], file["sha256"]) for file in manifest["files"]]
        if manifest["pack"] and all(Path(name).name == name for name, _ in names):
            return dict(manifest)
    except OSError as error:
        raise CommandError(
            f"{folder} is not the folder of a pack: {MANIFEST} cannot be read ({error.strerror})"
        ) from None
    except (ValueError, LookupError, TypeError, RecursionError):
        pass
    raise CommandError(f"{folder / MANIFEST} is not the manifest of a pack")


def read_as_issued(folder: Path, manifest: Mapping[str, Any], name: str) -> bytes:
    """Return a file of the pack in ``folder``. Raises CommandError where it is not the one that its manifest names."""
    path = folder / name
    known = {file["name"]: file["sha256"] for file in manifest["files"]}
    if name not in known:
        raise CommandError(f"the manifest of {folder} names no {name}")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read ({error.strerror})") from None
    if sha256(content).hexdigest() != known[name]:
        raise CommandError(f"{path} is not as it was issued: its manifest names another SHA-256")
    return content


def compared(folder: Path, manifest: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield for each file that the manifest names whether it lies in ``folder`` as it was issued."""
    for file in manifest["files"]:
        path = folder / file["name"]
        if not path.is_file():
            yield Finding(False, f"{path} is missing")
        elif sha256(path.read_bytes()).hexdigest() != file["sha256"]:
            yield Finding(False, f"{path} is not as it was issued")
        else:
            yield Finding(True, f"{path} is as it was issued")


def read_key(path: Path) -> PublicKey:
    """Return the public key in a PEM file. Raises CommandError."""
    try:
        return PublicKey.read(path.read_bytes())
    except OSError as error:
        raise CommandError(f"the key {path} cannot be read ({error.strerror})") from None
    except NotAKey as not_one:
        raise CommandError(f"{path} is not the key that proves packs. {not_one}") from None


def signed(folder: Path, key: PublicKey) -> Finding:
    """Return whether the manifest in ``folder`` was signed with ``key``."""
    try:
        signature = (folder / SIGNATURE).read_bytes()
    except OSError as error:
        return Finding(False, f"{folder / SIGNATURE} cannot be read ({error.strerror}); nothing shows who issued it")
    try:
        key.prove((folder / MANIFEST).read_bytes(), signature)
    except NotProved as reason:
        return Finding(False, f"{folder / MANIFEST} is not proved by {SIGNATURE}: {reason}")
    return Finding(True, f"{folder / MANIFEST} was signed with this key, {key.fingerprint}")


def signed_by_itself(folder: Path) -> Iterator[Finding]:
    """Yield whether the signature in ``folder``, if there is one, holds for the key that it names itself."""
    try:
        signature = (folder / SIGNATURE).read_bytes()
    except FileNotFoundError:
        return
    try:
        key, _ = read_signature(signature)
        key.prove((folder / MANIFEST).read_bytes(), signature)
    except NotProved as reason:
        yield Finding(False, f"{folder / MANIFEST} is not proved by {SIGNATURE}: {reason}")
    else:
        told = f"was signed with the key {key.fingerprint}; whose key that is, --key FILE shows"
        yield Finding(True, f"{folder / MANIFEST} {told}")


def others(folder: Path, manifest: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what lies in ``folder`` and is no part of the pack: nothing proves it."""
    known = {MANIFEST, SIGNATURE, *(file["name"] for file in manifest["files"])}
    for path in sorted(folder.iterdir()):
        if path.name not in known:
            yield Finding(True, f"{path} is not part of the pack, and nothing is said of it")


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _move_into_place(whole: Path, folder: Path) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        whole.rename(folder)
        return
    (folder / MANIFEST).unlink(missing_ok=True)
    for path in sorted(whole.iterdir(), key=lambda each: each.name == MANIFEST):
        path.replace(folder / path.name)
