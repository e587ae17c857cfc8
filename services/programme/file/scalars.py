"""What a word without quotes means. Source: YAML 1.2.2, section 10.3.2 (core schema).

``yes``, ``no``, ``10:00`` and ``2014-07-31`` are words; only what stands below is anything else.
"""

from __future__ import annotations

import re
from decimal import Decimal

from services.programme.file.nodes import Plain

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_DECIMAL_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL_INT = re.compile(r"0o[0-7]+")
_HEXADECIMAL_INT = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITY = re.compile(r"[-+]?(\.inf|\.Inf|\.INF)")
_NOT_A_NUMBER = frozenset({".nan", ".NaN", ".NAN"})
_LONGEST_NUMBER = 40


def meaning(text: str) -> Plain:
    """Return what a plain scalar means. A number too long for any field here stays the word that it is."""
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    return _number(text) if len(text) <= _LONGEST_NUMBER else text


def _number(text: str) -> Plain:
    if _DECIMAL_INT.fullmatch(text):
        return int(text)
    if _OCTAL_INT.fullmatch(text):
        return int(text, 8)
    if _HEXADECIMAL_INT.fullmatch(text):
        return int(text, 16)
    if _FLOAT.fullmatch(text):
        return Decimal(text)
    if _INFINITY.fullmatch(text):
        return Decimal("-Infinity" if text.startswith("-") else "Infinity")
    return Decimal("NaN") if text in _NOT_A_NUMBER else text
