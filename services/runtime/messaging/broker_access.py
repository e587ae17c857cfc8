"""How each identity signs in at a broker of the deployment's own: what the settings say."""

from __future__ import annotations

from pathlib import Path

from services.runtime.base.settings import Settings
from services.runtime.messaging.broker import BrokerAddress

_KINDS = (".nk", ".creds", ".password")


class NoAccess(Exception):
    """The settings name no way in for an identity. The message is a sentence that says what to do."""


def access_of(settings: Settings, identity: str) -> BrokerAddress:
    """Return the address at which ``identity`` signs in; ``nats_url`` is set. Raises NoAccess.

    A folder has one file for each identity: the seed of an NKey (``programme.nk``), a credentials file
    (``programme.creds``) or the password of the user of that name (``programme.password``).
    """
    url = settings.nats_url or ""
    if settings.nats_identities is not None:
        return _of_file(url, identity, _file_of(settings.nats_identities, identity))
    if settings.nats_seed_file is not None:
        return _of_file(url, identity, settings.nats_seed_file, kind=".nk")
    password = settings.nats_password.get_secret_value() if settings.nats_password else None
    return BrokerAddress(url, settings.nats_user, password, settings.nats_creds, identity=identity)


def _file_of(folder: Path, identity: str) -> Path:
    try:
        for kind in _KINDS:
            if (path := folder / f"{identity}{kind}").exists():
                return path
    except OSError as error:
        raise NoAccess(f"The folder of CONCORDAT_NATS_IDENTITIES, {folder}, is closed to us: {_why(error)}.") from None
    names = " or ".join(f"{identity}{kind}" for kind in _KINDS)
    raise NoAccess(f"The folder of CONCORDAT_NATS_IDENTITIES, {folder}, has no {names} for {identity} to sign in with.")


def _of_file(url: str, identity: str, path: Path, kind: str | None = None) -> BrokerAddress:
    kind = kind or path.suffix
    if kind == ".creds":
        return BrokerAddress(url, credentials=path, identity=identity)
    try:
        secret = path.read_text("ascii").strip()
    except (OSError, ValueError) as error:
        raise NoAccess(f"{path}, with which {identity} signs in at NATS, cannot be read: {_why(error)}.") from None
    if kind == ".password":
        return BrokerAddress(url, user=identity, password=secret, identity=identity)
    return BrokerAddress(url, seed=secret, identity=identity)


def _why(error: Exception) -> str:
    return error.strerror if isinstance(error, OSError) and error.strerror else "it is no plain text"
