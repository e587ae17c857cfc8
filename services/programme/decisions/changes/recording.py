"""Recording what the board resolved on an item: as it was asked for, or with something else that it brings about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import partial
from typing import Any

from contracts.events.board import Vote
from contracts.events.decisions import Outcome
from contracts.references import short
from domain.register.board import MeetingState
from domain.register.decisions import DECISIONS, Decision
from domain.wording.board import VOTES
from domain.wording.decisions import OUTCOMES
from domain.wording.foreseen.change import Foreseen
from domain.wording.numbers import count
from domain.wording.sentences import sentence
from services.programme.board.changes.of_items import ITEM, OnAgenda
from services.programme.board.decide import decides_item
from services.programme.board.seats import gone_by, is_quorum, seats_at, without_vote
from services.programme.core.decider import Refused
from services.programme.decisions.changes.effects import EFFECTS, EffectForm, preview
from services.programme.decisions.commands import RecordDecision
from services.programme.pages.changing import Ask, Change, Link
from services.programme.pages.fields import Field, Kind
from services.programme.pages.people import described
from services.runtime.web.forms import Form
from services.runtime.web.partnership.view import View

_VOTE = "vote-"
_AS_ASKED = "as_asked"
_BY_VOTE = "vote"
_OUTCOMES = tuple((each.value, words) for each, words in OUTCOMES.items())
_HOW = (("consensus", "By consensus"), (_BY_VOTE, "By a vote", "Open “Who voted how” below."))
_BROUGHT_ABOUT = (("yes", "What was asked for, as it stands above"), ("no", "Nothing"))
_KEYS = {Vote.FOR: "for", Vote.AGAINST: "against", Vote.ABSTAIN: "abstained"}


def _about(it: OnAgenda) -> Mapping[str, Any]:
    return {"meeting": it.meeting.reference, "item": it.item.number}


def _ask(form: EffectForm | None, view: View, it: OnAgenda, actor: str) -> Ask:
    changes, trouble = _foreseen(view, it) if form is None else ((), "")
    fields, values = ((), {}) if form is None else form.fields(view, it.item.about or "")
    as_asked = (
        (Field(_AS_ASKED, "What does it bring about?", Kind.RADIOS, choices=_BROUGHT_ABOUT, is_beside=True),)
        if it.item.effect is not None and form is None
        else ()
    )
    following = DECISIONS.next_reference(view.code, view.register.decisions)
    return Ask(
        f"Decision on item {it.item.number}, “{it.item.title}”",
        (
            Field("code", "Code", Kind.HIDDEN),
            Field("outcome", "What did the board resolve?", Kind.RADIOS, choices=_OUTCOMES, missing=_NO_OUTCOME),
            Field("text", "The decision in words", Kind.TEXT, missing="Say what was decided."),
            *as_asked,
            *fields,
            Field("reasons", "Reasons", Kind.TEXT),
            Field("alternatives", "What else was considered", Kind.TEXT),
            Field("how", "How was it reached?", Kind.RADIOS, choices=_HOW, is_beside=True),
            *_votes(view, it),
            *_superseding(view),
            *_ratifying(view),
        ),
        "Record the decision",
        {
            "code": (short(view.code, following),),
            "text": (it.item.recommendation or "",),
            "how": ("consensus",),
            _AS_ASKED: ("yes",),
            **values,
        },
        lede=" ".join(filter(None, (_quorum(view, it), trouble))),
        warning="A decision is never edited. A later one can take its place.",
        changes=changes,
        instead=() if form is not None else _instead(view, it),
    )


def _foreseen(view: View, it: OnAgenda) -> tuple[Sequence[Foreseen], str]:
    """Return what the effect that is asked for would change, or why it could not be carried out."""
    if it.item.effect is None:
        return (), ""
    try:
        return preview(view, it.item.effect), ""
    except Refused as refused:
        return (), f"What is asked for cannot be carried out as things stand: {refused.problem}."


def _quorum(view: View, it: OnAgenda) -> str:
    meeting = it.meeting
    seats = seats_at(view.register, meeting, it.item.number).values()
    rules = view.register.partnership.rules_on(meeting.date)
    if is_quorum(rules, seats, gone_by(view.register, meeting.date)):
        return f"There is a quorum for this item: {count(len(seats), 'seat')} filled."
    return f"There is no quorum for this item, with {count(len(seats), 'seat')} filled: it can only be recommended."


def _votes(view: View, it: OnAgenda) -> tuple[Field, ...]:
    """Return a field for each who has a vote on the item."""
    silent = without_vote(it.meeting, it.item.number)
    choices = tuple((each.value, words) for each, words in VOTES.items())
    voting = (each for each in seats_at(view.register, it.meeting) if each not in silent)
    return tuple(
        Field(
            f"{_VOTE}{each}",
            described(view, each),
            Kind.SELECT,
            choices=choices,
            none_yet="Did not vote",
            is_beside=True,
            folded="Who voted how",
            person=each,
        )
        for each in voting
    )


def _superseding(view: View) -> tuple[Field, ...]:
    standing = [each for each in view.figures().by_number(DECISIONS) if each.superseded_by is None]
    choices = [(each.reference, f"{each.reference}: {each.text[:_LONGEST]}") for each in reversed(standing)]
    which = "Which earlier decision does it take the place of?"
    return (Field("supersedes", which, Kind.SELECT, choices=choices, none_yet="None", folded=_SELDOM),)


def _ratifying(view: View) -> tuple[Field, ...]:
    today = view.calendar.local_date(view.at)
    partners = sorted(
        ((each.code, each.name) for each in view.register.partners.values() if each.is_member_on(today)),
        key=lambda each: each[1],
    )
    hint = "It takes effect when so many of those that are ticked have done so. Leave it empty where none has to."
    return (
        Field(
            "ratifying",
            "Which partners ratify it in their own committees?",
            Kind.BOXES,
            choices=partners,
            is_beside=True,
            path="ratified_by.partners",
            folded=_SELDOM,
        ),
        Field(
            "needed", "How many of them have to?", hint=hint, is_beside=True, path="ratified_by.needed", folded=_SELDOM
        ),
    )


def _also(form: EffectForm | None, view: View, it: OnAgenda, typed: Form) -> Mapping[str, Any]:
    also: dict[str, Any] = {}
    if form is not None:
        also["effect"] = deepcopy(dict(form.base))
    elif it.item.effect is not None and typed.value(_AS_ASKED) == "yes":
        also["effect"] = it.item.effect.model_dump(mode="json", exclude_none=True)
    if typed.value("how") == _BY_VOTE:
        also["vote"] = _cast(typed)
    if partners := list(typed.values("ratifying")):
        needed = typed.value("needed").strip()
        also["ratified_by"] = {"partners": partners, "needed": int(needed) if _is_number(needed) else needed}
    return also


def _cast(typed: Form) -> dict[str, list[str]]:
    cast: dict[str, list[str]] = {key: [] for key in _KEYS.values()}
    for name in typed.typed:
        if name.startswith(_VOTE) and (how := typed.value(name)) in _VOTED:
            cast[_KEYS[Vote(how)]].append(name.removeprefix(_VOTE))
    return cast


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _instead(view: View, it: OnAgenda) -> list[Link]:
    """Return the forms of decisions that bring something about which was not asked for."""
    address = ITEM.address_of(view, it)
    about = it.item.about or ""
    return [Link(each.words, f"{address}/decide-{each.segment}") for each in EFFECTS if each.fits(view, about)]


def _is_undecided(view: View, it: OnAgenda) -> bool:
    taken = (each for each in view.register.decisions.values() if decides_item(each, it.meeting, it.item.number))
    return it.meeting.state is MeetingState.IN_PROGRESS and all(_leaves_open(each) for each in taken)


def _leaves_open(decision: Decision) -> bool:
    return not decision.quorate or decision.outcome is Outcome.DEFERRED


def _recording(form: EffectForm | None) -> Change[OnAgenda]:
    return Change(
        "decide" if form is None else f"decide-{form.segment}",
        "Record the decision" if form is None else sentence(form.words),
        RecordDecision,
        _about,
        partial(_ask, form),
        lambda view, it: _is_undecided(view, it) and (form is None or form.fits(view, it.item.about or "")),
        makes_new=True,
        also=partial(_also, form),
    )


_NO_OUTCOME = "Choose what the board resolved."
_LONGEST = 80
_SELDOM = "It takes the place of another decision, or partners have to ratify it"
_VOTED = frozenset(each.value for each in Vote)
RECORDING: tuple[Change[OnAgenda], ...] = (_recording(None),)
OTHERWISE: tuple[Change[OnAgenda], ...] = tuple(map(_recording, EFFECTS))
"""Decisions that bring something about which was not asked for: the form of the first leads to them."""
