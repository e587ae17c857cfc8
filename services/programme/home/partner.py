"""What needs the lead and the contributors of a partner, and whoever sees to an action."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.calendar import Period
from domain.figures.schedule import is_open
from domain.register import Register
from domain.register.papers import return_deadline
from domain.register.partners import Partner
from domain.register.projects import Project
from domain.wording.cells import Cell, Tone
from services.programme.core.grants import LEAD_AND_CONTRIBUTOR
from services.programme.home.reader import RETURN_SOON, Need, Reader, in_short
from services.programme.returns.form.filled_in import FilledForm, chosen_in
from services.programme.returns.form.return_form import quarters_to_return, return_form
from services.programme.returns.my_return.places import Places
from services.programme.returns.my_return.standing import partners_of
from services.programme.returns.my_return.words import progress


def returns_of(register: Register, person: str, at: datetime) -> list[tuple[Partner, Period]]:
    """Return the returns that a person can fill in now as one of the people of their partners: partner and quarter."""
    today = register.calendar.local_date(at)
    return [
        (partner, quarter)
        for partner in partners_of(register, person, today)
        for quarter in quarters_to_return(register, partner, at)
    ]


def needs(reader: Reader) -> Iterator[Need]:
    """Yield what needs somebody who acts for partners: their returns, milestones and ratifications."""
    yield from _returns(reader)
    yield from _milestones(reader)
    yield from _ratifications(reader)


def actions(reader: Reader) -> Iterator[Need]:
    """Yield the open actions of the partners that somebody acts for, and those that they see to themselves."""
    for action in reader.register.actions.values():
        if action.is_open and (action.owner in _partners(reader) or action.person == reader.person.id):
            yield reader.need(f"Action: {in_short(action.text)}", reader.to.of(action.reference), action.due)


def _returns(reader: Reader) -> Iterator[Need]:
    for partner, quarter in returns_of(reader.register, reader.person.id, reader.at):
        draft = reader.beside.drafts.get((partner.code, quarter.label), ())
        if draft or reader.is_soon(return_deadline(reader.register, quarter, reader.at), RETURN_SOON):
            form = return_form(reader.register, partner, quarter, reader.at, chosen_in(draft))
            yield _return(reader, FilledForm(form, draft))


def _return(reader: Reader, filled: FilledForm) -> Need:
    form = filled.form
    place = Places(reader.register.code, form.quarter.label, form.partner.code).form
    of_whom = f", {form.partner.name}" if len(_partners(reader)) > 1 else ""
    what, how_far = f"Return for {form.quarter.label}{of_whom}", progress(filled)
    if form.is_submitted:
        return Need(what, place, Cell(how_far, tone=Tone.GOOD), by="can still be changed", is_done=True)
    tone = Tone.BAD if form.deadline < reader.at else Tone.CAUTION
    return reader.need(what, place, form.deadline, state=Cell(how_far, tone=tone))


def _milestones(reader: Reader) -> Iterator[Need]:
    for project in reader.register.projects.values():
        if project.is_open:
            yield from _milestones_of(reader, project)


def _milestones_of(reader: Reader, project: Project) -> Iterator[Need]:
    for each in reader.register.milestones_of(project.reference):
        is_own = each.owner in _partners(reader)
        if is_own and is_open(each, reader.on) and reader.is_soon(each.forecast):
            yield reader.need(
                f"Milestone “{each.title}”", reader.to.of(each.reference), each.forecast, note=project.title
            )


def _ratifications(reader: Reader) -> Iterator[Need]:
    for decision in reader.register.decisions.values():
        rule = decision.rule
        if rule is None or not decision.awaits_partners or decision.superseded_by is not None:
            continue
        if any(code in rule.partners and code not in decision.ratifications for code in _partners(reader)):
            have = f"{len(decision.ratifications)} of {rule.needed} partners needed have ratified it"
            state = Cell("Awaits your committee", tone=Tone.CAUTION)
            yield Need(f"Ratify: {in_short(decision.text)}", reader.to.of(decision.reference), state, by=have)


def _partners(reader: Reader) -> tuple[str, ...]:
    return reader.person.partners_on(reader.on, LEAD_AND_CONTRIBUTOR)
