"""Files that are tampered with, huge or bombs get a sentence, at once, and nothing of them is unfolded."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.xml import DEFUSEDXML

from services.programme.sheets import limits
from services.programme.sheets.cells import FileRefused
from services.programme.sheets.reading import read_book
from tests.programme.sheets.files import part, sheet_part, with_parts, workbook

SHEET, STRINGS, TYPES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "[Content_Types].xml"
STYLES = "xl/styles.xml"
PLAIN = workbook([["Milestone", "Due"], ["Standard agreed", 7]])
LAUGHS = b"<!DOCTYPE l [<!ENTITY a 'ha'>" + b"".join(
    b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)
OUTSIDE = b'<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def refusal(content: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        read_book(content)
    return str(refused.value)


def zip_bomb() -> bytes:
    return with_parts(PLAIN, {"xl/media/image1.png": bytes(limits.LARGEST_UNPACKED)})


def small_bomb() -> bytes:
    return with_parts(PLAIN, {SHEET: sheet_part(b" " * (4 * limits.MIB))})


def lying_bomb() -> bytes:
    """A part that is larger than the directory says."""
    content = with_parts(PLAIN, {"xl/media/image1.png": bytes(2 * limits.MIB)})
    return content.replace(struct.pack("<I", 2 * limits.MIB), struct.pack("<I", 10))


def far_below() -> bytes:
    return with_parts(PLAIN, {SHEET: sheet_part(b"".join(b'<row r="%d"/>' % n for n in range(1, 40_000)))})


def too_many_rows() -> bytes:
    rows = b"".join(b'<row r="%d"><c><v>1</v></c></row>' % n for n in range(1, limits.MOST_ROWS + 2))
    return with_parts(PLAIN, {SHEET: sheet_part(rows)})


def too_wide() -> bytes:
    return with_parts(PLAIN, {SHEET: sheet_part(b'<row r="1"><c r="XFD1"><v>1</v></c></row>')})


def wide_and_empty() -> bytes:
    rows = b"".join(b'<row r="%d"><c r="XFD%d" s="1"/></row>' % (n, n) for n in range(1, 200))
    return with_parts(PLAIN, {SHEET: sheet_part(rows)})


def wide_formulas() -> bytes:
    rows = b"".join(b'<row r="%d"><c r="XFD%d"><f>1</f></c></row>' % (n, n) for n in range(1, 200))
    return with_parts(PLAIN, {SHEET: sheet_part(rows)})


def many_strings() -> bytes:
    texts = b"".join(b"<si><t>%d</t></si>" % n for n in range(limits.MOST_SHARED_TEXTS + 1))
    return with_parts(
        PLAIN, {STRINGS: b"<sst xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>" + texts + b"</sst>"}
    )


def many_formats() -> bytes:
    xml = part(PLAIN, STYLES)
    formats = b"".join(b'<xf numFmtId="%d"/>' % n for n in range(limits.MOST_OTHER_ELEMENTS))
    return with_parts(PLAIN, {STYLES: xml.replace(b"</cellXfs>", formats + b"</cellXfs>")})


def many_empty_cells() -> bytes:
    row = b"<row>" + b"".join(b'<c s="%d"/>' % n for n in range(limits.MOST_ELEMENTS_OF_CELLS // 100)) + b"</row>"
    return with_parts(PLAIN, {SHEET: sheet_part(b"".join(b"<!--%d-->" % n + row for n in range(100)))})


def one_string_many_times() -> bytes:
    return workbook([["x" * 30_000] for _ in range(200)])


def entities(document_type: bytes, name: str) -> Callable[[], bytes]:
    xml = part(PLAIN, name)
    at = xml.index(b"?>") + 2
    return lambda: with_parts(PLAIN, {name: xml[:at] + document_type + xml[at:]})


def in_another_encoding(encoding: str) -> Callable[[], bytes]:
    xml = part(PLAIN, SHEET).decode().replace("UTF-8", encoding)
    return lambda: with_parts(PLAIN, {SHEET: xml.encode(encoding)})


def with_part(name: str, content: bytes | None) -> Callable[[], bytes]:
    return lambda: with_parts(PLAIN, {name: content})


UNUSUAL = "not as a spreadsheet application writes it"
COMPOUND = bytes.fromhex("D0CF11E0A1B11AE1")
CASES: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "The file is empty"),
    "huge": (lambda: b"x" * (limits.LARGEST_FILE + 1), "The file has 4.0 MiB; the most that is read is 4 MiB"),
    "bomb": (zip_bomb, "becomes too large when it is unpacked"),
    "bomb by its ratio": (small_bomb, UNUSUAL),
    "bomb that lies": (lying_bomb, "damaged"),
    "many parts": (
        lambda: with_parts(PLAIN, {f"xl/p{n}.bin": b"" for n in range(limits.MOST_PARTS)}),
        "becomes too large",
    ),
    "path upwards": (with_part("../../evil.xml", b"<a/>"), UNUSUAL),
    "path from the root": (with_part("/xl/evil.xml", b"<a/>"), UNUSUAL),
    "path of a drive": (with_part("C:evil.xml", b"<a/>"), UNUSUAL),
    "path backwards": (with_part("xl\\evil.xml", b"<a/>"), UNUSUAL),
    "part that is there twice": (with_part("xl/WORKBOOK.xml", b"<a/>"), UNUSUAL),
    "macros": (with_part("xl/vbaProject.bin", b"x"), "has macros"),
    "kind with macros": (
        with_part(TYPES, part(PLAIN, TYPES).replace(b"sheet.main", b"sheet.macroEnabled.main")),
        "kind that may have macros",
    ),
    "no types": (with_part(TYPES, None), "This is not a spreadsheet"),
    "xlsb": (with_part("xl/workbook.bin", b"x"), "binary workbook (.xlsb)"),
    "ods": (with_part("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), "OpenDocument"),
    "strict": (with_part("xl/workbook.xml", b'<a xmlns="http://purl.oclc.org/ooxml/x"/>'), "Strict"),
    "half": (lambda: PLAIN[: len(PLAIN) // 2], "cannot be unpacked"),
    "damaged directory": (lambda: PLAIN.replace(b"PK\x01\x02", b"PK\x01\x03"), "cannot be unpacked"),
    "open element": (with_part(SHEET, b"<worksheet>"), "no workbook inside"),
    "no workbook": (with_part("xl/workbook.xml", None), "no workbook inside"),
    "xls": (lambda: COMPOUND + bytes(512), "older kind (.xls)"),
    "encrypted": (lambda: COMPOUND + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
    "pdf": (lambda: b"%PDF-1.7", "This is a PDF file"),
    "billion laughs in the texts": (entities(LAUGHS + b"]>", STRINGS), UNUSUAL),
    "billion laughs in a sheet": (entities(LAUGHS + b"]>", SHEET), UNUSUAL),
    "entity from outside": (entities(OUTSIDE, "xl/workbook.xml"), UNUSUAL),
    "utf-16": (in_another_encoding("UTF-16"), UNUSUAL),
    "ebcdic": (in_another_encoding("cp037"), UNUSUAL),
    "latin": (in_another_encoding("ISO-8859-1"), UNUSUAL),
    "many rows": (too_many_rows, "more than 5,000 rows"),
    "many empty rows": (far_below, "There is nothing in the file"),
    "wide": (too_wide, "more than 1,000 columns"),
    "wide and empty": (wide_and_empty, "reaches too far to the right"),
    "wide formulas": (wide_formulas, "more than 1,000 columns"),
    "many texts": (many_strings, "more text than is read"),
    "many formats": (many_formats, "more cells, formats and drawings than are read"),
    "many empty cells": (many_empty_cells, "more cells, formats and drawings than are read"),
    "long texts": (one_string_many_times, "more text than is read"),
    "many sheets": (
        lambda: workbook(*([["a"]] for _ in range(limits.MOST_SHEETS + 1))),
        "more than 60 sheets",
    ),
    "nothing": (lambda: workbook([[None]]), "There is nothing in the file"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_file_that_is_not_meant_gets_a_sentence(case: str) -> None:
    made, said = CASES[case]
    sentence = refusal(made())
    assert said in sentence
    assert sentence.endswith(".")


def test_a_package_with_a_password_gets_a_sentence() -> None:
    # given: the bit that says so, in the directory
    directory = PLAIN.index(b"PK\x01\x02")
    content = bytearray(PLAIN)
    content[directory + 8] |= 1
    # then
    assert "protected by a password" in refusal(bytes(content))


def test_the_parser_that_comes_behind_these_checks_unfolds_no_entities_either() -> None:
    assert DEFUSEDXML


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 12))
def test_a_damaged_file_is_read_or_refused_and_never_raises_anything_else(seed: int, times: int) -> None:
    # given: bytes of the parts, not of the package, whose checks would find them
    chance = random.Random(seed)
    name = chance.choice([SHEET, STRINGS, TYPES, "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"])
    damaged = bytearray(part(PLAIN, name))
    for _ in range(times):
        damaged[chance.randrange(len(damaged))] = chance.choice(b"<>/\"=&a0 9rs:'-")
    # then
    with suppress(FileRefused):
        read_book(with_parts(PLAIN, {name: bytes(damaged)}))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for begun in (content, b"PK\x03\x04" + content, zlib.compress(content)):
        with suppress(FileRefused):
            read_book(begun)
