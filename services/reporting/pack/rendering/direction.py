"""Names that run from right to left within a sentence that does not: each stands by itself, so that nothing moves over.

Without that, the bracket or number after such a name would be set before it. The marks are Unicode's own for this, and
are no part of a text, of which ``printable`` leaves none: each form turns them into what it has for it.
"""

from __future__ import annotations

import re

ISOLATE, RIGHT_TO_LEFT, END = "\u2068", "\u2067", "\u2069"
"""Before and after a name that stands by itself, and before a whole text that runs from right to left."""

_LETTER = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_ANY = re.compile(f"[{_LETTER}]")
_RUN = re.compile(f"[{_LETTER}](?:[{_LETTER}\\s.'’&/—–-]*[{_LETTER}])?")


def isolated(text: str) -> str:
    """Return ``text`` with its names from right to left marked; a line with no other letters is marked as a whole."""
    if text.isascii() or not _ANY.search(text):
        return text
    return "\n".join(map(_line, text.split("\n")))


def _line(line: str) -> str:
    rest = _RUN.sub("", line)
    if rest != line and not any(each.isalpha() for each in rest):
        return RIGHT_TO_LEFT + line
    return _RUN.sub(lambda found: f"{ISOLATE}{found[0]}{END}", line)
