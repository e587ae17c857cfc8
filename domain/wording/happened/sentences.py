"""What sentences about what happened have in common."""

from __future__ import annotations

from collections.abc import Callable

from contracts.events import Fact
from domain.wording.sentences import listed

Named = Callable[[str], str]
"""Returns the name of what a reference, or the code of a partner, stands for."""


def parts_put_right(fact: Fact, *names: str) -> str:
    """Return in words which of its parts an amendment changed: ``Title and what comes first``."""
    changed = [_PARTS.get(name, name) for name in names if getattr(fact, name) is not None]
    words = listed(changed)
    return words[:1].upper() + words[1:]


_PARTS = {"depends_on": "what comes first", "gss": "GSS code", "kind": "kind of organisation"}
