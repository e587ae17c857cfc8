"""The package that an XLSX file is, looked at before anything of it is parsed: a ZIP file of XML parts.

Every part is unpacked here once, within bounds, so that what the parser meets afterwards is known to be whole, small
and plain. A part can be no larger than the directory says: the reader of the ZIP file stops there.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from services.programme.sheets import limits
from services.programme.sheets.cells import FileRefused

SAVE_AS = "Save it as an Excel workbook (.xlsx) or as CSV, and choose that file."
SAVE_AS_CSV = "Save the sheet that matters as CSV, and choose that file."
_DAMAGED = f"The file is damaged: it cannot be unpacked. Open it in your spreadsheet application. {SAVE_AS}"
_UNUSUAL = f"The file is not as a spreadsheet application writes it. Open it in yours. {SAVE_AS}"
_UNREADABLE = (BadZipFile, EOFError, OSError, RuntimeError, ValueError, zlib.error)
_ENCRYPTED = 0x1
_STRICT = b"purl.oclc.org/ooxml"
_DECLARED = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"'](?!utf-8[\"']|us-ascii[\"'])", re.IGNORECASE)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_OPENED = re.compile(rb"<(?![/?!])")
_OF_CELLS = re.compile(rb"<(?:\w+:)?(?:row|c|v|f|is|t|si)[\s/>]")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def has_formulas(content: bytes) -> bool:
    """Check the package of a workbook; say whether one of its cells is calculated. Raises FileRefused."""
    try:
        with ZipFile(BytesIO(content)) as package:
            entries = package.infolist()
            _check_directory(entries, len(content))
            _check_kind({entry.filename for entry in entries}, package)
            weight = _Weight()
            parts = [_check_part(entry.filename, package.read(entry), weight) for entry in entries]
    except _UNREADABLE:
        raise FileRefused(_DAMAGED) from None
    return any(parts)


def _check_directory(entries: Sequence[ZipInfo], packed: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise FileRefused(f"The file is protected by a password. Take the password away. {SAVE_AS}")
    if len(entries) > limits.MOST_PARTS or unpacked > limits.LARGEST_UNPACKED:
        raise FileRefused("The file becomes too large when it is unpacked. Leave out what is not needed.")
    if unpacked > limits.MIB and unpacked > packed * limits.MOST_UNPACKED_TIMES:
        raise FileRefused(_UNUSUAL)
    names = [entry.filename.casefold() for entry in entries]
    if len(set(names)) != len(names) or any(_leads_astray(name) for name in names):
        raise FileRefused(_UNUSUAL)


def _leads_astray(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")


def _check_kind(names: set[str], package: ZipFile) -> None:
    if "mimetype" in names and b"opendocument" in package.read("mimetype"):
        raise FileRefused(f"This is an OpenDocument file. {SAVE_AS}")
    if "xl/workbook.bin" in names:
        raise FileRefused(f"This is a binary workbook (.xlsb). {SAVE_AS}")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise FileRefused(f"This is not a spreadsheet. {SAVE_AS}")
    if any("vbaproject" in name.casefold() for name in names):
        raise FileRefused(f"The workbook has macros, which are not taken. {SAVE_AS}")
    if b"macroEnabled" in package.read("[Content_Types].xml"):
        raise FileRefused(f"The workbook is of the kind that may have macros, which is not taken. {SAVE_AS}")


class _Weight:
    """Counts the elements of all parts: a parser takes its time for each, whatever the part calls itself."""

    def __init__(self) -> None:
        self._of_cells = 0
        self._others = 0

    def add(self, part: bytes) -> None:
        """Count a part. Raises FileRefused once there is too much."""
        of_cells = sum(1 for _ in _OF_CELLS.finditer(part))
        self._of_cells += of_cells
        self._others += sum(1 for _ in _OPENED.finditer(part)) - of_cells
        if self._of_cells > limits.MOST_ELEMENTS_OF_CELLS or self._others > limits.MOST_OTHER_ELEMENTS:
            raise FileRefused(f"The file has more cells, formats and drawings than are read. {SAVE_AS_CSV}")


def _check_part(name: str, content: bytes, weight: _Weight) -> bool:
    """Refuse an XML part that no spreadsheet application writes; say whether it has formulas.

    One encoding and no document type: nothing here can be hidden from a search for bytes.
    """
    if not name.casefold().endswith((".xml", ".rels", ".vml")):
        return False
    plain = content.removeprefix(_BYTE_ORDER_MARK).lstrip()
    if not plain.startswith(b"<") or b"\x00" in plain or b"<!DOCTYPE" in plain or _DECLARED.match(plain):
        raise FileRefused(_UNUSUAL)
    weight.add(plain)
    if _STRICT in plain[:2_000]:
        raise FileRefused(f"This is a workbook of the kind “Strict Open XML”. {SAVE_AS}")
    if name.casefold().endswith("sharedstrings.xml") and plain.count(b"si>") > 2 * limits.MOST_SHARED_TEXTS:
        raise FileRefused(limits.TOO_MUCH_TEXT)
    return "/worksheets/" in name and _FORMULA.search(plain) is not None
