"""One command of ``concordat``: what each has in common."""

from __future__ import annotations

import argparse
from textwrap import fill

Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse gives its type no public name


def subcommand(
    commands: Commands[argparse.ArgumentParser], name: str, module: str, purpose: str, description: str, examples: str
) -> argparse.ArgumentParser:
    """Add a command that ``services.cli.<module>`` carries out; its description says what for, its examples how."""
    command = commands.add_parser(
        name,
        help=purpose,
        description=fill(description, 78),
        epilog=f"examples:\n  {examples}\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(module=module)
    return command
