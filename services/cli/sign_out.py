"""``concordat sign-out``: everything with which somebody, or everybody, comes in is ended, by whoever runs it all."""

from __future__ import annotations

import argparse
from contextlib import closing

import uvloop

from services.access.return_openings import ReturnOpenings
from services.access.session_store import SessionStore
from services.access.token_store import TokenStore
from services.cli.counting import counted
from services.cli.databases import opened
from services.cli.errors import CommandError
from services.cli.operator_host import settings_of_deployment
from services.runtime.base.addresses import NoAddress, address


def run(options: argparse.Namespace) -> int:
    """End what there is and say how much. Raises CommandError for what is no address."""
    return uvloop.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    settings = settings_of_deployment()
    with closing(opened(settings, "access")) as database:
        sessions, tokens = SessionStore(database, settings), TokenStore(database)
        everybody = {*await sessions.addresses(), *await tokens.addresses()}
        wanted = everybody if options.everybody else {_key_of(options.address)}
        openings = ReturnOpenings(database, sessions)
        ended = taken_back = 0
        for each in wanted:
            ended += len(await sessions.of(each))
            taken_back += len(await tokens.of(each))
            await sessions.end_all(each)
            await tokens.end_all(each)
            if not options.everybody:
                await openings.take_back_of(each)
        if options.everybody:  # the links of those who never signed in too
            await openings.take_back_all()
    print(f"Ended: {counted(ended, 'session')} and {counted(taken_back, 'token')}, within a second everywhere.")
    print("Links in reminders that were sent until now open nothing. They can sign in again as before.")
    return 0


def _key_of(given: str) -> str:
    try:
        return address(given).key
    except NoAddress as reason:
        raise CommandError(f"{given} is not an e-mail address: {reason}") from None
