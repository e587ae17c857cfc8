"""What later entries of the same programme file bring in, so that an earlier one may already speak of it.

A project may depend on a milestone that stands further down, and a person may be listed for a partner that the history
admits.
"""

from __future__ import annotations

from collections.abc import Iterable

from services.programme.core.command import Command


def brought_in(partnership: str, commands: Iterable[Command]) -> frozenset[str]:
    """Return the references of everything that these commands bring in with them."""
    return frozenset(reference for command in commands for reference in command.brings_in(partnership))
