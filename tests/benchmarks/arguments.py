"""What can be written in ``make bench ARGS="…"``."""

from __future__ import annotations

import argparse

PARTS = (
    *("commands", "beside", "visible", "path", "pages", "rebuild", "pack", "starting", "growth"),
    *("many", "replicas"),
)


def parser() -> argparse.ArgumentParser:
    """Return what reads the arguments; where they name no part, ``parts`` is empty, and all are meant."""
    bench = argparse.ArgumentParser(
        prog="make bench ARGS=…", description="How fast Concordat is beside the least that could do the same."
    )
    bench.add_argument("parts", nargs="*", type=_part, metavar="PART", help=", ".join(PARTS))
    bench.add_argument("--rounds", type=int, default=7, help="how often each contender is measured (default: 7)")
    bench.add_argument("--seconds", type=float, default=5.0, help="how long a spell of load lasts (default: 5)")
    bench.add_argument(
        "--partnerships",
        type=int,
        default=50,
        help="how many a deployment has in the parts many and replicas (default: 50)",
    )
    bench.add_argument(
        "--short", action="store_true", help="only whether it runs: so short that no figure means a thing"
    )
    return bench


def _part(name: str) -> str:
    # `choices` would refuse the empty list: Python 3.11 looks for it among them where no part is given.
    if name not in PARTS:
        raise argparse.ArgumentTypeError(f"there is no part {name!r}; there are {', '.join(PARTS)}")
    return name
