"""What is installed from a built package is what runs from a checkout."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

from tests.tooling.repository import ROOT, files


def test_a_built_package_has_every_file_of_the_product(tmp_path: Path) -> None:
    # given
    source = tmp_path / "source"
    for file in files():
        if file.parts[0] in {"contracts", "domain", "services"} or len(file.parts) == 1:
            (source / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / file, source / file)
    # when
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"),
            *("--wheel-dir", tmp_path, source),
        ],
        check=True,
    )
    # then
    [wheel] = tmp_path.glob("concordat-*.whl")
    packed = set(ZipFile(wheel).namelist())
    assert {str(file) for file in files() if file.parts[0] in {"contracts", "domain", "services"}} - packed == set()
