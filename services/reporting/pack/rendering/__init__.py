"""The four forms of a pack. A form sets what the content says; it computes and words nothing."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

from services.reporting.pack.content import PackContent
from services.reporting.pack.rendering.as_html import html
from services.reporting.pack.rendering.as_pdf import typesetter
from services.reporting.pack.rendering.as_xlsx import xlsx


def render(content: PackContent) -> dict[str, bytes]:
    """Return the files of an edition, by name.

    The PDF takes by far the longest and is set outside the interpreter's lock, so the others are made meanwhile.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="pack-pdf") as beside:
        document = beside.submit(typesetter(content))
        others = {"pack.html": html(content), "pack.json": _json(content), "pack.xlsx": xlsx(content)}
        return {**others, "pack.pdf": document.result()}


def _json(content: PackContent) -> bytes:
    return json.dumps(content.data, ensure_ascii=False, indent=1).encode() + b"\n"


__all__ = ["render"]
