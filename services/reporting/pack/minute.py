"""In one minute: what a board must know, in four to six sentences that rules make from the figures.

Each rule is a capability's, and says what is amiss in its part, or what is well there, or nothing. The order of the
rules is that of seriousness, and is fixed. What is well is told only where little is amiss, in one sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from domain import wording
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Clause, Sentence

FEW = 4
"""Fewer sentences than these leave room for what is well."""
NAMED = 5
"""How many names a clause lists before it counts the rest."""
NOTHING_YET = Sentence((Clause("Nothing has been planned, agreed or asked for yet", ".", ""),))
"""What is true of a partnership of which no rule has anything to say."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: without a full stop, with the place that proves it; ``is_well`` where nothing is amiss."""

    text: str
    see: str
    is_well: bool = False


Rule = Callable[[Briefing], Finding | None]
Rules = Sequence[Sequence[Rule]]
"""The rules in the order of seriousness; those that stand together share a sentence."""


def in_one_minute(rules: Rules, briefing: Briefing) -> tuple[Sentence, ...]:
    """Return the sentences: at least one."""
    found = [[finding for rule in together if (finding := rule(briefing))] for together in rules]
    amiss = [[each for each in together if not each.is_well] for together in found]
    sentences = [_sentence(together) for together in amiss if together]
    well = [each for together in found for each in together if each.is_well]
    if well and len(sentences) < FEW:
        sentences.append(_all_well(well))
    return tuple(sentences) or (NOTHING_YET,)


def _sentence(findings: Sequence[Finding]) -> Sentence:
    """Return findings as one sentence: its clauses are parted by semicolons."""
    last = len(findings) - 1
    texts = (each.text if place else each.text[:1].upper() + each.text[1:] for place, each in enumerate(findings))
    ends = (";" if place < last else "." for place in range(len(findings)))
    return Sentence(tuple(Clause(text, end, each.see) for text, end, each in zip(texts, ends, findings, strict=True)))


def _all_well(findings: Sequence[Finding]) -> Sentence:
    text = wording.listed(each.text for each in findings)
    return Sentence((Clause(text[:1].upper() + text[1:], ".", findings[0].see),))
