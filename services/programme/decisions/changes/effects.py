"""What a decision can bring about, as the fields of a form: in a change request, a decision or a written procedure.

What can be brought about follows from what the board is asked about: a project, a milestone, a commitment, a partner,
or none of these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from contracts.events.commitments import PeriodKind
from contracts.events.effects import DropMilestone, Effect, MoveProject
from contracts.events.partners import Membership, PartnerKind
from contracts.events.projects import Stage
from contracts.references import short
from domain.calendar import ONCE
from domain.register import Register
from domain.register.commitments import COMMITMENTS, Commitment
from domain.register.projects import Milestone, Project
from domain.wording.dates import plain_date
from domain.wording.foreseen.anything import foreseen
from domain.wording.foreseen.change import Foreseen
from domain.wording.projects import stage
from services.programme.core.decider import Refused
from services.programme.decisions.carrying_out import carry_out
from services.programme.pages.fields import Field, Kind
from services.programme.pages.partners import members
from services.runtime.web.partnership.view import View

Values = dict[str, Sequence[str]]
_WHY = "Why"


@dataclass(frozen=True, slots=True)
class EffectForm:
    """One thing that can be brought about.

    ``segment`` ends addresses, ``words`` say what it is. ``fields`` returns the fields for what the board is asked
    about, which is a reference, a partner's code or empty, with what stands in them at first; no fields where that
    cannot be brought about. ``base`` is what the effect has before anything was typed.
    """

    segment: str
    words: str
    fields: Callable[[View, str], tuple[Sequence[Field], Values]]
    base: Mapping[str, Any] = field(default_factory=dict)

    def fits(self, view: View, about: str) -> bool:
        """Say whether it can be brought about, as things stand."""
        return bool(self.fields(view, about)[0])


def preview(view: View, effect: Effect) -> list[Foreseen]:
    """Return what an effect would change, as things stand. Raises Refused where it could not be carried out."""
    decided = carry_out(view.register, effect, view.code, view.calendar.local_date(view.at))
    return foreseen(view.register, [each.fact for each in decided], view.figures().name)


def is_possible(register: Register, effect: Effect, view: View) -> bool:
    """Say whether an effect could be carried out, as things stand."""
    try:
        carry_out(register, effect, view.code, view.calendar.local_date(view.at))
    except Refused:
        return False
    return True


_NOTHING: tuple[Sequence[Field], Values] = ((), {})


def _hidden(name: str, path: str, value: str) -> tuple[Field, Values]:
    return Field(name, "", Kind.HIDDEN, path=f"effect.{path}"), {name: (value,)}


def _project(register: Register, about: str) -> Project | None:
    milestone = register.milestones.get(about)
    found = register.projects.get(about if milestone is None else milestone.project)
    return found if found is not None and found.is_open else None


def _standing(register: Register, project: Project) -> list[Milestone]:
    return [each for each in register.milestones_of(project.reference) if each.dropped is None]


def _stage(view: View, about: str) -> tuple[Sequence[Field], Values]:
    project = _project(view.register, about)
    if project is None:
        return _NOTHING
    wanted = (MoveProject(project=project.reference, stage=each) for each in Stage if each in _BY_BOARD)
    stages = [
        (each.stage.value, stage(each.stage))
        for each in wanted
        if each.stage is not project.stage and is_possible(view.register, Effect(move_project=each), view)
    ]
    if not stages:
        return _NOTHING
    which, values = _hidden("project", "move_project.project", project.reference)
    missing = "Choose the new stage."
    path = "effect.move_project.stage"
    return (which, Field("stage", "New stage", Kind.RADIOS, choices=stages, missing=missing, path=path)), values


def _baselines(view: View, about: str) -> tuple[Sequence[Field], Values]:
    project = _project(view.register, about)
    if project is None or not project.was_approved:
        return _NOTHING
    open_ones = [each for each in _standing(view.register, project) if each.actual is None]
    if not open_ones:
        return _NOTHING
    which, values = _hidden("project", "set_baseline.project", project.reference)
    fields = [which]
    for each in open_ones:
        name = f"baseline-{short(project.reference, each.reference)}"
        hint = f"Forecast for {plain_date(each.forecast)}; {_baseline(each)}. Leave it empty to keep that."
        path = f"effect.set_baseline.milestones.{each.reference}"
        fields.append(Field(name, f"Baseline of “{each.title}”", Kind.DATE, hint, path=path))
        if each.forecast != each.baseline:
            values[name] = (plain_date(each.forecast),)
    return fields, values


def _baseline(milestone: Milestone) -> str:
    return "no baseline yet" if milestone.baseline is None else f"its baseline is {plain_date(milestone.baseline)}"


def _drop(view: View, about: str) -> tuple[Sequence[Field], Values]:
    project = _project(view.register, about)
    if project is None:
        return _NOTHING
    dropping = (DropMilestone(milestone=each.reference, reason=_WHY) for each in _standing(view.register, project))
    choices = [
        (each.milestone, view.register.milestones[each.milestone].title)
        for each in dropping
        if view.register.milestones[each.milestone].baselines
        and is_possible(view.register, Effect(drop_milestone=each), view)
    ]
    if not choices:
        return _NOTHING
    return (
        Field(
            "milestone",
            "Which milestone?",
            Kind.SELECT,
            choices=choices,
            none_yet="Choose",
            missing="Choose a milestone.",
            path="effect.drop_milestone.milestone",
        ),
        Field(
            "why_dropped",
            "Why it is not needed",
            Kind.TEXT,
            missing="Say why it is not needed. The board reads it.",
            path="effect.drop_milestone.reason",
        ),
    ), {"milestone": (about,)}


def _derogation(view: View, about: str) -> tuple[Sequence[Field], Values]:
    commitment = COMMITMENTS.of(view.register).get(about)
    if commitment is None or commitment.withdrawn_on is not None:
        return _NOTHING
    which, values = _hidden("commitment", "grant_derogation.commitment", commitment.reference)
    return (
        which,
        Field(
            "partner",
            "Which partner?",
            Kind.SELECT,
            choices=members(view),
            none_yet="Choose",
            missing="Choose a partner.",
            path="effect.grant_derogation.partner",
        ),
        Field(
            "periods",
            "For which periods?",
            Kind.BOXES,
            choices=[(each, each) for each in _periods(view, commitment)],
            path="effect.grant_derogation.periods",
        ),
    ), values


def _periods(view: View, commitment: Commitment) -> Iterator[str]:
    """Yield the labels of the periods for which leave may be asked: from the last that ended to a year ahead."""
    if commitment.period is PeriodKind.ONCE:
        yield ONCE
        return
    today = view.calendar.local_date(view.at)
    period = commitment.period_of(view.calendar, today)
    day = max(commitment.in_force_from, period.first_day - timedelta(days=1))
    while day <= today + timedelta(days=366):
        period = commitment.period_of(view.calendar, day)
        yield period.label
        day = period.last_day + timedelta(days=1)


def _withdrawal(view: View, about: str) -> tuple[Sequence[Field], Values]:
    commitment = COMMITMENTS.of(view.register).get(about)
    if commitment is None or commitment.withdrawn_on is not None:
        return _NOTHING
    which, values = _hidden("commitment", "withdraw_commitment.commitment", commitment.reference)
    first = "First day on which it is not in force"
    path = "effect.withdraw_commitment.on"
    return (which, Field("on", first, Kind.DATE, missing="Enter the first day.", path=path)), values


def _leaving(view: View, about: str) -> tuple[Sequence[Field], Values]:
    partner = view.register.partners.get(about)
    if partner is None or partner.left_on is not None:
        return _NOTHING
    which, values = _hidden("partner", "record_partner_leaving.partner", partner.code)
    first = "First day on which it is no longer a member"
    path = "effect.record_partner_leaving.left_on"
    return (which, Field("left_on", first, Kind.DATE, missing="Enter the first day.", path=path)), values


def _admission(view: View, about: str) -> tuple[Sequence[Field], Values]:
    if about:
        return _NOTHING
    at = "effect.admit_partner"
    kinds = [(each.value, each.value.replace("_", " ").capitalize()) for each in PartnerKind]
    memberships = [(each.value, each.value.capitalize()) for each in Membership]
    return (
        Field("name", "Name of the organisation", missing="Enter its name.", path=f"{at}.name"),
        Field("code", "Code", hint="A few capital letters, such as BRE.", missing="Enter a code.", path=f"{at}.code"),
        Field("kind", "What sort of organisation it is", Kind.SELECT, choices=kinds, path=f"{at}.kind"),
        Field("gss", "GSS code", hint="Of the area that it serves, where it has one.", path=f"{at}.gss"),
        Field("membership", "Membership", Kind.RADIOS, choices=memberships, path=f"{at}.membership"),
        Field("joined_on", "First day as a member", Kind.DATE, missing="Enter the first day.", path=f"{at}.joined_on"),
    ), {"membership": (Membership.FULL.value,)}


def _commitment(*measure: Field, is_quarterly: bool = False) -> Callable[[View, str], tuple[Sequence[Field], Values]]:
    """Return the fields of a new commitment, and of what meets it; of one that ``is_quarterly`` no period is asked."""
    at = "effect.adopt_commitment"
    period = (
        Field("period", "How often does it fall due?", Kind.RADIOS, choices=_PERIODS, path=f"{at}.period"),
        Field("by", "Last day, where it falls due once", Kind.DATE, path=f"{at}.by"),
    )

    def fields(view: View, about: str) -> tuple[Sequence[Field], Values]:
        if about:
            return _NOTHING
        following = short(view.code, COMMITMENTS.next_reference(view.code, view.register.commitments))
        code, values = _hidden("commitment", "adopt_commitment.code", following)
        return (
            code,
            Field("commitment_title", "Title of the commitment", missing="Enter a title.", path=f"{at}.title"),
            Field("commitment_text", "What exactly is committed to", Kind.TEXT, path=f"{at}.text"),
            Field("core", "Whom does it bind?", Kind.RADIOS, choices=_CORE, is_flag=True, path=f"{at}.core"),
            Field("from", "First day in force", Kind.DATE, missing="Enter the first day.", path=f"{at}.in_force_from"),
            *(() if is_quarterly else period),
            *(replace(each, path=f"{at}.measure.{each.name}") for each in measure),
        ), {**values, "core": ("yes",), "period": (PeriodKind.QUARTER.value,), "evidence_required": ("no",)}

    return fields


_CORE = (("yes", "Every full member"), ("no", "Those partners that adopt it"))
_PERIODS = (
    (PeriodKind.QUARTER.value, "Every quarter"),
    (PeriodKind.YEAR.value, "Every financial year"),
    (PeriodKind.ONCE.value, "Once"),
)
_EVIDENCE = (("yes", "A yes needs evidence"), ("no", "A yes needs no evidence"))
_ATTESTED = Field("evidence_required", "Is evidence needed?", Kind.RADIOS, choices=_EVIDENCE, is_flag=True)
_UNIT = Field("unit", "What is counted?", hint="For example, days.", missing="Say what is counted.")
_TARGET = Field("target", "How much is each partner to reach in a period?", missing="Enter an amount.")
_MINIMUM = Field("minimum", "How many items meet it?", missing="Enter a number.", is_number=True)
_BY_BOARD = frozenset({Stage.APPROVED, Stage.PAUSED, Stage.STOPPED, Stage.CLOSED})
EFFECTS: tuple[EffectForm, ...] = (
    EffectForm("move-project", "Move the project to another stage", _stage),
    EffectForm(
        "set-baseline",
        "Set or change baselines",
        _baselines,
        {"set_baseline": {"milestones": {}}},  # without any, each forecast would become a baseline
    ),
    EffectForm("drop-milestone", "Drop a milestone", _drop),
    EffectForm("grant-derogation", "Leave not to meet the commitment", _derogation),
    EffectForm("withdraw-commitment", "Withdraw the commitment", _withdrawal),
    EffectForm("record-leaving", "The partner leaves", _leaving),
    EffectForm(
        "adopt-attestation",
        "Take on a commitment that partners attest",
        _commitment(_ATTESTED),
        {"adopt_commitment": {"measure": {"kind": "attestation"}}},
    ),
    EffectForm(
        "adopt-quantity",
        "Take on a commitment that is counted",
        _commitment(_UNIT, _TARGET),
        {"adopt_commitment": {"measure": {"kind": "quantity"}}},
    ),
    EffectForm(
        "adopt-evidence",
        "Take on a commitment that is shown by evidence",
        _commitment(_MINIMUM),
        {"adopt_commitment": {"measure": {"kind": "evidence"}}},
    ),
    EffectForm(
        "adopt-return-on-time",
        "Take on a commitment to submit returns on time",
        _commitment(is_quarterly=True),
        {"adopt_commitment": {"measure": {"kind": "return_on_time"}, "period": PeriodKind.QUARTER.value}},
    ),
    EffectForm(
        "adopt-takes-part",
        "Take on a commitment to take part in a project",
        _commitment(),
        {"adopt_commitment": {"measure": {"kind": "takes_part"}}},
    ),
    EffectForm("admit-partner", "Admit a partner", _admission),
)
