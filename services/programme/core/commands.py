"""All commands, by the name that stands under ``do`` in a programme file."""

from __future__ import annotations

from services.programme.capabilities import CAPABILITIES
from services.programme.core.command import Command, commands_in

__all__ = ["COMMANDS", "HISTORY", "Command"]

COMMANDS: dict[str, type[Command]] = {
    command.do: command for capability in CAPABILITIES for command in commands_in(capability.commands)
}

HISTORY: dict[str, type[Command]] = {
    name: command for name, command in COMMANDS.items() if not command.sets_up and not command.by_system
}
"""Those that can stand in the history of a programme file."""
