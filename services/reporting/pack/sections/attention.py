"""6: what else needs attention: the load between partners, high risks and overdue actions, each a capability's part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Block, Section

Part = Callable[[Briefing], Iterator[Block]]
"""Yields what a board must see of a capability's part: the exceptions, or a sentence that there are none."""


def section(parts: Sequence[Part], briefing: Briefing) -> Section:
    """Return the section."""
    blocks = tuple(block for part in parts for block in part(briefing))
    return Section("6", "attention", "Load, high risks and overdue actions", blocks, starts_page=True)
