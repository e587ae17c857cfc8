"""Signatures of issued manifests: Ed25519, so that a pack can be proved from its files and a public key alone.

Source: RFC 8032; keys as PEM (RFC 8410). What is signed are the bytes of manifest.json, which names the SHA-256 of
every other file. The signature is a file of its own, ``manifest.sig``, so that the files of a pack are the same bytes
whoever made them.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from services.runtime.base.private_files import make_folder, write_private_once

SIGNATURE = "manifest.sig"
_FORMAT = {"name": "concordat-manifest-signature", "version": 1}
_ALGORITHM = "Ed25519"


class NotAKey(ValueError):
    """A file does not hold the key that it should; the message is a sentence that does not quote it."""


class NotProved(ValueError):
    """A signature does not prove a manifest; the message says why."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What proves signatures; its 32 bytes."""

    raw: bytes

    @classmethod
    def read(cls, pem: bytes) -> Self:
        """Return the key in a PEM file. Raises NotAKey."""
        try:
            key = load_pem_public_key(pem)
        except (ValueError, UnsupportedAlgorithm):
            raise NotAKey("It does not hold a public key as PEM (-----BEGIN PUBLIC KEY-----).") from None
        if not isinstance(key, Ed25519PublicKey):
            raise NotAKey("It holds a public key of another kind; manifests are signed with Ed25519.")
        return cls(key.public_bytes_raw())

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the key, in hexadecimal: the name by which people compare keys."""
        return sha256(self.raw).hexdigest()

    @property
    def pem(self) -> bytes:
        """The key as the content of a PEM file."""
        return self._key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def prove(self, manifest: bytes, signature: bytes) -> None:
        """Check the content of ``manifest.sig`` against the bytes of a manifest. Raises NotProved."""
        named, value = read_signature(signature)
        if named != self:
            raise NotProved(f"it was made with another key, whose fingerprint is {named.fingerprint}")
        try:
            self._key.verify(value, manifest)
        except InvalidSignature:
            raise NotProved("it does not belong to this manifest") from None

    @property
    def _key(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self.raw)


class SigningKey:
    """What signs the manifests of a deployment."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = PublicKey(private.public_key().public_bytes_raw())

    @classmethod
    def new(cls) -> Self:
        """Return a key that nobody had before."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def kept_in(cls, path: Path) -> Self:
        """Return the key in ``path``; where there is none, make one there that its owner alone can read.

        Of processes that start at once, all get the same one. Raises NotAKey, OSError.
        """
        if not path.exists():
            make_folder(path.parent)
            write_private_once(path, _pem(Ed25519PrivateKey.generate()))
        try:
            key = load_pem_private_key(path.read_bytes(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise NotAKey(f"{path} does not hold a private key as PEM without a password.") from None
        if not isinstance(key, Ed25519PrivateKey):
            raise NotAKey(f"{path} holds a private key of another kind; manifests are signed with Ed25519.")
        return cls(key)

    def sign(self, manifest: bytes) -> bytes:
        """Return the content of ``manifest.sig`` for the bytes of a manifest."""
        content = {
            "format": _FORMAT,
            "signs": "manifest.json",
            "algorithm": _ALGORITHM,
            "fingerprint": self.public.fingerprint,
            "public_key": self.public.pem.decode(),
            "signature": base64.b64encode(self._private.sign(manifest)).decode(),
        }
        return json.dumps(content, indent=2).encode() + b"\n"


def read_signature(content: bytes) -> tuple[PublicKey, bytes]:
    """Return the key that the content of a ``manifest.sig`` names, and the signature. Raises NotProved."""
    try:
        read = json.loads(content)
        made_as = read["format"], read["algorithm"]
        key, value = PublicKey.read(read["public_key"].encode()), base64.b64decode(read["signature"], validate=True)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise NotProved(f"{SIGNATURE} cannot be read") from None
    if made_as != (_FORMAT, _ALGORITHM):
        raise NotProved(f"{SIGNATURE} is in a format that this version does not know")
    return key, value


def _pem(key: Ed25519PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
