"""From the bytes of a programme file to its text: UTF-8, without characters that no editor shows."""

from __future__ import annotations

import codecs
import re

from services.programme.file.faults import Faults

LARGEST_FILE = 20 * 1024 * 1024
EMPTY = "the file is empty; a programme file begins with the line format: concordat/1"
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_OTHER_ENCODINGS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
# Tab, line feed and carriage return are left. U+0085, U+2028 and U+2029 would count as line ends for the YAML parser
# and for no editor, so that every line number after them would be wrong.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_FIRST_UNSEEN_OF_LINE = re.compile(_UNSEEN.pattern + "[^\r\n]*")
_LINE_END = re.compile(rb"\r\n|\r|\n")


def text_of(content: bytes, faults: Faults) -> str | None:
    """Return the text of a file, with a replacement character where something is wrong; None where it is no text."""
    problem = _no_text(content)
    if problem:
        faults.add(1, "", problem)
        return None
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = _decoded_by_line(content, faults)
    return _without_unseen(text, faults)


def _no_text(content: bytes) -> str | None:
    if len(content) > LARGEST_FILE:
        return f"the file has {len(content):,} bytes; at most {LARGEST_FILE:,} can be read"
    for mark, encoding in _OTHER_ENCODINGS.items():
        if content.startswith(mark):
            return f"the file is encoded in {encoding}; save it as UTF-8"
    nul = content.find(b"\x00")
    if nul >= 0:
        return f"this is not a text file: byte {nul + 1} is NUL; give a YAML file, saved as UTF-8"
    if not content.removeprefix(codecs.BOM_UTF8).strip():
        return EMPTY
    return None


def _decoded_by_line(content: bytes, faults: Faults) -> str:
    """Decode each line for itself, so that every line that is not UTF-8 is named."""
    lines, start = [], 0
    ends = [match.end() for match in _LINE_END.finditer(content)]
    for number, end in enumerate([*ends, len(content)], start=1):
        line = content[start:end]
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError as error:
            faults.add(
                number,
                "",
                f"byte {error.start + 1} of this line, 0x{line[error.start]:02x}, is not UTF-8; "
                "save the file with the encoding UTF-8",
            )
            lines.append(line.decode("utf-8", errors="replace"))
        start = end
    return "".join(lines)


def _without_unseen(text: str, faults: Faults) -> str:
    line, counted_to = 1, 0
    for match in _FIRST_UNSEEN_OF_LINE.finditer(text):
        line += _line_ends(text, counted_to, match.start())
        counted_to = match.start()
        code = f"U+{ord(match[0][0]):04X}"
        faults.add(line, "", f"the character {code} cannot be seen and must not stand in the file; delete it")
    return _UNSEEN.sub(_REPLACEMENT, text)


def _line_ends(text: str, start: int, end: int) -> int:
    returns = text.count("\r", start, end) - text.count("\r\n", start, end)
    return text.count("\n", start, end) + returns
