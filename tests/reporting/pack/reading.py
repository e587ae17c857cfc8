"""Reading the forms of a pack back, for tests of what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO

from openpyxl import Workbook, load_workbook
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

VOID = frozenset({"meta", "use", "br", "path", "circle", "rect", "line", "wbr"})


class Page(HTMLParser):
    """A page taken apart: its words, ids, links, attributes that load something, and tags left open."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.words: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.tags: set[str] = set()
        self.open: list[str] = []
        self._goes_on = False
        self.feed(content.decode())
        self.close()

    @property
    def text(self) -> str:
        """All words, parted by single spaces."""
        return re.sub(r"\s+", " ", " ".join(self.words))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.add(tag)
        self._goes_on = tag == "wbr"
        self.ids += [attributes["id"] or ""] if "id" in attributes else []
        self.links += [attributes["href"] or ""] if tag == "a" else []
        self.loads += [value or "" for name, value in attrs if name in {"src", "srcset", "data", "action"}]
        self.loads += [attributes["href"] or ""] if tag in {"link", "use", "image"} else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if {"style", "script"} & set(self.open):
            return
        if self._goes_on:
            self.words[-1] += data
        else:
            self.words.append(data)
        self._goes_on = False


def pdf(content: bytes) -> PdfReader:
    """Open a PDF."""
    return PdfReader(BytesIO(content))


def pdf_text(content: bytes) -> str:
    """Return the words of a PDF, parted by single spaces."""
    text = " ".join(page.extract_text() for page in pdf(content).pages)
    return re.sub(r"\s+", " ", text.replace("\u00a0", " "))


def structure(node: object) -> Iterator[DictionaryObject]:
    """Yield every element of a PDF's structure tree."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, ArrayObject):
        for each in node:
            yield from structure(each)
    elif isinstance(node, DictionaryObject):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from structure(node["/K"])


def workbook(content: bytes) -> Workbook:
    """Open a spreadsheet."""
    return load_workbook(BytesIO(content))
