"""A letter as plain text and as HTML, of equal content.

The HTML is built from tables with inline styles, which is what Outlook lays out well; colours for dark screens stand in
a style sheet that is read where such screens are known.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.notifications.letters.letter import HeadedList, Letter, Link

_WIDTH = 76
_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def html(letter: Letter, partnership: str, name: str) -> str:
    """Return the letter as an HTML document, addressed to ``name``; nobody by name where that is empty."""
    return _environment.get_template("letter.html").render(letter=letter, partnership=partnership, name=name)


def plain_text(letter: Letter, partnership: str, name: str) -> str:
    """Return the letter as plain text, addressed to ``name``; nobody by name where that is empty."""
    return "\n\n".join(_paragraphs(letter, partnership, name)) + "\n"


def _paragraphs(letter: Letter, partnership: str, name: str) -> Iterator[str]:
    yield _filled(partnership)
    yield _underlined(letter.heading, "=")
    if name:
        yield f"Dear {name},"
    yield from map(_filled, letter.opening)
    if letter.facts:
        yield "\n".join(_filled(f"{fact.label}: {fact.text}") for fact in letter.facts)
    for section in letter.sections:
        yield from _section(section)
    if letter.figures:
        yield _underlined(letter.figures_heading, "-")
        for figure in letter.figures:
            note = f" ({figure.note})" if figure.note else ""
            yield _filled(f"{figure.value} {figure.label}{note}")
    for link in (letter.link, *letter.more_links):
        yield _linked(link)
    yield from map(_filled, letter.closing)
    yield "-- \n" + _filled(letter.why) + (f"\n{_linked(letter.choice)}" if letter.choice else "")


def _section(section: HeadedList) -> Iterator[str]:
    yield _underlined(section.heading, "-")
    yield from map(_filled, section.said)
    if not section.items and not section.said:
        yield _filled(section.empty)
    for item in section.items:
        notes = (_filled(note, indent="  ") for note in item.notes)
        place = [item.address] if item.address else []
        yield "\n".join([_filled(f"* {item.title}", hanging="  "), *notes, *place])


def _linked(link: Link) -> str:
    """Return where a link leads on a line of its own, so that mail software takes all of it for the address."""
    return f"{link.text}:\n{link.address}"


def _underlined(heading: str, with_: str) -> str:
    lines = _filled(heading)
    return f"{lines}\n{with_ * max(len(line) for line in lines.splitlines() or [''])}"


def _filled(text: str, *, indent: str = "", hanging: str = "") -> str:
    return textwrap.fill(
        " ".join(text.split()),
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
