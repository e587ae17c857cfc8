"""The four forms of a pack. A form sets what the content says; it computes and words nothing."""

from __future__ import annotations

import json

from services.reporting.pack.content import PackContent
from services.reporting.pack.rendering.as_html import html
from services.reporting.pack.rendering.as_pdf import pdf
from services.reporting.pack.rendering.as_xlsx import xlsx


def render(content: PackContent) -> dict[str, bytes]:
    """Return the files of an edition, by name."""
    return {
        "pack.html": html(content),
        "pack.pdf": pdf(content),
        "pack.json": json.dumps(content.data, ensure_ascii=False, indent=1).encode() + b"\n",
        "pack.xlsx": xlsx(content),
    }


__all__ = ["render"]
