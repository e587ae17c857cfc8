"""The commands about who comes in: links to sign in with, signing people out, tokens of systems."""

from __future__ import annotations

import argparse

from services.cli.argument_parts import Commands, add_actions, add_command, day


def sign_in_link(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command that prints a link to sign in with."""
    command = add_command(
        commands,
        "sign-in-link",
        "sign_in_link",
        "print a link with which somebody signs in",
        "For whoever sets a deployment up: the first secretary can sign in before e-mails are sent. The link works"
        " once, in any browser, for a quarter of an hour: hand it over as you would a password.",
        "concordat sign-in-link --address office@archives.example\n"
        "concordat sign-in-link --address office@archives.example --set-up",
    )
    command.add_argument("--address", required=True, metavar="E-MAIL", help="e-mail address as the directory has it")
    command.add_argument(
        "--set-up",
        action="store_true",
        help="let them set partnerships up on the pages; nobody has to have the address yet",
    )


def sign_out(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command that signs people out."""
    command = add_command(
        commands,
        "sign-out",
        "sign_out",
        "end all sessions and tokens of somebody, or of everybody",
        "For an account in wrong hands: every browser that is signed in with the address is signed out within a second,"
        " its API tokens are taken back, and links in reminders that went there open nothing. Tokens of systems stay:"
        " their secretaries end them.",
        "concordat sign-out --address ada@brent.example\n  concordat sign-out --everybody",
    )
    whose = command.add_mutually_exclusive_group(required=True)
    whose.add_argument("--address", metavar="E-MAIL", help="e-mail address of the person")
    whose.add_argument("--everybody", action="store_true", help="everybody who is signed in or has a token")


def token(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command about the tokens of systems."""
    command = add_command(
        commands,
        "token",
        "token",
        "make, list and end the tokens of a partnership's systems",
        "For whoever runs the deployment, on its machine: a system is software of others, which reads a partnership"
        " with a token of its own, or writes in it in the place of the partnership's first secretary. Secretaries do"
        " the same in the Office, and see there what was made here.",
        'concordat token add LAP --name "Grants database" --until 2027-03-31 --write\n'
        "  concordat token list LAP\n  concordat token revoke LAP 0a1b2c3d4e5f",
    )
    actions = add_actions(
        command,
        {
            "add": "make the token of a system and print it, once",
            "list": "show the systems of a partnership that have a token",
            "revoke": "end the token of a system, everywhere within a second",
        },
    )
    for action in actions.values():
        action.add_argument("partnership", metavar="PARTNERSHIP", help="code of the partnership")
    actions["add"].add_argument("--name", required=True, metavar="NAME", help="what the system is called")
    actions["add"].add_argument("--until", required=True, type=day, metavar="DATE", help="last day, such as 2027-03-31")
    actions["add"].add_argument("--write", action="store_true", help="let it write; without this it reads alone")
    actions["revoke"].add_argument("id", metavar="ID", help="as listed; its first letters are enough")
