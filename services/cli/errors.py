"""What keeps a command from being carried out, for the person who gave it."""

from __future__ import annotations


class CommandError(Exception):
    """A fault in what was given or found; the message is a sentence. The command ends with exit code 1."""
