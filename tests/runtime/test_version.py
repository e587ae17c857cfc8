"""One build of Concordat is told from another, and replicas of one are not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from services.runtime.base.version import build, digest_of, product_version


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """The files of a version as they lie in an image."""
    (tmp_path / "image" / "templates").mkdir(parents=True)
    (tmp_path / "image" / "pages.py").write_text("TITLE = 'Risks'\n")
    (tmp_path / "image" / "templates" / "risks.html").write_text("<h1>Risks</h1>")
    return tmp_path / "image"


def changed(image: Path) -> None:
    (image / "templates" / "risks.html").write_text("<h1>The risks</h1>")


def added(image: Path) -> None:
    (image / "templates" / "risk.html").write_text("")


def renamed(image: Path) -> None:
    (image / "templates" / "risks.html").rename(image / "templates" / "risk.html")


def test_it_names_the_version() -> None:
    assert build().startswith(f"{product_version()}-")


def test_replicas_of_one_image_are_of_one_build_wherever_they_lie_and_whatever_python_compiled(
    image: Path, tmp_path: Path
) -> None:
    shutil.copytree(image, tmp_path / "replica")
    (tmp_path / "replica" / "__pycache__").mkdir()
    (tmp_path / "replica" / "__pycache__" / "pages.cpython-311.pyc").write_bytes(b"compiled")
    assert digest_of(tmp_path / "replica") == digest_of(image)


@pytest.mark.parametrize("do", [changed, added, renamed])
def test_what_differs_by_a_file_is_another_build(image: Path, do: Callable[[Path], None]) -> None:
    before = digest_of(image)
    do(image)
    assert digest_of(image) != before
