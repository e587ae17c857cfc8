"""The pack as a tagged PDF (PDF/UA-1 and PDF/A-2a), set by typst.

The template reads the content as JSON, so nothing that anyone entered is ever read as markup.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, cast

import typst
from pydantic_core import to_json

from domain.wording.safe_text import printable
from services.reporting.pack.content import PackContent
from services.reporting.pack.rendering.anchors import anchors
from services.reporting.pack.rendering.breaking import breakable, is_plain, without_breaks
from services.reporting.pack.rendering.direction import isolated
from services.reporting.pack.rendering.row_headers import with_row_headers
from services.reporting.pack.room import MANY_ROWS, begin_pages
from services.reporting.pack.typeface import FAMILIES, covered, fonts, in_source_sans

STANDARDS: list[Any] = ["ua-1", "a-2a"]
TEMPLATE = Path(__file__).with_name("pack.typ")

_REMEMBERED = 10
"""Each setting has typst forget what it has remembered without use for so many settings."""


def typesetter(content: PackContent) -> Callable[[], bytes]:
    """Return what sets the document, which takes long; its source has then been made, which holds the lock."""
    return partial(_set, source(content), int(content.cut_off.timestamp()))


def source(content: PackContent) -> str:
    """Return what the template reads, as JSON."""
    document = {
        "cover": _plain(content.cover),
        "furniture": _plain(content.furniture),
        "sections": _plain(content.sections),
        "title": _verbatim(content.title),
        "anchors": sorted(anchors(content)),
        "begin_pages": sorted(begin_pages(content.sections)),
        "many_rows": MANY_ROWS,
        "families": FAMILIES,
    }
    return to_json(document).decode()


def compile_source(pack: str, timestamp: int) -> bytes:
    """Have typst set the document, in our typefaces alone; its date is ``timestamp``, in seconds since 1970."""
    compiler = typst.Compiler(_template(), root=TEMPLATE.parent, font_paths=fonts(), sys_inputs={"pack": pack})
    made = compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=timestamp)
    assert isinstance(made, bytes)
    return made


def _set(pack: str, timestamp: int) -> bytes:
    return with_row_headers(compile_source(pack, timestamp))


def forget_what_was_set() -> None:
    """Have typst let go of what it remembers of a document, for which no other has a use: 130 MB of three years.

    It has no other way to be told than to set something: each setting is one of those without use.
    """
    nothing = typst.Compiler(root=TEMPLATE.parent, font_paths=fonts())
    for _ in range(_REMEMBERED + 1):
        nothing.compile(b"//", format="pdf")


@lru_cache(maxsize=1)
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def _plain(value: Any) -> Any:
    """Return a part of the document as lists and mappings, with its texts as they are set."""
    kind = type(value)
    if kind is str:
        return value if is_plain(value) else _text(value)
    if kind is tuple:
        return [_plain(each) for each in value]
    if is_dataclass(kind):
        made: dict[str, Any] = {"type": kind.__name__}
        for name, write in _members(kind):
            made[name] = write(getattr(value, name))
        return made
    return value


@lru_cache(maxsize=4096)
def _text(value: str) -> str:
    """Return a text as it is set. Of those in a pack most are there several times: names, dates and statuses."""
    return isolated(breakable(_verbatim(value)))


@lru_cache(maxsize=64)
def _members(kind: Hashable) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    """Return the members of a part of the document, each with how its value is written."""
    return tuple((each.name, _WRITTEN.get(each.name, _plain)) for each in fields(cast(Any, kind)))


def _verbatim(value: str) -> str:
    return covered(without_breaks(printable(value)))


def _drawing(value: str) -> str:
    """Return a drawing; typst does not set every script in one, and the table after it has all of it."""
    return in_source_sans(printable(value))


_WRITTEN: dict[str, Callable[[Any], Any]] = {
    "anchor": _verbatim,
    "link": _verbatim,
    "alternative": _verbatim,
    "svg": _drawing,
}
"""How members are written whose text is not set as it is."""
