"""Run inside an image, by its own Python: prints as JSON what is installed there.

It stands on the standard library alone.
"""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
from importlib.metadata import distributions
from typing import Any


def contents() -> dict[str, Any]:
    """Return the version of Python, its packages and those of the system, each kind sorted by name."""
    return {"python": platform.python_version(), "packages": _packages(), "system": _of_system()}


def _packages() -> list[dict[str, str]]:
    found = [
        {
            "name": each.metadata["Name"],
            "version": each.version,
            "licence": str(each.metadata.json.get("license_expression", "")),
        }
        for each in distributions()
    ]
    return sorted(found, key=lambda each: each["name"].lower())


def _of_system() -> list[dict[str, str]]:
    """Return Debian's packages; none where the base is another system."""
    if shutil.which("dpkg-query") is None:
        return []
    listed = subprocess.run(
        ["dpkg-query", "--show", "--showformat", "${binary:Package}\t${Version}\t${Architecture}\n"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    rows = [line.split("\t") for line in listed.stdout.splitlines()]
    return [{"name": name.partition(":")[0], "version": version, "architecture": made} for name, version, made in rows]


if __name__ == "__main__":
    print(json.dumps(contents()))  # noqa: T201
