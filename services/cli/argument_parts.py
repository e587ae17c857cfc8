"""What several commands take on the command line, and what is read from a word of it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from textwrap import fill

Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse gives its type no public name

CONSUMING = ("programme", "reporting", "notifications")
"""The services that take events in."""


def add_command(
    commands: Commands[argparse.ArgumentParser], name: str, module: str, purpose: str, description: str, examples: str
) -> argparse.ArgumentParser:
    """Add a command whose work ``module`` does, and return its parser. ``examples`` are whole command lines."""
    command = commands.add_parser(
        name,
        help=purpose,
        description=fill(description, 78),
        epilog=f"examples:\n  {examples}\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(module=module)
    return command


def add_actions(command: argparse.ArgumentParser, purposes: Mapping[str, str]) -> Mapping[str, argparse.ArgumentParser]:
    """Have a command begin with one of several actions, each with its purpose, and return their parsers by name."""
    actions = command.add_subparsers(title="what to do", metavar="action", dest="action", required=True)
    return {
        name: actions.add_parser(name, help=purpose, description=fill(purpose.capitalize() + ".", 78))
        for name, purpose in purposes.items()
    }


def takes_programme_file(command: argparse.ArgumentParser) -> None:
    """Have a command take a programme file."""
    command.add_argument("file", type=Path, metavar="FILE", help="the programme file")


def takes_deployment(command: argparse.ArgumentParser) -> None:
    """Have a command take a running deployment, by its address and a token."""
    command.add_argument("--url", metavar="URL", help="address of the deployment (default: CONCORDAT_PUBLIC_URL)")
    command.add_argument(
        "--token-file",
        type=Path,
        metavar="FILE",
        help="file with its API token, - for standard input (default: CONCORDAT_API_TOKEN)",
    )


def letter(text: str) -> tuple[str, int]:
    """Return the service and the number of a dead letter. Raises ArgumentTypeError, as do all below."""
    service, _, number = text.partition("/")
    if service not in CONSUMING or not number.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no dead letter; write one as it is listed: notifications/3")
    return service, int(number)


def blocked(text: str) -> tuple[str, str]:
    """Return a service and the code of a partnership that is blocked there."""
    service, _, code = text.partition("/")
    if service not in CONSUMING or not code.isalnum():
        raise argparse.ArgumentTypeError(f"{text!r} is no partnership; write it as it is listed: reporting/LAP")
    return service, code


def takes_lost_at(command: argparse.ArgumentParser) -> None:
    """Have a command take the instant at which a deployment was lost."""
    command.add_argument(
        "--lost-at",
        type=instant,
        metavar="INSTANT",
        help="when the deployment was lost: what was due by then is presumed to have been mailed (default: now)",
    )


def instant(text: str) -> datetime:
    """Return an aware instant, written as ISO 8601 has it."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not an instant; write one like 2026-11-26T14:05:00Z") from None
    if read.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no time zone; end it with Z for UTC")
    return read


def day(text: str) -> date:
    """Return a day, written as ISO 8601 has it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; write one such as 2027-03-31") from None


def port(text: str) -> int:
    """Return the number of a port; 0 stands for any free one."""
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; give a number from 0 to 65535")
    return int(text)


def count(text: str) -> int:
    """Return a version of a log."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a version; versions count from 1")
    return int(text)


def seconds(text: str) -> int:
    """Return whole seconds."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds; write one such as 120")
    return int(text)
