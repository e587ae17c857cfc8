"""Section 1, the cover: which partnership, meeting and quarter, up to when, and who gets it. Never a person's name."""

from __future__ import annotations

from collections import Counter
from datetime import date

from contracts.events.partnership import Role
from domain import wording
from domain.figures.schedule import ScheduleStatus
from domain.register import Register
from domain.register.people import Person, holding
from domain.wording.cells import Cell, Tone
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Cover, Detail, Furniture
from services.reporting.pack.edition import EditionState

RECEIVING = (Role.CHAIR, Role.BOARD_MEMBER, Role.SUBSTITUTE, Role.SECRETARY)
"""The roles whose holders are sent a pack, in the order in which the cover lists them."""


def recipients(register: Register, on: date) -> list[Person]:
    """Return who is sent the pack on a day: whoever holds one of the receiving roles, by first such role and id."""
    return sorted(
        holding(register.people.values(), RECEIVING, on), key=lambda each: (_rank(each, on), each.partners, each.id)
    )


def cover(briefing: Briefing) -> Cover:
    """Return the first page."""
    partnership = briefing.register.partnership
    return Cover(
        partnership=partnership.name_on(briefing.notice.date),
        vision=partnership.vision_on(briefing.notice.date),
        title=title(briefing),
        state=state(briefing),
        banner=_banner(briefing),
        facts=_facts(briefing),
        headlines=_headlines(briefing),
        recipients=_distribution(briefing),
    )


def furniture(briefing: Briefing) -> Furniture:
    """Return what stands at the head and foot of every page."""
    edition, notice = briefing.edition, briefing.notice
    name = briefing.register.partnership.name_on(notice.date)
    return Furniture(
        head=f"{name} · {notice.reference} · {wording.plain_date(notice.date)}",
        foot=f"Data up to {briefing.local(briefing.now.at)}",
        mark="" if edition.state is EditionState.ISSUED else state(briefing),
        page_prefix=f"S{edition.number}-" if edition.state is EditionState.SUPPLEMENT else "",
    )


def title(briefing: Briefing) -> str:
    """Return the document's title."""
    if briefing.edition.state is EditionState.SUPPLEMENT:
        return f"Board pack, supplement {briefing.edition.number}"
    return "Board pack"


def state(briefing: Briefing) -> str:
    """Return the edition's state in words."""
    edition = briefing.edition
    return (
        f"Supplement {edition.number}" if edition.state is EditionState.SUPPLEMENT else edition.state.value.capitalize()
    )


def _banner(briefing: Briefing) -> str:
    cut_off = briefing.local(briefing.notice.timetable.cut_off)
    if briefing.edition.state is EditionState.PREVIEW:
        return f"Preview. This is not the issued pack: figures may still change until the cut-off, {cut_off}."
    if briefing.edition.state is EditionState.SUPPLEMENT:
        return f"This supplement goes with the issued pack, which stands unchanged (cut-off {cut_off})."
    return ""


def _facts(briefing: Briefing) -> tuple[Detail, ...]:
    notice, quarter = briefing.notice, briefing.now.quarter
    issue_label = "Issued" if briefing.edition.state is EditionState.ISSUED else "Issue of the pack"
    place = () if not notice.place else (Detail("Place", Cell(notice.place)),)
    return (
        Detail("Meeting", Cell(notice.reference)),
        Detail("Date and time", Cell(f"{wording.long_date(notice.date)}, {notice.time:%H:%M}")),
        *place,
        Detail("Quarter covered", Cell(f"{quarter.label}: {_span(briefing)}")),
        Detail("Data cut-off", Cell(briefing.local(notice.timetable.cut_off))),
        Detail(issue_label, Cell(wording.long_date(notice.timetable.issue_on))),
        Detail("Edition", Cell(f"{briefing.edition.reference(notice.reference)}, {state(briefing).lower()}")),
    )


def _span(briefing: Briefing) -> str:
    quarter = briefing.now.quarter
    return f"{wording.plain_date(quarter.first_day)} to {wording.plain_date(quarter.last_day)}"


def _headlines(briefing: Briefing) -> tuple[Cell, ...]:
    return (_asked(briefing), _schedule(briefing), _compliance(briefing), _silence(briefing))


def _asked(briefing: Briefing) -> Cell:
    breaches = len(briefing.now.breaches)
    if not breaches:
        return Cell("No core commitment is in breach", "nothing to respond to", Tone.GOOD)
    text = f"{wording.count(breaches, 'breach', 'breaches')} of core commitments"
    return Cell(text, "for the board to respond to", Tone.BAD)


def _schedule(briefing: Briefing) -> Cell:
    projects = briefing.now.open_projects
    counted = Counter(each.schedule for each in projects)
    red = counted[ScheduleStatus.RED]
    others = f"{counted[ScheduleStatus.AMBER]} amber, {counted[ScheduleStatus.GREEN]} green"
    tone = Tone.BAD if red else Tone.CAUTION if counted[ScheduleStatus.AMBER] else Tone.GOOD
    text = f"Schedule red for {red} of {wording.count(len(projects), 'open project')}"
    if not projects:
        return Cell("No open projects", "nothing is being delivered together", Tone.NEUTRAL)
    return Cell(text, f"{others}, {counted[ScheduleStatus.NONE]} without a baseline", tone)


def _compliance(briefing: Briefing) -> Cell:
    counts = briefing.now.covered.partnership
    if counts.rate is None:
        return Cell("No commitment fell due", f"in {briefing.now.quarter.label}", Tone.NEUTRAL)
    last = briefing.now.trend[-1]
    return Cell(
        f"{wording.per_cent(counts.rate)} of commitments met",
        f"{counts.fulfilled} of {counts.due}; {last.quarter.label}: {wording.rate(last.partnership)}",
        Tone.NEUTRAL,
    )


def _silence(briefing: Briefing) -> Cell:
    silent = len(briefing.now.silent)
    members = sum(each.is_full_member_on(briefing.now.on) for each in briefing.register.partners.values())
    if not silent:
        return Cell("No partner is silent", f"of {members}", Tone.GOOD)
    verb = "is" if silent == 1 else "are"
    return Cell(f"{wording.count(silent, 'partner')} {verb} silent", f"of {members}", Tone.CAUTION)


def _distribution(briefing: Briefing) -> tuple[str, ...]:
    """Say by role which partners the pack goes to; several people of the same partners are counted."""
    on = briefing.issued_on
    by_role: dict[str, Counter[str]] = {}
    for person in recipients(briefing.register, on):
        role = RECEIVING[_rank(person, on)]
        names = [briefing.now.partner_name(each) for each in person.partners_on(on, {role})]
        label = role.value.replace("_", " ").capitalize()
        by_role.setdefault(label, Counter())[" with ".join(names) or "the programme office"] += 1
    return tuple(
        f"{role}: {wording.listed(_numbered(partner, number) for partner, number in partners.items())}"
        for role, partners in by_role.items()
    )


def _numbered(partner: str, number: int) -> str:
    return partner if number == 1 else f"{partner} ({number})"


def _rank(person: Person, on: date) -> int:
    return next(rank for rank, role in enumerate(RECEIVING) if role in person.roles_on(on))
