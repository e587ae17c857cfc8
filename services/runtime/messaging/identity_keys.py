"""NKeys, with which identities sign in at the broker: who signs in keeps the seed, the broker knows the public key."""

from __future__ import annotations

import secrets

import nkeys  # type: ignore[import-untyped]


def new_seed() -> str:
    """Return the seed of an NKey that nobody had before."""
    seed: bytes = nkeys.encode_seed(secrets.token_bytes(32), nkeys.PREFIX_BYTE_USER)
    return seed.decode("ascii")


def public_key(seed: str) -> str:
    """Return the public key of a seed, as a NATS server names users. Raises ValueError where it is no seed."""
    try:
        public: bytes = nkeys.from_seed(bytearray(seed, "ascii")).public_key
    except (nkeys.NkeysError, ValueError):
        raise ValueError("it is not the seed of an NKey") from None
    return public.decode("ascii")
