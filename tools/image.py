"""The container image, made of wheels alone, and beside it a list of all that is in it.

``python -m tools.image`` fills ``build/image`` with wheels, has Docker build ``deploy/Dockerfile`` from them, and
writes its bill of materials. What else is written behind it, such as ``--build-arg BASE=…``, goes to ``docker build``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.bill_of_materials import Contents, bill_of_materials

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "build" / "image"
_REQUIREMENTS = ROOT / "requirements" / "runtime.txt"
_LEFT_BY_SETUPTOOLS = ("lib", "bdist.*")
_PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
# Runs inside the image, by its Python; prints what bill_of_materials.Contents reads.
_LISTS_CONTENTS = Path(__file__).with_name("image_contents.py")


def fill(folder: Path = FOLDER) -> str:
    """Fill a folder with the wheels of the pinned dependencies, of pip and of Concordat; return its version.

    Dependencies that are there stay while their pins do. Raises subprocess.CalledProcessError where pip cannot get one,
    or where its hash is another one.
    """
    dependencies, own = folder / "dependencies", folder / "concordat"
    pins, of_those_there = _REQUIREMENTS.read_text() + sys.version, folder / "pins.txt"
    if not of_those_there.exists() or of_those_there.read_text() != pins:
        of_those_there.unlink(missing_ok=True)
        _wheels("--require-hashes", "--requirement", _REQUIREMENTS, into=_emptied(dependencies))
        [pip] = dependencies.glob("pip-*.whl")
        pip.rename(_emptied(folder / "pip") / pip.name)
        for only_to_build_with in dependencies.glob("setuptools-*.whl"):
            only_to_build_with.unlink()
        of_those_there.write_text(pins)
    _forget_old_builds()  # setuptools would put modules that are gone into the wheel
    _wheels(ROOT, into=_emptied(own))
    _forget_old_builds()
    [wheel] = own.glob("*.whl")
    return wheel.name.split("-")[1]


def build(tag: str, version: str, arguments: Sequence[str] = ()) -> None:
    """Have Docker build the image from the folder's wheels. Raises subprocess.CalledProcessError."""
    _run(
        *("docker", "build", "--file", f"{ROOT / 'deploy' / 'Dockerfile'}", "--tag", tag),
        *("--build-arg", f"VERSION={version}", "--build-arg", f"REVISION={_revision()}", *arguments, str(ROOT)),
    )


def contents_of(tag: str) -> Contents:
    """Ask the image itself what is in it. Raises subprocess.CalledProcessError."""
    asked = _output(
        *("docker", "run", "--rm", "--interactive", "--network", "none", "--read-only", "--entrypoint", "python3"),
        *(tag, "-I", "-"),
        given=_LISTS_CONTENTS.read_text(),
    )
    digest = _output("docker", "image", "inspect", "--format", "{{.Id}}", tag).strip()
    return Contents(name="concordat", digest=digest.removeprefix("sha256:"), **json.loads(asked))


def main() -> None:
    """Make wheels, image and bill of materials; say where they are."""
    described = argparse.ArgumentParser(
        prog="python -m tools.image",
        description="Make the container image, and beside it a list of all that is in it.",
        epilog="All else that is given, such as --build-arg BASE=IMAGE, goes to docker build.",
    )
    _, arguments = described.parse_known_args()
    version = fill()
    tag = f"concordat:{version}"
    build(tag, version, arguments)
    bill = FOLDER / f"concordat-{version}.cdx.json"
    bill.write_text(bill_of_materials(contents_of(tag), version))
    print(f"The image is {tag}; what is in it: {bill.relative_to(ROOT)}")  # noqa: T201


def _wheels(*what: str | Path, into: Path) -> None:
    _run(*_PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", into, *what)


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _forget_old_builds() -> None:
    for pattern in _LEFT_BY_SETUPTOOLS:
        for left in (ROOT / "build").glob(pattern):
            shutil.rmtree(left)


def _revision() -> str:
    """Return the commit that is checked out; nothing where this is no checkout."""
    command = ("git", "-C", str(ROOT), "rev-parse", "HEAD")
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def _run(*command: str | Path) -> None:
    subprocess.run([os.fspath(each) for each in command], check=True)


def _output(*command: str, given: str | None = None) -> str:
    return subprocess.run(command, input=given, stdout=subprocess.PIPE, text=True, check=True).stdout


if __name__ == "__main__":
    try:
        main()
    except (subprocess.CalledProcessError, FileNotFoundError) as failed:
        sys.exit(f"No image was made: {failed}")
