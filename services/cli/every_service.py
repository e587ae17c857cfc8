"""What each service of a running deployment lists for its operator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.cli.argument_parts import CONSUMING
from services.cli.deployment import Deployment
from services.runtime.base.validation_messages import visible


def print_listed(deployment: Deployment, what: str, line: Callable[[Mapping[str, Any]], str]) -> int:
    """Print a line for each of what every service lists as ``what``; return how many there are altogether.

    ``what`` ends its address: ``dead-letters``. A line begins with the service, as ``notifications/3``.
    """
    total = 0
    for service in CONSUMING:
        found = deployment.get(f"/{service}/api/v1/{what}")
        if found is None:
            print(f"{service} does not run at {deployment.url}.")
            continue
        listed = found[what.replace("-", "_")]
        total += found["total"]
        for each in listed:
            print(visible(f"{service}/{line(each)}"))
        if (more := found["total"] - len(listed)) > 0:
            print(f"{service}: {more:,} more, which are shown once these are dealt with")
    return total
