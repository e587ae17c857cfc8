"""``concordat token``: the tokens of a partnership's systems, for whoever runs the deployment."""

from __future__ import annotations

import argparse
from contextlib import closing

import uvloop

from domain.wording.dates import plain_date
from services.cli.databases import opened
from services.cli.errors import CommandError
from services.cli.operator_host import settings_of_deployment
from services.programme.partnership.decide import secretary_of
from services.runtime.access.sessions.token_life import NameTaken, UnfitDay, end_of
from services.runtime.access.systems import System, Systems
from services.runtime.base.security_log import shown
from services.runtime.base.settings import Settings
from services.runtime.store.event_store import EventStore

_LONGEST_NAME = 100


def run(options: argparse.Namespace) -> int:
    """Make a token, list those that there are or end one. Raises CommandError."""
    settings = settings_of_deployment()
    _check_partnership(settings, options.partnership)
    act = {"add": _add, "list": _list, "revoke": _revoke}[options.action]
    with closing(opened(settings, "access")) as database:
        act(Systems(database), options)
    return 0


def _add(systems: Systems, options: argparse.Namespace) -> None:
    """Make a token in the place of the partnership's first secretary, and print it: the only time that anybody does."""
    partnership, name = options.partnership, options.name.strip()
    if not 0 < len(name) <= _LONGEST_NAME:
        raise CommandError(f"--name says what the system is called, in 1 to {_LONGEST_NAME} characters")
    try:
        ends_at = end_of(options.until, systems.clock.now())
    except UnfitDay as unfit:
        raise CommandError(f"--until {options.until}: a token does not last to that day. {unfit}") from None
    secretary = secretary_of(partnership)
    made = systems.make(partnership, name, ends_at, may_write=options.write, made_by=secretary, by_operator=True)
    try:
        print(uvloop.run(made))
    except NameTaken:
        raise CommandError(
            f"--name {name}: a system of {partnership} has it; revoke its token or choose another"
        ) from None
    does = f"reads {partnership} and writes in it, as {secretary}" if options.write else f"reads {partnership}"
    print(f"\n“{name}” {does}, up to {plain_date(options.until)}. Nobody is shown this token again.")


def _list(systems: Systems, options: argparse.Namespace) -> None:
    known = systems.of_sync(options.partnership)
    if not known:
        print(f"No system of {options.partnership} has a token.")
    for each in known:
        print("  ".join(_told(each)))


def _told(system: System) -> tuple[str, ...]:
    used = f"last used {system.used_at:%Y-%m-%d %H:%M} UTC" if system.used_at else "never used"
    made_by = f"by the operator, for {system.made_by}" if system.by_operator else f"by {system.made_by}"
    may = "reads and writes" if system.may_write else "reads"
    return shown(system.id), system.name, may, made_by, used, f"good until {system.good_until}"


def _revoke(systems: Systems, options: argparse.Namespace) -> None:
    partnership = options.partnership
    found = [each for each in systems.of_sync(partnership) if options.id and each.id.startswith(options.id)]
    if len(found) != 1:
        raise CommandError(
            f"{options.id!r} is the id of no one system of {partnership}; concordat token list {partnership} shows them"
        )
    uvloop.run(systems.end_one(partnership, found[0].id))
    print(f"The token of “{found[0].name}” opens nothing any more.")


def _check_partnership(settings: Settings, partnership: str) -> None:
    """Raise CommandError where the deployment has no such partnership."""
    with closing(opened(settings, "programme")) as database:
        known = database.read_sync(EventStore("programme").partnerships)
    if partnership not in known:
        there_are = f"there are {', '.join(known)}" if known else "there is none yet"
        raise CommandError(f"there is no partnership {partnership}; {there_are}")
