"""What somebody answers to one line of a return, as it was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Answer:
    """The option that was chosen, and the text in each of its fields."""

    choice: str
    fields: Mapping[str, str] = field(default_factory=dict)
