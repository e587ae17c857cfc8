"""How much room the installed product takes: its own packages and all that they need."""

from __future__ import annotations

from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

from tests.benchmarks.children import ROOT


def installed_bytes() -> int:
    """Return the size of the product as pip installs it, in bytes; Python itself is not counted."""
    needed = sum(_size_of(each) for name, each in _closure("concordat").items() if name != "concordat")
    own = (file for folder in ("contracts", "services") for file in (ROOT / folder).rglob("*"))
    return needed + sum(file.stat().st_size for file in own if file.is_file())


def _size_of(package: Distribution) -> int:
    files = (Path(str(package.locate_file(file))) for file in package.files or ())
    return sum(file.stat().st_size for file in files if file.is_file())


def _closure(name: str) -> dict[str, Distribution]:
    """Return what a distribution needs, itself included, by name."""
    found: dict[str, Distribution] = {}
    waiting = [(name, "")]
    seen: set[tuple[str, str]] = set()
    while waiting:
        needed, extra = waiting.pop()
        if (needed, extra) in seen:
            continue
        seen.add((needed, extra))
        found[needed] = distribution(needed)
        for line in found[needed].requires or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                waiting += [(requirement.name.lower().replace("_", "-"), each) for each in (*requirement.extras, "")]
    return found
