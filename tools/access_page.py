"""``docs/who-may-do-what.md``, written from the table of who sees what and from the grants of the commands.

``python -m tools.access_page`` writes it anew.
"""

from __future__ import annotations

from pathlib import Path

from contracts.events.partnership import Role
from services.programme.core.commands import COMMANDS
from services.programme.core.grants import Grant
from services.programme.core.permissions import GRANTS
from services.programme.partnership.commands import FormPartnership
from services.runtime.access.table import Beyond, Row, Seers
from services.runtime.access.who_sees import EVERY_ROLE, WHO_SEES

PAGE = Path(__file__).parents[1] / "docs" / "who-may-do-what.md"


def page() -> str:
    """Return the page as Markdown."""
    # Who forms a partnership stands above: nobody acts in one that is yet to be.
    done = [each for each in COMMANDS.values() if not each.by_system and each is not FormPartnership]
    return "\n".join(
        (
            "# Who may do what",
            "",
            "<!-- Written by `python -m tools.access_page`; a test compares. -->",
            "",
            "A role is held within one partnership, and for a partner or for none; the roles of a person add up.",
            "Nothing of a partnership is readable without a role in it ([0032](decisions/0032-who-sees-what.md)).",
            "The deployment’s token sets partnerships up, and is nobody in any of them",
            "([0040](decisions/0040-the-deployments-token.md)).",
            "The token of a person has their roles, and changes nothing where it only reads. That of a system reads as",
            "an observer does, or acts as the secretary who made it ([0035](decisions/0035-systems.md)).",
            "",
            "## Who sees what",
            "",
            "| What | Who sees it | Why |",
            "| --- | --- | --- |",
            *(f"| {row.what} | {_seen_by(row)} | {row.why} |" for row in WHO_SEES.rows),
            "",
            "## Who does what",
            "",
            "The secretary may do all of it, also on a partner’s behalf, recorded as the secretary’s doing.",
            "*Of its own* means: the role is held for the partner that reports, owns the milestone or leads.",
            "",
            "| To | Beside the secretary |",
            "| --- | --- |",
            *(f"| {command.words()} | {_may(GRANTS.get(command, ()))} |" for command in done),
            "",
        )
    )


def _seen_by(row: Row) -> str:
    seen = _in_words(row.seen_by)
    if row.changed_by is None:
        return seen
    return f"{seen}; changed by {_in_words(row.changed_by)}"


def _in_words(seers: Seers) -> str:
    if isinstance(seers, Beyond):
        return seers.value
    return "every role" if seers == EVERY_ROLE else _listed(seers)


def _may(grants: tuple[Grant, ...]) -> str:
    return "; ".join(_granted(each) for each in grants) or "nobody"


def _granted(grant: Grant) -> str:
    if grant.person is not None:
        return grant.called
    who = "every role" if grant.roles == EVERY_ROLE else _listed(grant.roles)
    return who if grant.partners is None else f"{who}, of its own"


def _listed(roles: frozenset[Role]) -> str:
    words = [role.value.replace("_", " ") for role in Role if role in roles]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


if __name__ == "__main__":
    PAGE.write_text(page())
