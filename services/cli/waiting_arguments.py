"""The commands about what waits for an operator: dead letters, and partnerships that are blocked."""

from __future__ import annotations

import argparse

from services.cli.argument_parts import Commands, add_actions, add_command, blocked, letter, takes_deployment


def dead_letters(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command about dead letters."""
    command = add_command(
        commands,
        "dead-letters",
        "dead_letters",
        "see what failed for good, have it tried again, or throw it away",
        "A dead letter is an event whose effect failed time and again, or a message that no service of the deployment"
        " sent. What is tried again takes effect once, as if it came now. The same can be done on the pages"
        " /office/dead-letters, /packs/dead-letters and /emails/dead-letters.",
        "concordat dead-letters list\n  concordat dead-letters retry notifications/3"
        "\n  concordat dead-letters discard programme/1 programme/2",
    )
    actions = add_actions(
        command,
        {
            "list": "show the dead letters of every service, oldest first",
            "retry": "have the effect of each come about, which is then no dead letter any more",
            "discard": "throw each away",
        },
    )
    for name in ("retry", "discard"):
        actions[name].add_argument(
            "letters", nargs="+", type=letter, metavar="LETTER", help="as listed, such as notifications/3"
        )
    for action in actions.values():
        takes_deployment(action)


def blocked_partnerships(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command about blocked partnerships."""
    command = add_command(
        commands,
        "blocked-partnerships",
        "blocked_partnerships",
        "see which partnerships a service cannot go on with, or try them now",
        "A partnership is blocked in a service where an event of it is missing or cannot be taken in. None is passed"
        " over; each is tried again by itself, ever more rarely. The same can be done on the pages"
        " /office/blocked-partnerships, /packs/blocked-partnerships and /emails/blocked-partnerships.",
        "concordat blocked-partnerships list\n  concordat blocked-partnerships retry reporting/LAP",
    )
    actions = add_actions(
        command,
        {
            "list": "show the blocked partnerships of every service, with the way out",
            "retry": "look at once for what each lacks, and go on with it",
        },
    )
    actions["retry"].add_argument(
        "partnerships", nargs="+", type=blocked, metavar="PARTNERSHIP", help="as listed, such as reporting/LAP"
    )
    for action in actions.values():
        takes_deployment(action)
