"""Asking the board for a change that it alone can make, from the page of what would change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any, TypeVar

from contracts.envelope import Recorded
from contracts.events import Fact
from contracts.events.board import ChangeRequested
from contracts.events.effects import (
    AdmitPartner,
    Effect,
    GrantDerogation,
    MoveProject,
    RecordPartnerLeaving,
    WithdrawCommitment,
)
from contracts.events.partners import PartnerKind
from domain.calendar import ONCE
from domain.register import Register
from domain.register.board import Meeting, MeetingState, held_or_due
from domain.register.commitments import Commitment
from domain.register.papers import packs_out
from domain.register.partners import Partner
from domain.register.projects import Project
from domain.wording.dates import long_date
from domain.wording.happened.board import happened
from domain.wording.happened.sentences import Named
from services.programme.board.changes.of_procedures import closing, opening
from services.programme.board.changes.telling import of_the_item
from services.programme.board.commands import OpenWrittenProcedure, RequestChange
from services.programme.core.command import Command
from services.programme.decisions.changes.effects import EFFECTS, EffectForm
from services.programme.decisions.effects import EffectEntry
from services.programme.pages.changing import Ask, Change, Link
from services.programme.pages.fields import Field, Kind
from services.programme.pages.happened import Telling
from services.programme.pages.partners import members
from services.runtime.web.forms import Form
from services.runtime.web.partnership.view import View

T = TypeVar("T")
Reference = Callable[[T], str]


def asking_for(form: EffectForm, reference: Reference[T], wishes: Callable[[View, T], Sequence[Effect]]) -> Change[T]:
    """Return the change by which the board is asked for one effect on a thing.

    ``wishes`` are effects of the kind, one for each of those who may have to ask for it: it is told who would ask.
    """

    def ask(view: View, thing: T, actor: str) -> Ask:
        fields, values = form.fields(view, reference(thing))
        meetings = _ahead(view)
        return Ask(
            f"Ask the board: {form.words[:1].lower()}{form.words[1:]}",
            (
                *fields,
                Field("title", "What is asked, in a few words", missing="Say in a few words what is asked."),
                Field(
                    "recommendation",
                    "What is the board asked to decide, and why?",
                    Kind.TEXT,
                    missing="Say what the board is asked to decide, and why.",
                ),
                Field(
                    "meeting",
                    "At which meeting?",
                    Kind.SELECT,
                    choices=[(each.reference, f"{long_date(each.date)} ({each.reference})") for each in meetings],
                ),
            ),
            "Ask the board",
            {**values, "meeting": (_next(view, meetings),)},
            lede="It becomes an item of the agenda. If the board agrees, the system carries it out.",
        )

    def wished(view: View, thing: T) -> Sequence[Command]:
        entries = (EffectEntry.model_validate(each.model_dump(exclude_none=True)) for each in wishes(view, thing))
        abouts: Iterable[dict[str, Any]] = ({"effect": each} for each in entries)
        return [RequestChange.model_construct(**about) for about in abouts]

    return Change(
        f"ask-{form.segment}",
        f"Ask the board: {form.words[:1].lower()}{form.words[1:]}",
        RequestChange,
        lambda thing: {},
        ask,
        lambda view, thing: bool(_ahead(view)) and form.fits(view, reference(thing)),
        wishes=wished,
        also=effect_of(form),
        overwrites=False,
    )


def by_procedure(form: EffectForm, reference: Reference[T]) -> Change[T]:
    """Return the change by which the secretary has the members decide on one effect between meetings."""
    words = f"By written procedure: {form.words[:1].lower()}{form.words[1:]}"
    begun = effect_of(form)

    def ask(view: View, thing: T, actor: str) -> Ask:
        fields, values = form.fields(view, reference(thing))
        asked = opening(view, words, effect=fields)
        return replace(asked, values={**values, **asked.values})

    return Change(
        f"procedure-{form.segment}",
        words,
        OpenWrittenProcedure,
        lambda thing: {},
        ask,
        lambda view, thing: form.fits(view, reference(thing)),
        makes_new=True,
        also=lambda view, thing, typed: {**begun(view, thing, typed), **closing(view, thing, typed)},
        overwrites=False,
    )


def effect_of(form: EffectForm) -> Callable[[View, Any, Form], Mapping[str, Any]]:
    """Return what begins the effect of a command whose fields are those of a form."""
    return lambda view, thing, typed: {"effect": deepcopy(dict(form.base))}


def _ahead(view: View) -> list[Meeting]:
    return [each for each in held_or_due(view.register) if each.state is MeetingState.SCHEDULED]


def _next(view: View, meetings: Sequence[Meeting]) -> str:
    """Return the first meeting whose papers are still to go out; where there is none, the next one."""
    out = packs_out(view.register, view.at)
    later = (each.reference for each in meetings if each.reference not in out)
    return next(later, meetings[0].reference)


def _of_project(view: View, project: Project) -> Sequence[Effect]:
    return (Effect(move_project=MoveProject(project=project.reference, stage=project.stage)),)


def _of_commitment(view: View, commitment: Commitment) -> Sequence[Effect]:
    today = view.calendar.local_date(view.at)
    withdrawn = Effect(withdraw_commitment=WithdrawCommitment(commitment=commitment.reference, on=today))
    return (*(_derogated(commitment, code) for code, *_ in members(view)), withdrawn)


def _derogated(commitment: Commitment, partner: str) -> Effect:
    return Effect(grant_derogation=GrantDerogation(commitment=commitment.reference, partner=partner, periods=(ONCE,)))


def _withdrawn(view: View, commitment: Commitment) -> Sequence[Effect]:
    return _of_commitment(view, commitment)[-1:]


def _of_partner(view: View, partner: Partner) -> Sequence[Effect]:
    leaving = RecordPartnerLeaving(partner=partner.code, left_on=view.calendar.local_date(view.at))
    return (Effect(record_partner_leaving=leaving),)


def _of_none(view: View, register: Register) -> Sequence[Effect]:
    today = view.calendar.local_date(view.at)
    return (Effect(admit_partner=AdmitPartner(code="X", name="X", kind=PartnerKind.OTHER, joined_on=today)),)


def by_project(project: Project) -> str:
    """Return by what the board is asked about a project."""
    return project.reference


def by_commitment(commitment: Commitment) -> str:
    """Return by what the board is asked about a commitment."""
    return commitment.reference


def by_code(partner: Partner) -> str:
    """Return by what the board is asked about a partner."""
    return partner.code


def by_nothing(register: Register) -> str:
    """Return by what the board is asked for what there is not yet."""
    return ""


_FORMS = {each.segment: each for each in EFFECTS}
_OF_PROJECT = ("move-project", "set-baseline", "drop-milestone")
_OF_NONE = (
    "adopt-attestation",
    "adopt-quantity",
    "adopt-evidence",
    "adopt-return-on-time",
    "adopt-takes-part",
    "admit-partner",
)
_DEROGATION, _WITHDRAWAL, _LEAVING = (
    _FORMS[each] for each in ("grant-derogation", "withdraw-commitment", "record-leaving")
)
OF_PROJECT: tuple[Change[Project], ...] = (
    *(asking_for(_FORMS[each], by_project, _of_project) for each in _OF_PROJECT),
    *(by_procedure(_FORMS[each], by_project) for each in _OF_PROJECT),
)
OF_COMMITMENT: tuple[Change[Commitment], ...] = (
    asking_for(_DEROGATION, by_commitment, _of_commitment),
    asking_for(_WITHDRAWAL, by_commitment, _withdrawn),
    by_procedure(_DEROGATION, by_commitment),
    by_procedure(_WITHDRAWAL, by_commitment),
)
OF_PARTNER: tuple[Change[Partner], ...] = (
    asking_for(_LEAVING, by_code, _of_partner),
    by_procedure(_LEAVING, by_code),
)
OF_NONE: tuple[Change[Register], ...] = (
    *(asking_for(_FORMS[each], by_nothing, _of_none) for each in _OF_NONE),
    *(by_procedure(_FORMS[each], by_nothing) for each in _OF_NONE),
)


def with_requests(telling: Telling) -> Telling:
    """Return how a thing is told whose history has change requests as well: each is taken back on its agenda."""

    def sentence(fact: Fact, named: Named) -> str:
        return happened(fact, named) if isinstance(fact, ChangeRequested) else telling.sentence(fact, named)

    def put_right(fact: Fact) -> tuple[str, str]:
        return ("remove", "Take it back") if isinstance(fact, ChangeRequested) else telling.put_right(fact)

    def links(view: View, event: Recorded, reader: str) -> Sequence[Link]:
        if not isinstance(event.fact, ChangeRequested):
            return telling.links(view, event, reader)
        meeting = view.register.meetings[event.fact.meeting]
        there = event.fact.item in meeting.items
        return of_the_item(view, meeting, event.fact.item, reader) if there else ()

    def so(view: View, event: Recorded, reader: str) -> Sequence[tuple[str, Link | None]]:
        return () if isinstance(event.fact, ChangeRequested) else telling.so(view, event, reader)

    return Telling(sentence, put_right, links, so, telling.stays)
