"""The six steps in which a partnership is set up page by page, and the programme file that they come to."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from contracts.events.commitments import PeriodKind
from contracts.events.partners import Membership, PartnerKind
from contracts.events.projects import Stage
from domain.wording.dates import plain_date
from services.programme.board.commands import ScheduleMeeting
from services.programme.commitments.commands import AgreeCommitment
from services.programme.core.command import Command
from services.programme.file.moments import START_OF_DAY, instant_of, written, zone_of
from services.programme.file.sections import FORMAT
from services.programme.file.yaml_text import yaml_of
from services.programme.office.people import ROLE_CHOICES
from services.programme.office.rules import SETS
from services.programme.office.set_up_draft import Draft, Entry
from services.programme.pages.fields import Choice, Field, Kind, command_in
from services.programme.partners.commands import AdmitPartner
from services.programme.partnership.commands import AppointPerson, FormPartnership
from services.programme.projects.commands import BringInProject
from services.runtime.web.forms import Form, FormRefused

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_MOST_DAYS, _MOST_PEOPLE = 20, 60
_STAGES = (Stage.IDEA, Stage.PROPOSED, Stage.APPROVED, Stage.IN_DELIVERY)
_SECRETARY = "secretary"
_MEASURES: tuple[Choice, ...] = (
    ("attestation", "By a yes, partly or no", "Each partner says so for itself."),
    ("evidence_required", "By a yes, partly or no, with evidence", "A yes needs something that shows it."),
    ("quantity", "By an amount", "Such as days of staff time: say below of what, and how much."),
    ("evidence", "By items of evidence", "Say below how many."),
    ("return_on_time", "By returning on time", "Nothing is asked: it follows from the return."),
    ("takes_part", "By taking part in a project", "Nothing is asked: it follows from the projects."),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a part of the file, asked for entry by entry, or once where it ``is_single``.

    ``about`` is what the command has beside its fields; ``words`` says an entry in a line.
    """

    part: str
    title: str
    one: str
    lede: str
    command: type[Command]
    fields: Callable[[Draft], Sequence[Field]]
    words: Callable[[Mapping[str, Any]], str]
    about: Callable[[Draft, Form], Mapping[str, Any]] = lambda draft, form: {}
    values: Callable[[Draft], Mapping[str, Sequence[str]]] = lambda draft: {}
    is_single: bool = False

    def entry(self, draft: Draft, form: Form, number: int) -> Entry:
        """Return what was typed as an entry. Raises FormRefused."""
        fields = self.fields(draft)
        command = command_in(form, fields, self.command, self.about(draft, form))
        names = {field.name for field in fields}
        typed = {name: list(values) for name, values in form.typed.items() if name in names}
        return Entry(number, typed, command.model_dump(mode="json", by_alias=True, exclude_defaults=True))


def _numbers(first: int, last: int) -> list[Choice]:
    return [(str(number), str(number)) for number in range(first, last + 1)]


def _partnership(draft: Draft) -> Sequence[Field]:
    days, people = _numbers(0, _MOST_DAYS), _numbers(1, _MOST_PEOPLE)
    return (
        Field("name", "Name of the partnership", missing="Enter its name."),
        Field(
            "code", "Short code", hint="Capitals, such as LAP: every reference begins with it.", missing="Enter a code."
        ),
        Field("vision", "Vision", Kind.TEXT, "What the partners want to bring about together."),
        Field("formed_on", "When it was formed", Kind.DATE, missing="Enter the day."),
        Field(
            "financial_year_start_month",
            "Financial year starts in",
            Kind.SELECT,
            choices=[(str(number), month_name[number]) for number in range(1, 13)],
            is_number=True,
        ),
        Field("holidays", "Bank holidays", Kind.SELECT, choices=[*SETS.items()]),
        _of_board("clear_days", "Clear working days between papers and meeting", days),
        _of_board("cutoff_working_days", "Working days from the data cut-off to the papers", days),
        _of_board("quorum_count", "Members that make a quorum", people),
        _of_board("quorum_partners", "Different partners among them", people),
    )


def _of_board(name: str, label: str, choices: Sequence[Choice]) -> Field:
    return Field(name, label, Kind.SELECT, choices=choices, is_number=True, path=f"board.{name}")


def _usual(draft: Draft) -> Mapping[str, Sequence[str]]:
    usual = {"financial_year_start_month": "4", "holidays": "GB-ENG", "clear_days": "5", "cutoff_working_days": "3"}
    return {name: (value,) for name, value in {**usual, "quorum_count": "3", "quorum_partners": "2"}.items()}


def _formed_on(draft: Draft) -> str:
    return str(draft.only("partnership").get("formed_on", ""))


def _formed_on_as_typed(draft: Draft) -> Sequence[str]:
    return next((entry.typed.get("formed_on", []) for entry in draft.of("partnership")), [])


def _partner(draft: Draft) -> Sequence[Field]:
    return (
        Field("name", "Name of the organisation", missing="Enter its name."),
        Field("code", "Short code", hint="Capitals, such as BRE.", missing="Enter a code."),
        Field("kind", "What sort of organisation it is", Kind.SELECT, choices=_named(PartnerKind)),
        Field(
            "membership",
            "Membership",
            Kind.RADIOS,
            choices=(
                (Membership.FULL.value, "Full member", "Core commitments bind it."),
                (Membership.SUPPORTING.value, "Supporting member", "Those commitments alone bind it that it adopts."),
            ),
        ),
        Field("joined_on", "First day as a member", Kind.DATE, missing="Enter the first day."),
    )


def _named(values: Any) -> list[Choice]:
    return [(each.value, each.value.replace("_", " ").capitalize()) for each in values]


def _partners(draft: Draft) -> list[Choice]:
    return [(each["code"], each["name"]) for each in draft.fields("partners")]


def _person(draft: Draft) -> Sequence[Field]:
    return (
        Field("name", "Name", missing="Enter the person’s name."),
        Field("email", "E-mail address", hint="They sign in with it, and papers and reminders go there."),
        Field("roles", "Roles", Kind.BOXES, choices=ROLE_CHOICES),
        Field("partner", "For which partner", Kind.SELECT, choices=_partners(draft), none_yet="None"),
    )


def _needs_a_role(draft: Draft, form: Form) -> Mapping[str, Any]:
    if not form.values("roles"):
        raise FormRefused(replace(form, faults={"roles": "Tick at least one role."}))
    return {}


def _commitment(draft: Draft) -> Sequence[Field]:
    return (
        Field("title", "Title", missing="Enter a title."),
        Field("text", "What exactly is committed to", Kind.TEXT),
        Field(
            "core",
            "Whom it binds",
            Kind.RADIOS,
            choices=(("yes", "Every full member"), ("no", "Those who adopt it")),
            is_beside=True,
        ),
        Field("in_force_from", "First day in force", Kind.DATE, missing="Enter the first day."),
        Field(
            "period",
            "How often it falls due",
            Kind.RADIOS,
            choices=(
                (PeriodKind.QUARTER.value, "Every quarter"),
                (PeriodKind.YEAR.value, "Every financial year"),
                (PeriodKind.ONCE.value, "Once, by the day below"),
            ),
            missing="Choose how often.",
        ),
        Field("by", "By which day, if once", Kind.DATE),
        Field("measure", "How it is measured", Kind.RADIOS, choices=_MEASURES, is_beside=True),
        Field("unit", "Of what, if by an amount", hint="Such as days.", is_beside=True),
        Field("number", "How much, or how many", is_beside=True),
    )


def _measured(draft: Draft, form: Form) -> Mapping[str, Any]:
    """Return the measure that was typed. Raises FormRefused where something of it is missing."""
    kind, unit, number = (form.value(name).strip() for name in ("measure", "unit", "number"))
    faults: dict[str, str] = {}
    measure: dict[str, Any] = {"kind": "attestation" if kind == "evidence_required" else kind}
    if kind not in {value for value, *_ in _MEASURES}:
        faults["measure"] = "Choose how it is measured."
    elif kind == "evidence_required":
        measure["evidence_required"] = True
    elif kind == "quantity":
        measure |= {"unit": unit, "target": number}
        faults |= {} if unit else {"unit": "Enter of what the amount is."}
        faults |= {} if _is_amount(number) else {"number": "Enter an amount, such as 6 or 4.50."}
    elif kind == "evidence":
        measure |= {"minimum": int(number) if _is_count(number) else 0}
        faults |= {} if _is_count(number) else {"number": "Enter how many items, 1 or more."}
    if faults:
        raise FormRefused(replace(form, faults=faults))
    return {"code": "C1", "core": form.value("core") == "yes", "measure": measure}


def _is_count(number: str) -> bool:
    return number.isascii() and number.isdecimal() and 0 < len(number) < 4 and int(number) > 0


def _is_amount(number: str) -> bool:
    whole, _, part = number.partition(".")
    return whole.isascii() and whole.isdecimal() and len(whole) < 9 and len(part) < 3 and (not part or part.isdecimal())


def _project(draft: Draft) -> Sequence[Field]:
    partners = _partners(draft)
    return (
        Field("title", "Title", missing="Enter a title."),
        Field("purpose", "What it is for", Kind.TEXT),
        Field("lead", "Who leads it", Kind.SELECT, choices=partners, none_yet="Choose", missing="Choose who leads it."),
        Field("taking_part", "Who else takes part", Kind.BOXES, choices=partners),
        Field("stage", "Stage", Kind.SELECT, choices=_named(_STAGES)),
    )


def _meeting(draft: Draft) -> Sequence[Field]:
    return (
        Field("date", "Date", Kind.DATE, missing="Enter the date of the meeting."),
        Field("time", "Time", hint="Such as 14:00.", missing="Enter the time."),
        Field("place", "Place"),
    )


STEPS: tuple[Step, ...] = (
    Step(
        "partnership",
        "Name and rules of the board",
        "partnership",
        "What you leave as it is suits most boards. It can be changed later, for the meetings from a day on.",
        FormPartnership,
        _partnership,
        lambda its: f"{its['name']} ({its['code']})",
        values=_usual,
        is_single=True,
    ),
    Step(
        "partners",
        "Partners",
        "partner",
        "The organisations of the partnership.",
        AdmitPartner,
        _partner,
        lambda its: f"{its['name']} ({its['code']})",
        values=lambda draft: {"membership": (Membership.FULL.value,), "joined_on": _formed_on_as_typed(draft)},
    ),
    Step(
        "people",
        "People",
        "person",
        "The secretary first: they find everything else in the Office. Then the board, and a lead for each partner.",
        AppointPerson,
        _person,
        lambda its: f"{its['name']}: {', '.join(role.replace('_', ' ') for role in its['roles'])}",
        about=_needs_a_role,
    ),
    Step(
        "commitments",
        "Commitments",
        "commitment",
        "What each partner agrees to do. There may be none yet: later ones are adopted by the board.",
        AgreeCommitment,
        _commitment,
        lambda its: str(its["title"]),
        about=_measured,
        values=lambda draft: {
            "core": ("yes",),
            "period": (PeriodKind.QUARTER.value,),
            "in_force_from": _formed_on_as_typed(draft),
        },
    ),
    Step(
        "projects",
        "Projects",
        "project",
        "The shared work. Its milestones are added on its own page, or brought in from a plan that exists.",
        BringInProject,
        _project,
        lambda its: str(its["title"]),
        about=lambda draft, form: {"code": "P01"},
    ),
    Step(
        "meetings",
        "Calendar",
        "meeting",
        "The meetings of the board that lie ahead.",
        ScheduleMeeting,
        _meeting,
        lambda its: f"{plain_date(date.fromisoformat(its['date']))}, {its['time'][:5]}",
        about=lambda draft, form: {"code": "B01"},
    ),
)


def file_of(draft: Draft, now: datetime) -> str:
    """Return the programme file that a draft comes to, its meetings scheduled ``now``."""
    parts: dict[str, Any] = {
        "format": FORMAT,
        "partnership": draft.only("partnership"),
        "partners": draft.fields("partners"),
        "people": _keyed(draft.fields("people")),
        "commitments": _numbered(draft.fields("commitments"), "C{}"),
        "projects": _numbered(draft.fields("projects"), "P{:02}"),
    }
    meetings = _numbered(draft.fields("meetings"), "B{:02}")
    if meetings:
        head = {"at": _entered_at(draft, now), "by": _SECRETARY, "do": ScheduleMeeting.do}
        parts["history"] = [{**head, **each} for each in meetings]
    return yaml_of({name: part for name, part in parts.items() if part})


def _entered_at(draft: Draft, now: datetime) -> str:
    zone = zone_of("Europe/London")
    begins = instant_of(f"{_formed_on(draft)}T{START_OF_DAY:%H:%M}", zone) if _formed_on(draft) else now
    return written(max(now.replace(second=0, microsecond=0), begins), zone)


def _numbered(entries: Sequence[Mapping[str, Any]], code: str) -> list[dict[str, Any]]:
    return [{**each, "code": code.format(number)} for number, each in enumerate(entries, start=1)]


def _keyed(people: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the people with keys: the first secretary is the one who is there from the start."""
    first = next((number for number, each in enumerate(people) if _SECRETARY in each["roles"]), None)
    keys = [_SECRETARY if number == first else f"person-{number + 1}" for number in range(len(people))]
    return [{"key": key, **each} for key, each in zip(keys, people, strict=True)]
