"""``concordat sign-in-link``: a link with which somebody signs in, for whoever sets a deployment up."""

from __future__ import annotations

import argparse
from contextlib import closing

import uvloop

from services.access.letters import address_of
from services.access.links import LASTS, Links
from services.cli.databases import opened
from services.cli.errors import CommandError
from services.cli.operator_host import settings_of_deployment
from services.runtime.access.directory import Directory
from services.runtime.base.addresses import NoAddress, address
from services.runtime.base.settings import Settings


def run(options: argparse.Namespace) -> int:
    """Print a link for somebody of the directory. Raises CommandError where nobody has the address."""
    return uvloop.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    settings = settings_of_deployment()
    try:
        key = address(options.address).key
    except NoAddress as reason:
        raise CommandError(f"{options.address} is not an e-mail address: {reason}") from None
    if not options.set_up:
        await _check_known(settings, key, options.address)
    with closing(opened(settings, "access")) as database:
        link = address_of(await Links(database).give_to_operator(key, sets_up=options.set_up), settings.public_url)
    print(link)
    does = " and may set partnerships up" if options.set_up else ""
    minutes = f"{LASTS.total_seconds() // 60:.0f}"
    print(f"\nWhoever opens it within {minutes} minutes signs in as {options.address}{does}, once.")
    return 0


async def _check_known(settings: Settings, key: str, given: str) -> None:
    opened(settings, "directory").close()
    directory = Directory(settings.directory_database_url)
    try:
        if not await directory.holders_of(key):
            raise CommandError(f"nobody of any partnership has the address {given}; appoint them first, with it")
    finally:
        await directory.close()
