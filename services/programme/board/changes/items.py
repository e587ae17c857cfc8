"""The fields of an agenda item."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import shorten

from domain.register.board import AgendaItem
from domain.register.decisions import DECISIONS
from domain.wording.board import ITEM_KINDS
from services.programme.pages.fields import Choice, Field, Kind
from services.programme.pages.partners import members
from services.runtime.web.partnership.view import View

_KINDS = tuple((each.value, words) for each, words in ITEM_KINDS.items())
_MOST_WORDS = 80


def item_fields(view: View, item: AgendaItem | None = None) -> tuple[Field, ...]:
    """Return the fields of a new item, or of one that is there: what that has can be put right, or taken away."""
    is_there, about = item is not None, None if item is None else item.about
    return (
        Field("kind", "What is it for?", Kind.RADIOS, choices=_KINDS, missing="Choose what the item is for."),
        Field("title", "Title", missing="Enter a title."),
        Field(
            "about",
            "What is it about?",
            Kind.SELECT,
            choices=_subjects(view, about),
            none_yet="Nothing of these",
            can_empty=is_there,
        ),
        Field(
            "recommendation",
            "What is the board asked to decide?",
            Kind.TEXT,
            can_empty=is_there,
        ),
        Field("owner", "Who brings it?", Kind.SELECT, choices=members(view), none_yet="Nobody yet", can_empty=is_there),
    )


def _subjects(view: View, about: str | None) -> list[Choice]:
    """Return what an item may be about: what stands, the latest decisions, and what it is about already."""
    choices = [*_standing(view), *members(view)]
    if about is not None and all(about != value for value, *_ in choices):
        choices.insert(0, (about, _named(view, about)))
    return choices


def _standing(view: View) -> Iterator[Choice]:
    register = view.register
    for project in register.projects.values():
        if project.is_open:
            yield project.reference, _named(view, project.reference)
            its = (register.milestones[each] for each in project.milestones)
            yield from ((each.reference, _named(view, each.reference)) for each in its if each.is_open)
    for risk in register.risks.values():
        if risk.is_open:
            yield risk.reference, _named(view, risk.reference)
    for commitment in register.commitments.values():
        if commitment.withdrawn_on is None:
            yield commitment.reference, _named(view, commitment.reference)
    for decision in view.figures().by_number(DECISIONS):
        if decision.superseded_by is None:
            yield decision.reference, f"{shorten(decision.text, _MOST_WORDS, placeholder='…')} ({decision.reference})"


def _named(view: View, reference: str) -> str:
    return f"{view.figures().name(reference)} ({reference})"
