"""manifest.json: what an edition was made from and the fingerprint of every file, so that anyone can make it again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256

from services.reporting.pack.content import PackContent
from services.reporting.pack.edition import TEMPLATE_VERSION

FORMAT = {"name": "concordat-pack-manifest", "version": 1}
MANIFEST = "manifest.json"


def manifest(content: PackContent, files: Mapping[str, bytes]) -> bytes:
    """Return the manifest of these files of one edition, by name."""
    seal = {
        "format": FORMAT,
        "pack": content.pack,
        "title": content.title,
        "cut_off": content.data["cut_off"],
        "as_at": content.data["as_at"],
        "last_event": {"version": content.position.version, "chain": content.position.chain},
        "template_version": TEMPLATE_VERSION,
        "files": [
            {"name": name, "size": len(files[name]), "sha256": sha256(files[name]).hexdigest()}
            for name in sorted(files)
        ],
    }
    return json.dumps(seal, ensure_ascii=False, indent=2).encode() + b"\n"
