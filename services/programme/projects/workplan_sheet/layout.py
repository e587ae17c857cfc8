"""What a workplan's sheet consists of: the fields of its lines, how each is written, and what each was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from contracts.references import project_of, short
from domain.register import Register
from domain.register.projects import MILESTONES, Milestone
from services.programme.sheets.writing import ColumnKind, Entry, FormColumn, SheetForm

REFERENCE, BASELINE, REASON, DROP = "Reference", "Baseline", "Reason", "Drop"
THEN = " when downloaded"
DROPPED = "drop"
EMPTY_LINES = 20

FIELDS: Mapping[str, str] = {
    "title": "Milestone",
    "owner": "Owner",
    "depends_on": "Depends on",
    "forecast": "Forecast",
    "done_on": "Done on",
}
"""The heading of each field that can be filled in."""


@dataclass(frozen=True, slots=True)
class MilestoneValues:
    """What a line says of a milestone. References are full; the owner is a partner's code."""

    title: str = ""
    owner: str = ""
    depends_on: tuple[str, ...] = ()
    forecast: date | None = None
    done_on: date | None = None

    @classmethod
    def of(cls, milestone: Milestone) -> MilestoneValues:
        """Return what the register says."""
        return cls(milestone.title, milestone.owner, milestone.depends_on, milestone.forecast, milestone.actual)


def owners(register: Register) -> dict[str, str]:
    """Return every partner's code by how it is shown: ``London Borough of Brent (BRE)``."""
    return {f"{each.name} ({each.code})": each.code for each in register.partners.values()}


def workplan_form(register: Register, project: str, today: date) -> SheetForm:
    """Return the workplan of a project as it is now, to be filled in. ``project`` is a full reference."""
    plan = register.projects[project]
    milestones = [register.milestones[reference] for reference in plan.milestones]
    lines = [_line(register, each) for each in milestones if each.dropped is None]
    return SheetForm(
        name=short(register.code, project),
        title=f"Workplan of {plan.title} ({project})",
        guidance=(
            "Change what has changed in the cells with a border, and say why. What you leave, or leave out, stays so.",
            "New milestones go into the empty lines at the end. Save the file, and upload it on the project's page.",
        ),
        columns=_columns(register, today),
        lines=(*lines, *_new_lines(project, plan.milestones)),
    )


def _columns(register: Register, today: date) -> tuple[FormColumn, ...]:
    members = tuple(
        shown for shown, code in owners(register).items() if register.partners[code].is_member_on(today)
    )  # fmt: skip
    return (
        FormColumn(REFERENCE, 15),
        FormColumn(FIELDS["title"], 44, open=True, guidance="What will have been reached."),
        FormColumn(FIELDS["owner"], 34, open=True, choices=members, guidance="The partner that answers for it."),
        FormColumn(
            FIELDS["depends_on"], 22, open=True, guidance="References of what comes first, with commas: M01, P02-M03."
        ),
        FormColumn(BASELINE, 14, ColumnKind.DATE),
        FormColumn(
            FIELDS["forecast"], 14, ColumnKind.DATE, open=True, guidance="When it will be reached, such as 2/10/2015."
        ),
        FormColumn(FIELDS["done_on"], 14, ColumnKind.DATE, open=True, guidance="The day on which it was reached."),
        FormColumn(REASON, 44, open=True, guidance="Why it changes. It stands in the project's history."),
        FormColumn(
            DROP, 10, open=True, choices=(DROPPED,), guidance="Choose “drop” where the milestone turned out needless."
        ),
        *(
            FormColumn(
                f"{heading}{THEN}",
                14,
                ColumnKind.DATE if field in ("forecast", "done_on") else ColumnKind.TEXT,
                hidden=True,
            )
            for field, heading in FIELDS.items()
        ),
    )


def _line(register: Register, milestone: Milestone) -> tuple[Entry, ...]:
    title, owner, depends_on, forecast, done_on = entries_of(register, milestone)
    now = (title, owner, depends_on, milestone.baseline, forecast, done_on)
    return (milestone.reference, *now, None, None, title, owner, depends_on, forecast, done_on)


def _new_lines(project: str, given: Sequence[str]) -> list[tuple[Entry, ...]]:
    """Return empty lines with the references that come next, so that others can say that they depend on them."""
    taken = list(given)
    for _ in range(EMPTY_LINES):
        taken.append(MILESTONES.next_reference(project, taken))
    width = 9 + len(FIELDS)
    return [(reference, *[None] * (width - 1)) for reference in taken[len(given) :]]


def entries_of(register: Register, milestone: Milestone) -> tuple[Entry, ...]:
    """Return what stands in the cells of a milestone's fields."""
    owner = register.partners[milestone.owner]
    return (
        milestone.title,
        f"{owner.name} ({owner.code})",
        ", ".join(shown(register.code, milestone.project, each) for each in milestone.depends_on),
        milestone.forecast,
        milestone.actual,
    )


def shown(partnership: str, project: str, milestone: str) -> str:
    """Return how a milestone is called within a project: ``M01``, or ``P02-M01`` for another's."""
    own = project_of(milestone) == project
    return milestone.removeprefix(f"{project}-") if own else short(partnership, milestone)
