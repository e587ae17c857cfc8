"""Where a long word may break: at its joints, and anywhere only where it is no word at all.

Typst and browsers break names at their hyphens and spaces. What else is long (addresses, links, figures that somebody
typed) gets the mark ``BREAK`` where it may break. Each form turns it into a place to break that is no character, so
that what is read, searched and copied is the word as it was entered.
"""

from __future__ import annotations

import re

BREAK = "\u200b"

_LONG = 15
_LONG_WORD = re.compile(rf"[^\s{BREAK}]{{{_LONG},}}")
_AFTER_A_JOINT = re.compile(r"(?<=[^\w'’(\[{<\"“‘«-])(?=\w)|(?<=_)(?=[^\W_])")
"""Between a sign that is no letter, nor opens something, and the next word."""
_AFTER_A_HYPHEN = re.compile(r"(?<=-)(?=[^-])")
_LONGEST_NAME = 24
_LAST_LATIN_LETTER = "\u024f"
_CHUNK = 6


def breakable(text: str) -> str:
    """Return ``text`` with a mark wherever a long word of it may break."""
    return _LONG_WORD.sub(lambda found: _broken(found[0]), text)


def is_plain(text: str) -> bool:
    """Say whether ``text`` is set as it is, as most are: too short to break, and of printable ASCII signs alone."""
    return len(text) < _LONG and text.isascii() and text.isprintable()


def without_breaks(text: str) -> str:
    """Return ``text`` without the marks."""
    return text.replace(BREAK, "")


def _broken(word: str) -> str:
    return BREAK.join(
        "".join(_chunked(piece) for piece in _AFTER_A_HYPHEN.split(part)) for part in _AFTER_A_JOINT.split(word)
    )


def _chunked(piece: str) -> str:
    """Return what has no joint, with marks where it is no name; other scripts break by rules of their own."""
    if len(piece) < _LONG or _is_name(piece) or max(piece) > _LAST_LATIN_LETTER:
        return piece
    return BREAK.join(piece[first : first + _CHUNK] for first in range(0, len(piece), _CHUNK))


def _is_name(piece: str) -> bool:
    letters = piece.strip("-()[]{}<>!'\"*‘’“”…")
    return letters.isalpha() and not letters.isupper() and len(letters) <= _LONGEST_NAME
