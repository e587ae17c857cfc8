"""What a board is asked, before it takes a place in the pack: by which capability it is asked is all the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from contracts.events.effects import Effect, EffectContent
from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.data import Json

NOT_GIVEN = "None was given."
UNSTATED_EFFECT = "Set by the decision itself: nothing changes until the board has resolved."


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that a board is asked.

    ``about`` is the reference of what it concerns, and ``asks`` the effect that it would have, as far as these are
    known; from them follows what else one needs to know. ``known`` is what the question itself brings along.
    ``brief`` says in a few signs what is asked of its owner, where many are asked the same.
    """

    label: str
    title: str
    recommendation: str
    owner: str
    effect: str
    about: str | None = None
    asks: Effect | None = None
    known: tuple[str, ...] = ()
    see: str = ""
    brief: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a question concerns: its name and standing with the place that tells more, and what one needs to know."""

    cell: Cell
    known: tuple[str, ...] = ()


Questions = Callable[[Briefing], Sequence[Question]]
SubjectOf = Callable[[Briefing, str], Subject | None]
"""Returns the subject of a reference, None where that is another capability's."""
KnownOf = Callable[[Briefing, EffectContent], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the capabilities know of what questions are about, and of what the effects would change, by kind."""

    subjects: Sequence[SubjectOf]
    effects: Mapping[type[EffectContent], KnownOf]

    def concern(self, briefing: Briefing, question: Question) -> Cell | None:
        """Return what a question concerns."""
        if question.about is None:
            return Cell("The figures behind it", link=f"#{question.see}") if question.see else None
        subject = self._subject(briefing, question.about)
        return Cell(briefing.titled(question.about)) if subject is None else subject.cell

    def known(self, briefing: Briefing, question: Question) -> tuple[str, ...]:
        """Return what one needs to know to decide: of the effect that is asked for, else of what it is about."""
        content = None if question.asks is None else question.asks.content
        if content is not None and type(content) in self.effects:
            return (*question.known, *self.effects[type(content)](briefing, content))
        subject = None if question.about is None else self._subject(briefing, question.about)
        return question.known if subject is None else (*question.known, *subject.known)

    def _subject(self, briefing: Briefing, reference: str) -> Subject | None:
        return next((found for each in self.subjects if (found := each(briefing, reference)) is not None), None)


def question_data(knowledge: Knowledge, briefing: Briefing, question: Question) -> Json:
    """Return a question as pack.json has it."""
    return {
        "label": question.label,
        "question": question.title,
        "about": question.about,
        "recommendation": question.recommendation,
        "owner": question.owner,
        "effect": question.effect,
        "to_know": list(knowledge.known(briefing, question)),
    }
