"""The token with which one service asks another for issued files: it is not the operator's, and changes nothing."""

from __future__ import annotations

import hmac

from pydantic import SecretStr

from services.runtime.base.settings import Settings

_PURPOSE = b"concordat: a service reads the files of issued packs"


def service_token_of(settings: Settings) -> SecretStr | None:
    """Return the services' token: the one that is set, else one that follows from the API token, None without both.

    From the one that follows nobody learns the API token.
    """
    if settings.service_token is not None or settings.api_token is None:
        return settings.service_token
    key = settings.api_token.get_secret_value().encode("ascii")
    return SecretStr(hmac.digest(key, _PURPOSE, "sha256").hex())
