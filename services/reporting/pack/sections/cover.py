"""1, the first page: which partnership and meeting, up to when, and what a board must know in one minute."""

from __future__ import annotations

from domain import wording
from domain.wording.cells import Cell
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.document import Cover, Detail, Furniture
from services.reporting.pack.edition import EditionState
from services.reporting.pack.minute import Rules, in_one_minute
from services.reporting.pack.sections.headlines import headlines
from services.reporting.pack.sections.since import pack_before


def cover(rules: Rules, briefing: Briefing) -> Cover:
    """Return the first page, with what the ``rules`` say in one minute."""
    partnership = briefing.register.partnership
    return Cover(
        partnership=partnership.name_on(briefing.notice.date),
        vision=partnership.vision_on(briefing.notice.date),
        title=title(briefing),
        state=state(briefing),
        banner=_banner(briefing),
        facts=_facts(briefing),
        sentences=in_one_minute(rules, briefing),
        headlines=headlines(briefing),
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
    if briefing.edition.state is EditionState.PREVIEW:
        cut_off = briefing.local(briefing.notice.timetable.cut_off)
        return f"Preview. This is not the issued pack: figures may still change until the cut-off, {cut_off}."
    if briefing.edition.state is EditionState.SUPPLEMENT:
        return _banner_of_a_supplement(briefing)
    return ""


def _banner_of_a_supplement(briefing: Briefing) -> str:
    before, notice = briefing.before, briefing.notice
    assert before is not None, "a supplement goes with a pack"
    goes_with = f"This supplement goes with {pack_before(briefing, before)}, which stands unchanged."
    if (before.notice.date, before.notice.time) == (notice.date, notice.time):
        return goes_with
    return f"{goes_with} The meeting has been moved since; its new date and time stand below."


def _facts(briefing: Briefing) -> tuple[Detail, ...]:
    notice, quarter = briefing.notice, briefing.now.quarter
    issue_label = "Issue of the pack" if briefing.edition.state is EditionState.PREVIEW else "Issued"
    place = () if not notice.place else (Detail("Place", Cell(notice.place)),)
    return (
        Detail("Meeting", Cell(notice.reference)),
        Detail("Date and time", Cell(f"{wording.long_date(notice.date)}, {notice.time:%H:%M}")),
        *place,
        Detail("Quarter covered", Cell(f"{quarter.label}: {_span(briefing)}")),
        _up_to(briefing),
        Detail(issue_label, Cell(wording.long_date(briefing.issued_on))),
        Detail("Edition", Cell(f"{briefing.edition.reference(notice.reference)}, {state(briefing).lower()}")),
    )


def _up_to(briefing: Briefing) -> Detail:
    """Say up to when the data go: a supplement takes in what came after the meeting's cut-off."""
    if briefing.edition.state is EditionState.SUPPLEMENT:
        return Detail("Data up to", Cell(briefing.local(briefing.now.at)))
    return Detail("Data cut-off", Cell(briefing.local(briefing.notice.timetable.cut_off)))


def _span(briefing: Briefing) -> str:
    quarter = briefing.now.quarter
    return f"{wording.plain_date(quarter.first_day)} to {wording.plain_date(quarter.last_day)}"
