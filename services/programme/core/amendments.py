"""What all amendments have in common: something is named, and it is not what it was."""

from __future__ import annotations

from typing import Any

from services.programme.core.command import Command
from services.programme.core.decider import Refused


def changes(command: Command, **present: Any) -> dict[str, Any]:
    """Return those parts that ``command`` gives and that are not as they are at ``present``, by their names.

    Raises Refused where it names none at all.
    """
    given = {part: getattr(command, part) for part in present if getattr(command, part) is not None}
    if not given:
        *others, last = present
        named = f"{', '.join(others)} or {last}" if others else last
        raise Refused("", f"nothing is named that would be amended; give {named}")
    return {part: value for part, value in given.items() if value != present[part]}
