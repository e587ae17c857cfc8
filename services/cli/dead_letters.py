"""``concordat dead-letters``: what failed for good in a running deployment, tried again or thrown away."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from services.cli.counting import counted
from services.cli.deployment import Deployment, reached
from services.runtime.base.validation_messages import visible

SERVICES = ("programme", "reporting", "notifications")


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
    total = 0
    for service in SERVICES:
        found = deployment.get(f"/{service}/api/v1/dead-letters")
        if found is None:
            print(f"{service} does not run at {deployment.url}.")
            continue
        total += found["total"]
        for line in _lines(service, found):
            print(line)
    print(f"There {'is' if total == 1 else 'are'} {counted(total, 'dead letter') if total else 'no dead letters'}.")
    return 0


def _lines(service: str, found: dict[str, Any]) -> Iterator[str]:
    for letter in found["dead_letters"]:
        what = f"event {letter['version']} of {letter['partnership']}" if letter["can_be_retried"] else "no event"
        told = f"{letter['since']}  {what}, {letter['subject']}: {letter['reason']}"
        yield f"{service}/{letter['number']}  {visible(told)}"
    if (more := found["total"] - len(found["dead_letters"])) > 0:
        yield f"{service}: {more:,} more, which are shown once these are dealt with"
