"""The files of the repository, for the tests of its house rules."""

from __future__ import annotations

import re
import subprocess
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def files() -> tuple[Path, ...]:
    """Return every file that git does not ignore, relative to ROOT, committed or not."""
    with tempfile.TemporaryDirectory() as empty:
        # An empty repository beside the tree: this works in an unpacked archive too.
        subprocess.run(["git", "init", "--quiet", "--bare", empty], check=True)
        listed = subprocess.run(
            ["git", f"--git-dir={empty}", f"--work-tree={ROOT}", "ls-files", "-z", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    return tuple(sorted(Path(name) for name in listed.stdout.split("\0") if name))


@cache
def text_of(file: Path) -> str | None:
    """Return the text of ``file``, or None when it is not a text."""
    try:
        return (ROOT / file).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def lines_matching(pattern: str, *, among: tuple[Path, ...], flags: int = 0) -> list[str]:
    """Return ``file:line: text`` for every line of ``among`` in which ``pattern`` is found."""
    sought = re.compile(pattern, flags)
    return [
        f"{file}:{number}: {line.strip()}"
        for file in among
        for number, line in enumerate((text_of(file) or "").splitlines(), start=1)
        if sought.search(line)
    ]
