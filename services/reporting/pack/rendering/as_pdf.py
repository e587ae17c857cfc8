"""The pack as a tagged PDF (PDF/UA-1 and PDF/A-2a), set by typst.

The template reads the content as JSON, so nothing that anyone entered is ever read as markup.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, cast

import typst

from domain.wording.safe_text import printable
from services.reporting.pack.content import PackContent
from services.reporting.pack.rendering.anchors import anchors
from services.reporting.pack.typeface import covered, fonts

STANDARDS: list[Any] = ["ua-1", "a-2a"]
TEMPLATE = Path(__file__).with_name("pack.typ")

_LONG_WORD = re.compile(r"\S{15,}")
_UNHYPHENATED = 24
_BREAK = "\u200b"
_VERBATIM = frozenset({"anchor", "link", "svg"})


def typesetter(content: PackContent) -> Callable[[], bytes]:
    """Return what sets the document, which takes long; its source has then been made, which holds the lock."""
    return partial(compile_source, source(content), int(content.cut_off.timestamp()))


def source(content: PackContent) -> str:
    """Return what the template reads, as JSON."""
    document = {
        "title": content.title,
        "cover": content.cover,
        "furniture": content.furniture,
        "sections": content.sections,
    }
    return json.dumps({**_plain(document), "anchors": sorted(anchors(content))}, ensure_ascii=False)


def compile_source(pack: str, timestamp: int) -> bytes:
    """Set the document. The typefaces are ours alone; its date is ``timestamp``, in seconds since 1970."""
    compiler = typst.Compiler(_template(), root=TEMPLATE.parent, font_paths=fonts(), sys_inputs={"pack": pack})
    made = compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=timestamp)
    assert isinstance(made, bytes)
    return made


@lru_cache(maxsize=1)
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str):
        return breakable(covered(printable(value)))
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        made: dict[str, Any] = {"type": type(value).__name__}
        for name, write in _members(type(value)):
            made[name] = write(getattr(value, name))
        return made
    return value


@lru_cache(maxsize=64)
def _members(kind: Hashable) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    """Return the members of a part of the document, each with how its value is written."""
    return tuple((each.name, _verbatim if each.name in _VERBATIM else _plain) for each in fields(cast(Any, kind)))


def _verbatim(value: str) -> str:
    return covered(printable(value))


def breakable(text: str) -> str:
    """Return ``text`` with places to break within words that no hyphenation can help."""
    return _LONG_WORD.sub(lambda match: _broken(match[0]), text)


def _broken(word: str) -> str:
    if word.isalpha() and word[1:].islower() and len(word) <= _UNHYPHENATED:
        return word
    return _BREAK.join(word[first : first + 6] for first in range(0, len(word), 6))
