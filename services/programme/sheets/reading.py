"""Reading the file that somebody chose: what it is, its bytes say and not its name."""

from __future__ import annotations

from services.programme.sheets.cells import Book, FileRefused
from services.programme.sheets.limits import check_size
from services.programme.sheets.packages import SAVE_AS
from services.programme.sheets.separated import read_separated
from services.programme.sheets.workbooks import read_workbook

_ZIP = b"PK"
_COMPOUND = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read_book(content: bytes) -> Book:
    """Return the tables of a workbook or of a file of text with separators. Raises FileRefused. Blocking."""
    check_size(content)
    if content.startswith(_ZIP):
        book = read_workbook(content)
    elif content.startswith(_COMPOUND):
        raise FileRefused(_compound(content))
    elif content.startswith(b"%PDF"):
        raise FileRefused(f"This is a PDF file. {SAVE_AS}")
    else:
        book = read_separated(content)
    if not book.shown:
        raise FileRefused("There is nothing in the file. Choose the file that you filled in.")
    return book


def _compound(content: bytes) -> str:
    if _ENCRYPTED in content:
        return f"The file is protected by a password. Take the password away. {SAVE_AS}"
    return f"This is a workbook of the older kind (.xls). {SAVE_AS}"
