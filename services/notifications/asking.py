"""Asking the other services of the deployment over HTTP, at the addresses that the settings name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from ssl import SSLContext

import httpx


def client(seconds: float, headers: Mapping[str, str] | None = None) -> httpx.AsyncClient:
    """Return a client that waits for each step of an answer that many ``seconds``, and follows no redirect.

    The addresses are those of services of our own: no proxy of the environment stands between.
    """
    return httpx.AsyncClient(
        headers=headers, timeout=seconds, verify=_authorities(), trust_env=False, follow_redirects=False
    )


@cache
def _authorities() -> SSLContext:
    """Whose certificates are believed. To read them takes longer than to ask and be answered: once is enough."""
    return httpx.create_ssl_context(trust_env=False)
