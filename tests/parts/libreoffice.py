"""Debian's LibreOffice, which saves spreadsheets as half of our users' spreadsheet applications do."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.parts.waiting import LONGEST_SECONDS


def soffice_binary() -> str:
    """Return the path of LibreOffice; raises RuntimeError when it is not installed."""
    found = shutil.which("soffice")
    if found is None:
        raise RuntimeError(
            "LibreOffice is missing: install it (Debian: apt-get install libreoffice-calc-nogui), "
            "or leave its tests out with WITHOUT_LIBREOFFICE=1"
        )
    return found


def saved_by_libreoffice(content: bytes, folder: Path) -> bytes:
    """Return a workbook as LibreOffice saves it. ``folder`` is for its profile and its files."""
    file = folder / "file.xlsx"
    file.write_bytes(content)
    profile, out = folder / "profile", folder / "saved"
    subprocess.run(
        [
            soffice_binary(),
            f"-env:UserInstallation={profile.as_uri()}",
            *("--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), str(file)),
        ],
        check=True,
        capture_output=True,
        timeout=LONGEST_SECONDS,
    )
    return (out / file.name).read_bytes()
