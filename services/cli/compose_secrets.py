"""What ``deploy/compose.yaml`` needs beside the secrets of every deployment: certificates, and addresses of databases.

Its containers run as users of their own, which have one group in common: the group of our image. Files are that group's
to read, and nobody else's.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from services.cli.certificates import Pair, authority, certificate
from services.cli.databases import SCHEMAS
from services.runtime.base.private_files import write_private_once

GROUP = 10001
"""As in ``deploy/Dockerfile``."""
_AUTHORITY = "ca"
_SERVERS = {"nats": ("nats-1", "nats-2", "nats-3"), "postgresql": ("postgresql",)}
"""The servers of the cluster, by their files, with the names at which others reach them there."""
_PROXY = "proxy"
_ARCHIVE = "archive.password"
"""With which the archive of PostgreSQL signs in there."""
_PUBLIC_KEYS = "nats-keys.env"
_READ_BY_GROUP = 0o640


class NotRoot(ValueError):
    """Files cannot be given to the containers' group. The message says what to do."""


def make(folder: Path, host: str, public_keys: Iterable[str]) -> None:
    """Make each file that is missing, ``host`` being the name at which people reach the proxy.

    ``public_keys`` are the lines that tell a NATS server the identities. Raises OSError, and NotRoot for who is not.
    """
    own = _kept(folder, _AUTHORITY, authority("Concordat"))
    for name, hosts in {**_SERVERS, _PROXY: (host,)}.items():
        _kept(folder, name, certificate(own, *hosts))
    for name in SCHEMAS:
        write_private_once(folder / f"concordat_{name}_database_url", f"{_database_url(name)}\n")
    write_private_once(folder / _ARCHIVE, f"{secrets.token_hex(24)}\n")
    (folder / _PUBLIC_KEYS).write_text("".join(f"{line}\n" for line in public_keys), "utf-8")
    for file in folder.iterdir():
        if file.name != f"{_AUTHORITY}.key":
            _give_to_containers(file)


def _give_to_containers(file: Path) -> None:
    try:
        os.chown(file, -1, GROUP)
    except PermissionError:
        raise NotRoot(f"only root can give files to group {GROUP}, as which containers read them") from None
    file.chmod(_READ_BY_GROUP)


def _kept(folder: Path, name: str, made: Pair) -> Pair:
    """Keep a certificate with its key unless they are there; return what is kept.

    A key without its certificate, or the other way round, is left to whoever put it there.
    """
    files = folder / f"{name}.key", folder / f"{name}.crt"
    if not any(file.exists() for file in files):
        write_private_once(files[0], made.key)
        write_private_once(files[1], made.certificate)
    return Pair(certificate=files[1].read_text("ascii"), key=files[0].read_text("ascii"))


def _database_url(name: str) -> str:
    user = database = f"concordat_{name}"
    proved = "sslmode=verify-full&sslrootcert=/run/secrets/ca.crt"
    return f"postgresql://{user}:{secrets.token_hex(24)}@postgresql/{database}?{proved}"
