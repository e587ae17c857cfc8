"""The board pack of one meeting: one pure function from a register to files.

``make_content`` says everything in words and figures, ``render`` gives it its four forms, ``manifest`` seals them. The
same inputs give the same bytes on any machine at any later time.
"""

from __future__ import annotations

from domain.register.papers import MeetingNotice
from services.reporting.pack.content import PackContent, make_content
from services.reporting.pack.edition import ISSUED, PREVIEW, TEMPLATE_VERSION, Edition, EditionState
from services.reporting.pack.manifest import MANIFEST, manifest
from services.reporting.pack.previous import PreviousPack
from services.reporting.pack.remembering import previous_pack
from services.reporting.pack.rendering import render
from services.reporting.pack.sections.recipients import recipients

__all__ = [
    "ISSUED",
    "MANIFEST",
    "PREVIEW",
    "TEMPLATE_VERSION",
    "Edition",
    "EditionState",
    "MeetingNotice",
    "PackContent",
    "PreviousPack",
    "make_content",
    "manifest",
    "previous_pack",
    "recipients",
    "render",
]
