"""What a capability carries, in one description: ``capability.py`` of each package has one.

What the core and the programme file know of a capability they know from here. What the API alone needs stands beside
it, in ``resources.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import ModuleType

from contracts.events import Fact
from services.programme.core.command import Command
from services.programme.core.grants import Grants
from services.programme.core.lookup import Finding
from services.programme.core.written import Written


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """One capability of programme.

    ``commands`` is the module that defines its commands, all of them. ``rules`` are the modules whose functions decide
    them, marked with ``decides``, or carry out effects of decisions, marked with ``carries_out``. ``grants`` says who
    may beside the secretary. ``mentions`` finds, by the name of a field of any command, what stands in it. ``sections``
    are its parts of a programme file above the history: by name, the command that an entry is. ``written`` says of its
    facts which commands they may have come of.
    """

    commands: ModuleType
    written: Mapping[type[Fact], tuple[Written, ...]]
    rules: tuple[ModuleType, ...]
    grants: Grants = field(default_factory=dict)
    mentions: Mapping[str, Finding] = field(default_factory=dict)
    sections: Mapping[str, type[Command]] = field(default_factory=dict)
