"""``concordat make-secrets``: what the services of a new deployment know in secret, one file for each."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from services.cli import compose_secrets
from services.cli.errors import CommandError
from services.reporting.signing import SigningKey
from services.runtime.base.private_files import keep_to_owner, make_folder, write_private_once
from services.runtime.messaging.broker_rights import RIGHTS
from services.runtime.messaging.identity_keys import new_seed, public_key


def _key() -> str:
    return secrets.token_hex(32)


_MADE: Mapping[str, Callable[[], str]] = {
    "concordat_api_token": _key,
    "concordat_service_token": _key,
    "programme.key": _key,
    "reporting.key": _key,
    **{f"{identity}.nk": new_seed for identity in RIGHTS},
}
_SIGNING_KEY = "signing-key.pem"


def run(options: argparse.Namespace) -> int:
    """Make each file that is not there, and print the identities' public keys as values of NATS's chart.

    With the name of a host also what ``deploy/compose.yaml`` needs, the public keys among it. What is there stays as it
    is, so nothing is lost when it is run again. Raises CommandError.
    """
    folder: Path = options.folder
    keep_to_owner()
    try:
        make_folder(folder)
        for name, make in _MADE.items():
            write_private_once(folder / name, f"{make()}\n")
        SigningKey.kept_in(folder / _SIGNING_KEY)
        known = {f"NATS_{identity.upper()}_NKEY": _public_key_in(folder / f"{identity}.nk") for identity in RIGHTS}
        if options.compose is not None:
            compose_secrets.make(folder, options.compose, (f"{name}={key}" for name, key in known.items()))
    except (OSError, ValueError) as why:
        raise CommandError(f"no secrets could be made in {folder}: {why}") from None
    if options.compose is None:
        print("container:\n  env:")
        for name, key in known.items():
            print(f"    {name}: {key}")
    else:
        print(f"{folder} has what compose.yaml needs. Keep a copy where the backups are.")
    return 0


def _public_key_in(file: Path) -> str:
    try:
        return public_key(file.read_text("ascii").strip())
    except (OSError, ValueError) as why:
        raise CommandError(f"{file} cannot be used: {why}") from None
