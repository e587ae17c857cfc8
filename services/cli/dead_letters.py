"""``concordat dead-letters``: what failed for good in a running deployment, tried again or thrown away."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from services.cli.counting import counted
from services.cli.deployment import Deployment, reached
from services.cli.every_service import print_listed


def run(options: argparse.Namespace) -> int:
    """List dead letters, or deal with those that were named, one after the other."""
    deployment = reached(options.url, options.token_file, to="dealing with dead letters")
    if options.action == "list":
        return _list(deployment)
    for service, number in options.letters:
        deployment.post(f"/{service}/api/v1/dead-letters/{number}/{options.action}")
        print(f"{service}/{number} {'has taken effect' if options.action == 'retry' else 'has been thrown away'}.")
    return 0


def _list(deployment: Deployment) -> int:
    total = print_listed(deployment, "dead-letters", _line)
    print(f"There {'is' if total == 1 else 'are'} {counted(total, 'dead letter') if total else 'no dead letters'}.")
    return 0


def _line(letter: Mapping[str, Any]) -> str:
    what = f"event {letter['version']} of {letter['partnership']}" if letter["can_be_retried"] else "no event"
    return f"{letter['number']}  {letter['since']}  {what}, {letter['subject']}: {letter['reason']}"
