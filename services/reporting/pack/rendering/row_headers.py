"""Row headers in the structure of a PDF, which typst's binding cannot tag.

typst tags the cells of a table's head, and names them in every cell below. Here the first cell of every other row is
made the header of its row, and the other cells of the row name it too. The file is as typst writes it: plain objects
and one table of their places. Nothing but these elements changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_PLACE = re.compile(rb"startxref\n(\d+)\n%%EOF\s*\Z")
_TABLE = re.compile(rb"xref\n0 (\d+)\n")
_ENTRY_BYTES = 20
_ROW = re.compile(rb"\d+ 0 obj\n<</Type/StructElem/S/TR/P \d+ 0 R(?:/ID\([^)]*\))?/K\[((?:\d+ 0 R ?)+)\]")
_ROOT = re.compile(rb"\d+ 0 obj\n<</Type/StructTreeRoot")
_IDENTIFIERS = b"/IDTree<</Names["
_CELL = re.compile(
    rb"(?P<before>\d+ 0 obj\n<</Type/StructElem/S/)TD(?P<parent>/P \d+ 0 R)/A\[<</O/Table"
    rb"(?P<more>(?:/(?:Col|Row)Span \d+)*)/Headers\[(?P<headers>(?:\([^)]*\) ?)*)\]"
)


def with_row_headers(pdf: bytes) -> bytes:
    """Return ``pdf`` with the first cell of every row as its header. Raises ValueError where typst did not write it."""
    places, begin = _places(pdf)
    objects = dict(_objects(pdf, places, begin))
    rows = [row for content in objects.values() if (row := _ROW.match(content))]
    headers = [first for row in rows if (first := _headed(objects, row)) is not None]
    _list(objects, headers)
    return _written(pdf, places, objects, begin)


def _places(pdf: bytes) -> tuple[list[int], int]:
    """Return where each object begins, by number and 0 where there is none, and where the table of places does."""
    found = _PLACE.search(pdf)
    begin = int(found[1]) if found else -1
    table = _TABLE.match(pdf, begin) if found else None
    if table is None:
        raise ValueError("this is no PDF as typst writes it: it has no plain table of its objects")
    entries = (table.end() + _ENTRY_BYTES * number for number in range(int(table[1])))
    return [int(pdf[at : at + 10]) if pdf[at + 17 : at + 18] == b"n" else 0 for at in entries], begin


def _objects(pdf: bytes, places: list[int], begin: int) -> Iterator[tuple[int, bytes]]:
    """Yield each object by number, in the order in which they stand in the file."""
    order = sorted((place, number) for number, place in enumerate(places) if place)
    ends = [place for place, _ in order[1:]] + [begin]
    return ((number, pdf[place:end]) for (place, number), end in zip(order, ends, strict=True))


def _headed(objects: dict[int, bytes], row: re.Match[bytes]) -> int | None:
    """Make the first cell of a row its header; return which it is, None where the row is of the table's head."""
    first, *others = (int(each) for each in re.findall(rb"(\d+) 0 R", row[1]))
    identifier = _identifier(first)
    headed = _CELL.match(objects[first])
    if headed is None:
        return None
    attributes = b"/A[<</O/Table/Scope/Row%b/Headers[%b]" % (headed["more"], headed["headers"])
    objects[first] = _changed(headed, b"TH", b"/ID" + identifier, attributes)
    for cell in others:
        under_it = _CELL.match(objects[cell])
        if under_it is not None:
            attributes = b"/A[<</O/Table%b/Headers[%b%b]" % (under_it["more"], under_it["headers"], identifier)
            objects[cell] = _changed(under_it, b"TD", b"", attributes)
    return first


def _changed(cell: re.Match[bytes], kind: bytes, identifier: bytes, attributes: bytes) -> bytes:
    return b"".join((cell["before"], kind, cell["parent"], identifier, attributes, cell.string[cell.end() :]))


def _identifier(header: int) -> bytes:
    """Return the identifier of a header: in the order of numbers, and before all that typst gives (``U1x0y0``)."""
    return b"(R%08d)" % header


def _list(objects: dict[int, bytes], headers: list[int]) -> None:
    """Enter the headers in the list of identifiers, which has to be in order."""
    entries = b"".join(_identifier(header) + b"%d 0 R" % header for header in sorted(headers))
    for number, content in objects.items():
        if _ROOT.match(content):
            objects[number] = content.replace(_IDENTIFIERS, _IDENTIFIERS + entries, 1)


def _written(pdf: bytes, places: list[int], objects: dict[int, bytes], begin: int) -> bytes:
    first = min(place for place in places if place)
    made = bytearray(pdf[:first])
    moved = list(places)
    for number, content in objects.items():
        moved[number] = len(made)
        made += content
    table = _TABLE.match(pdf, begin)
    assert table is not None
    end = table.end() + _ENTRY_BYTES * len(places)
    entries = (
        b"%010d" % moved[number] + pdf[at + 10 : at + _ENTRY_BYTES] if moved[number] else pdf[at : at + _ENTRY_BYTES]
        for number, at in enumerate(range(table.end(), end, _ENTRY_BYTES))
    )
    place = len(made)
    return bytes(made + table[0] + b"".join(entries) + _PLACE.sub(b"startxref\n%d\n%%%%EOF" % place, pdf[end:]))
