"""A few words with what they mean for whoever looks at them: what stands in one place of a page or a pack."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """How a word is to be taken. Each tone has a colour and a shape; the word itself always stands beside them."""

    GOOD = "good"
    CAUTION = "caution"
    BAD = "bad"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in a table or a fact: a text, perhaps with a tone, a smaller second line and a link.

    ``link`` is ``#anchor`` within the document or an address that begins with http:// or https://.
    """

    text: str
    note: str = ""
    tone: Tone | None = None
    link: str = ""
