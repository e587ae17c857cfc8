"""The capabilities of programme: each has a package here, named as the module of its events.

Their names and their order are listed once, in ``contracts/events``. A capability without its package, or a package
without its ``capability.py``, fails at start-up.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from contracts.events import CAPABILITIES as NAMES
from services.programme.core.capability import Capability

CAPABILITIES: tuple[Capability, ...] = tuple(
    import_module(f"{__package__}.{name}.capability").CAPABILITY for name in NAMES
)


def modules(part: str) -> Iterator[ModuleType]:
    """Yield the module of this name of each capability that has one: ``resources``, which the API alone needs."""
    for name in NAMES:
        if find_spec(f"{__package__}.{name}.{part}") is not None:
            yield import_module(f"{__package__}.{name}.{part}")
