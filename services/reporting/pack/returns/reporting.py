"""H: who has not reported, how old each partner's figures are, and partners' notes to the board."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain import wording
from domain.register.partners import Partner
from domain.register.returns import Submission
from domain.wording.cells import Cell, Tone
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Block, Column, ColumnKind, Paragraph, Section, Table


def section(briefing: Briefing) -> Section:
    """Return the section."""
    return Section("H", "reporting", "Who has not reported", tuple(_blocks(briefing)))


def members(briefing: Briefing) -> list[Partner]:
    """Return the partners that are members at the cut-off, those with the oldest figures first."""
    now = briefing.now
    present = (each for each in now.compliance.partners if each.is_member_on(now.on))
    return sorted(present, key=lambda each: (-(now.days_since(each.code) or 0), each.code))


def return_state(briefing: Briefing, partner: str) -> Cell:
    """Say whether a partner submitted its return for the quarter."""
    now = briefing.now
    submissions = _submissions(briefing, partner)
    if submissions:
        note = "nothing changed" if submissions[-1].nothing_changed else ""
        is_late = submissions[0].recorded_at > now.compliance.deadline(now.quarter)
        return Cell("Late", note, Tone.CAUTION) if is_late else Cell("Submitted", note, Tone.GOOD)
    if partner in now.returns.expected:
        return Cell("Not submitted", tone=Tone.BAD)
    joined_later = not now.register.partners[partner].is_member_throughout(now.quarter)
    return Cell("Not expected", "joined within the quarter" if joined_later else "it has nothing to report")


def submitted_on(briefing: Briefing, partner: str) -> date | None:
    """Return the local date on which a partner first submitted its return for the quarter."""
    submissions = _submissions(briefing, partner)
    return briefing.now.calendar.local_date(submissions[0].recorded_at) if submissions else None


def _submissions(briefing: Briefing, partner: str) -> list[Submission]:
    return briefing.register.returns.submissions.get((partner, briefing.now.quarter.label), [])


def _blocks(briefing: Briefing) -> Iterator[Block]:
    returns, label = briefing.now.returns, briefing.now.quarter.label
    if not returns.expected:
        yield Paragraph(f"No partner owed a return for {label}.", "lead")
    else:
        submitted = f"{returns.submitted} of {wording.count(len(returns.expected), 'partner')}"
        yield Paragraph(f"{submitted} submitted a return for {label}.", "lead")
        names = wording.listed((briefing.now.partner_name(each) for each in returns.missing), "no partner")
        yield Paragraph(f"Without a return: {names}.")
    yield _ages(briefing)
    yield _notes(briefing)
    if briefing.now.open_projects:
        yield _silent_table(briefing)


def _silent_table(briefing: Briefing) -> Table:
    return Table(
        "Projects and milestones that are silent: nothing was recorded about them in the quarter or since",
        (
            Column("Project or milestone", share=3),
            Column("Lead or owner", share=1.6),
            Column("Silent for", ColumnKind.NUMBER),
        ),
        tuple(_silent_work(briefing)),
        "Something was recorded about every open project and milestone.",
        dense=True,
    )


def _ages(briefing: Briefing) -> Table:
    now = briefing.now
    return Table(
        "How old each partner’s figures are, oldest first",
        (
            Column("Partner", share=3),
            Column(f"Return for {now.quarter.label}", ColumnKind.STATUS, 1.4),
            Column("Submitted", ColumnKind.DATE, 1.1),
            Column("Last recorded", ColumnKind.DATE, 1.1),
            Column("Age", ColumnKind.NUMBER, 0.8),
            Column("Silence", ColumnKind.STATUS, 1.4),
        ),
        tuple(_age(briefing, each) for each in members(briefing)),
        "The partnership has no partners.",
        dense=True,
    )


def _age(briefing: Briefing, partner: Partner) -> tuple[Cell, ...]:
    now = briefing.now
    last, silent = now.register.last_recorded.get(partner.code), now.silent.get(partner.code)
    days = now.days_since(partner.code)
    return (
        briefing.partner(partner.code),
        return_state(briefing, partner.code),
        Cell(wording.short_date(submitted_on(briefing, partner.code))),
        Cell(wording.NOTHING if last is None else wording.short_date(now.calendar.local_date(last))),
        Cell(wording.NOTHING if days is None else wording.days(days)),
        Cell(wording.NOTHING) if silent is None else Cell(f"Silent for {wording.days(silent)}", tone=Tone.CAUTION),
    )


def _notes(briefing: Briefing) -> Table:
    label = briefing.now.quarter.label
    return Table(
        f"Partners’ notes to the board, with their returns for {label}",
        (Column("Partner", share=1), Column("Note", share=3)),
        tuple((Cell(briefing.now.partner_name(code)), Cell(note)) for code, note in briefing.now.notes.items()),
        f"No partner added a note to its return for {label}.",
    )


def _silent_work(briefing: Briefing) -> Iterator[tuple[Cell, ...]]:
    for project in briefing.now.open_projects:
        if project.silent_days is not None:
            yield _silent(briefing, project.project.reference, project.lead, project.silent_days)
        for each in project.milestones:
            if each.silent_days is not None:
                milestone, early = each.milestone, wording.before(each.before)
                yield _silent(briefing, milestone.reference, milestone.owner, each.silent_days, early)


def _silent(briefing: Briefing, reference: str, owner: str, days: int, note: str = "") -> tuple[Cell, ...]:
    return Cell(briefing.titled(reference), note), Cell(briefing.now.partner_name(owner)), Cell(wording.days(days))
