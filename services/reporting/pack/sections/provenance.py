"""I: where the pack comes from, so that anyone can make it again, what its words mean, and who gets it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.definitions import Definitions
from services.reporting.pack.document import Block, Detail, Facts, Heading, Paragraph, Section
from services.reporting.pack.edition import TEMPLATE_VERSION
from services.reporting.pack.sections.recipients import distribution
from services.reporting.pack.typeface import MISSING


def section(definitions: Mapping[str, Definitions], briefing: Briefing) -> Section:
    """Return the section, with the ``definitions`` by what they are of."""
    return Section("I", "provenance", "Definitions and provenance", tuple(_blocks(definitions, briefing)))


def _blocks(definitions: Mapping[str, Definitions], briefing: Briefing) -> Iterator[Block]:
    now, notice = briefing.now, briefing.notice
    yield Paragraph(
        "This pack is a pure function of the events named here: the same events and template give the same bytes, "
        "on any machine, at any later time. The manifest beside it, manifest.json, names the SHA-256 of every file. "
        "Beside an issued pack, manifest.sig is the manifest’s signature and holds the public key that proves it.",
        "lead",
    )
    yield Facts(
        (
            Detail("Edition", Cell(briefing.edition.reference(notice.reference))),
            Detail("Data cut-off", Cell(now.calendar.local(notice.timetable.cut_off).isoformat())),
            Detail("Taken in up to", Cell(now.calendar.local(now.at).isoformat())),
            Detail("Last event", Cell(f"version {now.register.position.version} of the log of {now.register.code}")),
            Detail("Chain value", Cell(now.register.position.chain)),
            Detail("Template version", Cell(TEMPLATE_VERSION)),
        )
    )
    to = "\n".join(distribution(briefing)) or "No one holds a role that receives the pack."
    yield Facts((Detail("Who gets it", Cell(to)),))
    yield Paragraph(
        f"In the PDF, {MISSING} stands for a sign that none of its typefaces has; the page shows it.", "quiet"
    )
    for of, words in definitions.items():
        yield Heading(f"Definitions: {of}")
        yield Facts(tuple(Detail(word, Cell(meaning)) for word, meaning in words))
