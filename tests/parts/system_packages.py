"""The parts that pip cannot install: what is missing of them, and its installation on Debian.

``python -m tests.parts.system_packages`` makes them all present, or says what to do and fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

from tests.parts.chromium import chromium_binary
from tests.parts.docker import PACKAGES, require_docker
from tests.parts.kubectl import kubectl_binary
from tests.parts.libreoffice import soffice_binary
from tests.parts.postgres import postgres_binaries
from tests.parts.promtool import promtool_binary
from tests.parts.systemd import systemd_analyze_binary


@dataclass(frozen=True)
class SystemPart:
    """A part of the tests, the Debian packages it is in, and the variable that leaves its tests out."""

    marker: str
    packages: tuple[str, ...]
    left_out_by: str
    find: Callable[[], object]

    @property
    def left_out(self) -> bool:
        return os.environ.get(self.left_out_by, "") not in {"", "0"}

    def complaint(self) -> str | None:
        """Return what is wrong when this part is missing, and None when it is there."""
        try:
            self.find()
        except RuntimeError as missing:
            return str(missing)
        return None


SYSTEM_PARTS = (
    SystemPart("postgresql", ("postgresql",), "WITHOUT_POSTGRES", postgres_binaries),
    SystemPart("browser", ("chromium", "libatomic1"), "WITHOUT_BROWSER", chromium_binary),
    SystemPart("libreoffice", ("libreoffice-calc-nogui",), "WITHOUT_LIBREOFFICE", soffice_binary),
    SystemPart("kubectl", ("kubernetes-client",), "WITHOUT_KUBECTL", kubectl_binary),
    SystemPart("systemd", ("systemd",), "WITHOUT_SYSTEMD", systemd_analyze_binary),
    SystemPart("prometheus", ("prometheus",), "WITHOUT_PROMETHEUS", promtool_binary),
    SystemPart("containers", PACKAGES, "WITHOUT_CONTAINERS", require_docker),
)


def missing_parts() -> list[SystemPart]:
    """Return the parts that are wanted and not there."""
    return [part for part in SYSTEM_PARTS if not part.left_out and part.complaint() is not None]


def install(parts: list[SystemPart]) -> None:
    """Install the Debian packages of ``parts``; only root can."""
    packages = [package for part in parts for package in part.packages]
    print("Installing Debian packages:", *packages, flush=True)
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-qq", "--no-install-recommends", *packages]):
        subprocess.run(command, env=quietly, stdout=subprocess.DEVNULL, check=False)


def main() -> None:
    """Install what is missing where that is possible; exit with 1 and the reasons when something still is."""
    if (missing := missing_parts()) and os.geteuid() == 0 and shutil.which("apt-get") is not None:
        install(missing)
    complaints = [part.complaint() for part in missing_parts()]
    if complaints:
        sys.exit("\n".join(["", "The tests cannot run as they should:", *(f"  * {words}" for words in complaints), ""]))


if __name__ == "__main__":
    main()
