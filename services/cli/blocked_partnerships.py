"""``concordat blocked-partnerships``: which partnerships a running deployment cannot go on with, tried again now."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from services.cli.counting import counted
from services.cli.deployment import Deployment, reached
from services.cli.every_service import print_listed


def run(options: argparse.Namespace) -> int:
    """List blocked partnerships, or try those that were named, one after the other."""
    deployment = reached(options.url, options.token_file, to="dealing with blocked partnerships")
    if options.action == "list":
        return _list(deployment)
    for service, partnership in options.partnerships:
        deployment.post(f"/{service}/api/v1/blocked-partnerships/{partnership}/retry")
        print(f"{service}/{partnership} goes on.")
    return 0


def _list(deployment: Deployment) -> int:
    total = print_listed(deployment, "blocked-partnerships", _line)
    print(f"{counted(total, 'partnership')} blocked." if total else "No partnership is blocked.")
    return 0


def _line(blocked: Mapping[str, Any]) -> str:
    at = f"event {blocked['version']}" + (f", {blocked['event']}" if blocked["event"] else "")
    since = f"since {blocked['since']}" if blocked["since"] else "not known since when"
    behind = f"{blocked['waiting']} known to wait behind it"
    return (
        f"{blocked['partnership']}  at {at}, for {blocked['consumer']}, {since}, {behind}:"
        f" {blocked['reason']} {blocked['way_out']}"
    )
