"""The places in a document that a link can lead to."""

from __future__ import annotations

from services.reporting.pack.content import PackContent
from services.reporting.pack.document import Heading, Matter


def anchors(content: PackContent) -> set[str]:
    """Return every anchor of an edition: a link to anything else would lead nowhere and is set as plain text."""
    places = {section.anchor for section in content.sections}
    for section in content.sections:
        places |= {block.anchor for block in section.blocks if isinstance(block, Heading | Matter) and block.anchor}
    return places
