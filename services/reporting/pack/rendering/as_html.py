"""The pack as one HTML file that needs nothing beside it: style, charts and typeface are in it, and no script is."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from domain.wording.cells import Cell, Tone
from domain.wording.safe_text import is_web_address, printable
from services.reporting.pack.content import PackContent
from services.reporting.pack.rendering.anchors import anchors
from services.runtime.web.fonts import face

FOLDER = Path(__file__).parent
FACES = {400: "source-sans-regular.woff2", 600: "source-sans-semibold.woff2"}


def html(content: PackContent) -> bytes:
    """Return the page."""
    places = anchors(content)
    page = _template().render(pack=content, style=_style(), tones=list(Tone), link=lambda cell: _link(cell, places))
    return page.encode()


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
    return environment.get_template("pack.html")


def _finalized(value: Any) -> Any:
    return printable(value) if type(value) is str else value


@lru_cache(maxsize=1)
def _style() -> str:
    return "".join(_font_face(weight, name) for weight, name in FACES.items()) + (FOLDER / "pack.css").read_text()


def _font_face(weight: int, name: str) -> str:
    data = b64encode(face(name)).decode("ascii")
    return (
        f'@font-face{{font-family:"Source Sans Pro";font-weight:{weight};font-display:swap;'
        f'src:url("data:font/woff2;base64,{data}") format("woff2")}}\n'
    )
