"""The pack as one HTML file that needs nothing beside it: style, charts and typeface are in it, and no script is."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from domain.wording.cells import Cell
from domain.wording.safe_text import is_web_address, printable
from services.reporting.pack.content import PackContent
from services.reporting.pack.document import Column
from services.reporting.pack.rendering.anchors import anchors
from services.reporting.pack.rendering.breaking import BREAK, breakable, is_plain, without_breaks
from services.reporting.pack.rendering.direction import END, ISOLATE, RIGHT_TO_LEFT, isolated
from services.reporting.pack.room import begin_pages
from services.runtime.web.fonts import face

FOLDER = Path(__file__).parent
_MARKED_TAG = re.compile(rf"<(?:title>[^<{BREAK}]*+|[^<>{BREAK}]*+){BREAK}[^<>]*")
"""A tag, or the title, in which a place to break is marked that can only be between words of the page."""
_TAG_OR_MARK = re.compile(f"<(?:title>[^<]*|[^<>]*)|[{ISOLATE}{END}]")
_ISOLATED = {ISOLATE: "<bdi>", END: "</bdi>"}
FACES = {400: "source-sans-regular.woff2", 600: "source-sans-semibold.woff2"}


def html(content: PackContent) -> bytes:
    """Return the page."""
    places = anchors(content)
    page = _template().render(
        pack=content,
        style=_style(),
        names={section.anchor: section.name for section in content.sections},
        begin_pages=begin_pages(content.sections),
        link=lambda cell: _link(cell, places),
    )
    broken = _MARKED_TAG.sub(lambda found: found[0].replace(BREAK, ""), page).replace(BREAK, "<wbr>")
    return _with_isolates(broken).encode()


def _with_isolates(page: str) -> str:
    """Return the page with an element about each name that stands by itself; in tags the marks stay as they are."""
    if ISOLATE not in page:
        return page
    return _TAG_OR_MARK.sub(lambda found: _ISOLATED.get(found[0], found[0]), page)


def _link(cell: Cell, places: set[str]) -> str:
    """Return where a cell leads: a place that is in this edition, or an address on the web; else nowhere."""
    if cell.link.startswith("#"):
        return cell.link if cell.link[1:] in places else ""
    return cell.link if is_web_address(cell.link) else ""


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalized,
    )
    environment.tests["of_type"] = lambda block, name: type(block).__name__ == name
    environment.filters["opening"] = _opening
    environment.globals["zip"] = zip
    return environment.get_template("pack.html")


def _finalized(value: Any) -> Any:
    return value if type(value) is not str or is_plain(value) else _text(value)


@lru_cache(maxsize=4096)
def _text(value: str) -> str:
    """Return a text as it is set. Of those in a pack most are there several times: names, dates and statuses."""
    return isolated(breakable(without_breaks(printable(value)))).replace(RIGHT_TO_LEFT, "")


def _opening(column: Column) -> Markup:
    """Return what opens the cells of a column, which has a label where a narrow screen makes lists of the rows."""
    return Markup('<td class="{}" data-label="{}">').format(column.kind.value, _finalized(column.title))


@lru_cache(maxsize=1)
def _style() -> str:
    return "".join(_font_face(weight, name) for weight, name in FACES.items()) + (FOLDER / "pack.css").read_text()


def _font_face(weight: int, name: str) -> str:
    data = b64encode(face(name)).decode("ascii")
    return (
        f'@font-face{{font-family:"Source Sans Pro";font-weight:{weight};font-display:swap;'
        f'src:url("data:font/woff2;base64,{data}") format("woff2")}}\n'
    )
