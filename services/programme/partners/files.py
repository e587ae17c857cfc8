"""All that is said of one partner as tables: the sheets of a workbook, and the same as JSON.

JSON names each value by the heading above it in the workbook: ``Slip in days`` is ``slip_in_days``. People stand in
both by their ids; what is a draft, or of the directory, stands in neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from domain.figures.compliance import Status
from domain.wording.capacity import FLAGS
from domain.wording.cells import Cell
from domain.wording.commitments import OBLIGATIONS
from domain.wording.dates import instant
from domain.wording.decisions import ACTIONS
from domain.wording.projects import SCHEDULES, confidence, milestone_status, stage
from domain.wording.risks import score_cell
from services.programme.partners.everything import Everything
from services.programme.sheets.writing import ColumnKind, Entry, FormColumn, SheetForm

_REFERENCE, _NAME, _STATUS = 14, 44, 30


def _text(title: str, width: int = 16) -> FormColumn:
    return FormColumn(title, width)


def _date(title: str) -> FormColumn:
    return FormColumn(title, 16, ColumnKind.DATE)


def _count(title: str) -> FormColumn:
    return FormColumn(title, 16, ColumnKind.COUNT)


def _amount(title: str) -> FormColumn:
    return FormColumn(title, 16, ColumnKind.AMOUNT)


def sheets(its: Everything) -> tuple[SheetForm, ...]:
    """Return the tables, each with what it says of which instant above it."""
    return (
        _partner(its),
        _commitments(its),
        _rates(its),
        _breaches(its),
        _projects(its),
        _milestones(its),
        _actions(its),
        _risks(its),
        _people(its),
    )


def as_json(its: Everything) -> dict[str, Any]:
    """Return the rows of each table by its name; dates as ISO writes them, amounts as texts, as in the API."""
    figures = its.figures
    return {"as_at": f"{figures.calendar.local(figures.at):%Y-%m-%dT%H:%M}"} | {
        _key(table.name): [
            {_key(column.title): _plain(entry) for column, entry in zip(table.columns, line, strict=True)}
            for line in table.lines
        ]
        for table in sheets(its)
    }


def _key(words: str) -> str:
    return words.casefold().replace(" ", "_")


def _plain(entry: Entry) -> str | int | None:
    match entry:
        case date():
            return entry.isoformat()
        case Decimal():
            return str(entry)
        case str() | int() | None:
            return entry
    raise TypeError(f"no table of a partner has {entry!r}")


def _table(
    its: Everything, name: str, columns: tuple[FormColumn, ...], lines: Iterable[tuple[Entry, ...]]
) -> SheetForm:
    figures = its.figures
    at = f"As at {instant(figures.calendar.local(figures.at))}; figures of {figures.quarter.label}."
    return SheetForm(name, f"{its.partner.name}: {name[:1].lower()}{name[1:]}", (at,), columns, tuple(lines))


def _partner(its: Everything) -> SheetForm:
    figures, partner, load = its.figures, its.partner, its.load
    code, returns = partner.code, figures.returns
    owes = "missing" if code in returns.missing else "submitted" if code in returns.expected else "none owed"
    line: tuple[Entry, ...] = (
        code,
        partner.name,
        None if partner.has_left_by(figures.on) else partner.membership_on(figures.on).value,
        partner.joined_on,
        partner.left_on,
        figures.quarter.label,
        owes,
        its.last_heard_of,
        figures.silent.get(code),
        load.pledged if load else None,
        load.released if load else None,
        load.ratio if load else None,
        "; ".join(FLAGS[flag] for flag in load.flags) or None if load else None,
    )
    columns = (
        *(_text("Code", _REFERENCE), _text("Name", _NAME), _text("Membership"), _date("Joined"), _date("Left")),
        *(_text("Quarter"), _text("Return"), _date("Last recorded"), _count("Silent for days")),
        *(_amount("Days pledged"), _amount("Days released"), _amount("Load ratio"), _text("Load", _STATUS)),
    )
    return _table(its, "Partner", columns, [line])


def _commitments(its: Everything) -> SheetForm:
    columns = (_text("Commitment", _REFERENCE), _text("Text", _NAME), _text("Quarter"), _text("Status", _STATUS))
    lines = (
        (commitment.reference, its.figures.name(commitment.reference), quarter.quarter.label, _said(status))
        for commitment, obligations in its.commitments
        for quarter, each in zip(its.quarters, obligations, strict=True)
        if each is not None and each.status is not Status.NOT_APPLICABLE
        for status in (OBLIGATIONS[each.status],)
    )
    return _table(its, "Commitments", columns, lines)


def _rates(its: Everything) -> SheetForm:
    columns = (_text("Quarter"), _count("Met"), _count("Due"), _count("Per cent"))
    counted = ((each.quarter.label, each.by_partner[its.partner.code]) for each in its.quarters)
    return _table(its, "Rates", columns, ((label, its.fulfilled, its.due, its.rate) for label, its in counted))


def _breaches(its: Everything) -> SheetForm:
    columns = (_text("Commitment", _REFERENCE), _text("Text", _NAME), _text("First period"), _text("Second period"))
    lines = ((each.commitment, its.figures.name(each.commitment), *each.periods) for each in its.breaches)
    return _table(its, "Breaches", columns, lines)


def _projects(its: Everything) -> SheetForm:
    columns = (
        *(_text("Project", _REFERENCE), _text("Title", _NAME), _text("Part"), _text("Stage")),
        *(_text("Confidence", _STATUS), _text("Schedule", _STATUS)),
    )
    lines = (
        (
            each.project.reference,
            each.project.title,
            "lead" if each.lead == its.partner.code else "taking part",
            stage(each.project.stage),
            _said(confidence(each.stated, each.shown, each.silent_days)),
            _said(SCHEDULES[each.schedule]),
        )
        for each in its.projects
    )
    return _table(its, "Projects", columns, lines)


def _milestones(its: Everything) -> SheetForm:
    columns = (
        *(_text("Milestone", _REFERENCE), _text("Title", _NAME), _text("Project", _REFERENCE)),
        *(_date("Baseline"), _date("Forecast"), _count("Slip in days"), _text("Status", _STATUS)),
    )
    lines = (
        (
            each.milestone.reference,
            each.milestone.title,
            each.milestone.project,
            each.milestone.baseline,
            each.milestone.forecast,
            each.milestone.slip_days,
            _said(milestone_status(each)),
        )
        for each in its.milestones
    )
    return _table(its, "Milestones", columns, lines)


def _actions(its: Everything) -> SheetForm:
    columns = (
        *(_text("Action", _REFERENCE), _text("Text", _NAME), _text("Decision", _REFERENCE)),
        *(_date("Due"), _text("Status", _STATUS)),
    )
    lines = (
        (each.reference, each.text, each.decision, each.due, _said(ACTIONS[its.figures.action_status(each)]))
        for each in its.actions
    )
    return _table(its, "Actions", columns, lines)


def _risks(its: Everything) -> SheetForm:
    columns = (
        *(_text("Risk", _REFERENCE), _text("Title", _NAME), _count("Likelihood"), _count("Impact")),
        *(_count("Score"), _text("Rating"), _date("Raised")),
    )
    lines = (
        (
            each.reference,
            each.title,
            each.assessment.likelihood,
            each.assessment.impact,
            each.assessment.score,
            _said(score_cell(each)),
            each.raised_on,
        )
        for each in its.risks
    )
    return _table(its, "Risks", columns, lines)


def _people(its: Everything) -> SheetForm:
    lines = (
        (person.id, held.role.value.replace("_", " "))
        for person in its.people
        for held in person.held
        if held.partner == its.partner.code and held.on(its.figures.on)
    )
    return _table(its, "People", (_text("Person", _REFERENCE), _text("Role", _STATUS)), lines)


def _said(cell: Cell) -> str:
    return f"{cell.text}, {cell.note}" if cell.note else cell.text
