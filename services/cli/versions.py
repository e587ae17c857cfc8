"""``concordat versions``: what is installed here, as a requirements file, to look its weaknesses up elsewhere."""

from __future__ import annotations

import argparse
import platform
import re
import sqlite3
import ssl
from importlib.metadata import distributions

from services.runtime.base.version import product_version

_OURS = "concordat"
_BETWEEN = re.compile(r"[-_.]+")


def run(options: argparse.Namespace) -> int:
    """Print every package beside which Concordat runs, with its version; what is no package stands in comments."""
    print(f"# Concordat {product_version()}")
    print(f"# Python {platform.python_version()}, {ssl.OPENSSL_VERSION}, SQLite {sqlite3.sqlite_version}")
    installed = {_plain(each.metadata["Name"]): each.version for each in distributions()}
    for name, version in sorted(installed.items()):
        if name != _OURS:
            print(f"{name}=={version}")
    return 0


def _plain(name: str) -> str:
    """Return the name of a package as it is compared (PEP 503)."""
    return _BETWEEN.sub("-", name).lower()
