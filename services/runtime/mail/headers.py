"""Header fields of an e-mail, in ASCII, that readers turn back into the very text they were made of.

Source: RFC 5322 and RFC 2047. ``email.header.Header`` does the encoding: what ``EmailMessage`` folds by itself does not
always come back (a word in two pieces, a space too many).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from email.header import Header
from itertools import groupby

from services.runtime.base.addresses import Address

Mailbox = tuple[str, Address]
"""A name, perhaps empty, and an address."""

_LONGEST_LINE = 76
_LONGEST_WORD = 60
_FOLD = "\r\n "
_BREAKS = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+")


def one_line(text: str) -> str:
    """Return ``text`` on one line: control characters, line breaks of every kind and runs of spaces become one space.

    Everything else stays, joiners of emoji and marks of direction too.
    """
    return _BREAKS.sub(" ", text).strip(" ")


def field(name: str, text: str) -> str:
    """Return a field of free text, which ends with CRLF: as it is where it is plain and fits on a line."""
    text = one_line(text)
    if not _is_plain(text) or len(f"{name}: {text}") > _LONGEST_LINE:
        text = _encoded(name, text)
    return f"{name}: {text}\r\n"


def token(name: str, value: str) -> str:
    """Return a field of one word that software reads, such as an id, which ends with CRLF.

    It is neither encoded nor put on a line of its own, however long it is: RFC 2047, section 5, allows the one in free
    text alone, and not every reader knows the other.
    """
    return f"{name}: {value}\r\n"


def mailboxes(name: str, listed: Sequence[Mailbox]) -> str:
    """Return a field of names and addresses, which ends with CRLF.

    An address is written as it is: letters beyond ASCII before its @ need SMTPUTF8.
    """
    tokens: list[str] = []
    for display, address in listed:
        phrase = list(_phrase(name, one_line(display)))
        tokens += [*phrase, f"<{address.spec}>" if phrase else address.spec]
        tokens[-1] += ","
    tokens[-1] = tokens[-1].removesuffix(",")
    return f"{_folded(name, tokens)}\r\n"


def _phrase(name: str, text: str) -> Iterator[str]:
    """Yield a display name in pieces that may stand on lines of their own.

    Words that need no encoding stay out of the encoded ones: several readers, Python's own before 3.13 among them, put
    a space where two encoded words meet. So these meet only in a run that is longer than one of them can hold.
    """
    for is_plain, run in groupby(text.split(" ") if text else (), key=_is_plain_word):
        words = list(run)
        if not is_plain:
            yield from _encoded_words(name, words)
        elif all(map(_ATOM.fullmatch, words)):
            yield from words
        else:
            yield from (_quoted(word) for word in _lines(words))


def _is_plain_word(word: str) -> bool:
    return _is_plain(word) and len(word) <= _LONGEST_WORD


def _lines(words: Sequence[str]) -> Iterator[str]:
    """Yield the words, as many together as may stand on one line."""
    line = words[0]
    for word in words[1:]:
        if len(line) + len(word) >= _LONGEST_WORD:
            yield line
            line = word
        else:
            line += f" {word}"
    yield line


def _quoted(text: str) -> str:
    return '"{}"'.format(re.sub(r'(["\\])', r"\\\1", text))


def _encoded_words(name: str, words: Sequence[str]) -> Iterator[str]:
    """Yield encoded words, each with as many words as it can hold; what separates two stands in the second."""
    run = words[0]
    for word in words[1:]:
        if _FOLD in _encoded(name, f"{run} {word}"):
            yield from _encoded(name, run).split(_FOLD)
            run = ""
        run += f" {word}"
    yield from _encoded(name, run).split(_FOLD)


def _is_plain(text: str) -> bool:
    """Say whether a reader takes ``text`` for what it is: in ASCII, and nothing in it looks encoded."""
    return text.isascii() and "=?" not in text


def _encoded(name: str, text: str) -> str:
    return Header(text, "utf-8", maxlinelen=_LONGEST_LINE, header_name=name).encode(linesep="\r\n")


def _folded(name: str, tokens: Sequence[str]) -> str:
    lines = [f"{name}:"]
    for token in tokens:
        if len(lines[-1]) + 1 + len(token) > _LONGEST_LINE and lines[-1] != f"{name}:":
            lines.append("")
        lines[-1] += f" {token}"
    return "\r\n".join(lines)
