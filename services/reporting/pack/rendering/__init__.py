"""The four forms of a pack. A form sets what the content says; it computes and words nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from pydantic_core import to_json

from services.reporting.pack.content import PackContent
from services.reporting.pack.rendering.as_html import html
from services.reporting.pack.rendering.as_pdf import forget_what_was_set, typesetter
from services.reporting.pack.rendering.as_xlsx import xlsx


def render(content: PackContent) -> dict[str, bytes]:
    """Return the files of an edition, by name.

    The PDF takes by far the longest and is set outside the interpreter's lock, so the others are made meanwhile. What
    typst remembers of it is forgotten once it is there: nobody waits for that.
    """
    beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pack-pdf")
    document = beside.submit(typesetter(content))
    beside.submit(forget_what_was_set)
    beside.shutdown(wait=False)
    data = to_json(content.data, indent=1) + b"\n"
    others = {"pack.html": html(content), "pack.json": data, "pack.xlsx": xlsx(content)}
    return {**others, "pack.pdf": document.result()}


__all__ = ["render"]
