"""The capabilities of programme: each has a package here, named as the module of its events.

Their names and their order are listed once, in ``contracts/events``. A capability without its package, or a package
without its ``capability.py``, fails at start-up.
"""

from __future__ import annotations

from importlib import import_module

from contracts.events import CAPABILITIES as NAMES
from services.programme.core.capability import Capability

CAPABILITIES: tuple[Capability, ...] = tuple(
    import_module(f"services.programme.{name}.capability").CAPABILITY for name in NAMES
)
