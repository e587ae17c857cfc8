"""Making text that people entered safe to set: without what no form can show, or what would turn other text around."""

from __future__ import annotations

import re

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_DIRECTING = re.compile("[\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def looks_like_a_formula(text: str) -> bool:
    """Say whether a spreadsheet would take ``text`` for a formula, or look behind its beginning for one."""
    return text.startswith(_FORMULA_STARTS)


def printable(text: str) -> str:
    """Return ``text`` with every control character shown as a replacement character and no bidirectional override."""
    if text.isprintable():
        return text
    return _UNPRINTABLE.sub("�", _DIRECTING.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def is_web_address(text: str) -> bool:
    """Say whether ``text`` is an address that a reader can follow without danger; anything else stays plain text."""
    return re.fullmatch(r"https?://[^\s\"<>\\^`{|}]+", text) is not None
