"""How figures are put into words: the same words, in the same way, on every page and in every form of a pack.

Nothing here looks at a locale, a clock or the order of a hash.
"""

from domain.wording.capacity import FLAGS
from domain.wording.commitments import OBLIGATIONS
from domain.wording.dates import DAYS, MONTHS, NOTHING, instant, long_date, plain_date, short_date
from domain.wording.decisions import ACTIONS, OUTCOMES
from domain.wording.numbers import count, days, moved, per_cent, quantity, rate, reforecasts, silence, slip
from domain.wording.projects import CONFIDENCES, MILESTONES, SCHEDULES, confidence, milestone_status, punctuality, stage
from domain.wording.risks import score_cell
from domain.wording.sentences import before, listed, listed_up_to, sentence

__all__ = [
    "ACTIONS",
    "CONFIDENCES",
    "DAYS",
    "FLAGS",
    "MILESTONES",
    "MONTHS",
    "NOTHING",
    "OBLIGATIONS",
    "OUTCOMES",
    "SCHEDULES",
    "before",
    "confidence",
    "count",
    "days",
    "instant",
    "listed",
    "listed_up_to",
    "long_date",
    "milestone_status",
    "moved",
    "per_cent",
    "plain_date",
    "punctuality",
    "quantity",
    "rate",
    "reforecasts",
    "score_cell",
    "sentence",
    "short_date",
    "silence",
    "slip",
    "stage",
]
