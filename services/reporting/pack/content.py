"""From the register at a cut-off to everything that a pack says: pure, and the same for every form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.envelope import Position
from domain.register import Register
from domain.register.papers import MeetingNotice
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.data import pack_data
from services.reporting.pack.document import Cover, Furniture, Section, Sheet
from services.reporting.pack.edition import PREVIEW, Edition, State
from services.reporting.pack.figures import figures
from services.reporting.pack.previous import PreviousPack
from services.reporting.pack.sections import (
    beside,
    compliance,
    decide,
    decisions,
    forward,
    glance,
    highlights,
    load,
    provenance,
    reporting,
    risks,
    since,
)
from services.reporting.pack.sections.cover import cover, furniture
from services.reporting.pack.sheets import sheets

WHOLE = (decide, since, glance, highlights, compliance, load, risks, decisions, forward, reporting, provenance)
OF_A_SUPPLEMENT = (decide, since, beside, provenance)


@dataclass(frozen=True, slots=True)
class PackContent:
    """Everything that is shown, already worded. ``data`` is pack.json, ``sheets`` are the spreadsheet's.

    ``at`` is the instant up to which events were taken in and ``position`` the last of them.
    """

    pack: str
    title: str
    cover: Cover
    furniture: Furniture
    sections: tuple[Section, ...]
    sheets: tuple[Sheet, ...]
    data: dict[str, Any]
    cut_off: datetime
    at: datetime
    position: Position


def make_content(
    register: Register,
    notice: MeetingNotice,
    *,
    before: PreviousPack | None = None,
    edition: Edition = PREVIEW,
    as_at: datetime | None = None,
) -> PackContent:
    """Return the content of one edition of the pack for a meeting.

    ``register`` holds the events recorded at or before ``as_at`` (the cut-off unless said otherwise: a preview may look
    earlier, a supplement later) and no other. ``before`` is the last issued pack; for a supplement, the pack that it
    goes with.
    """
    at = as_at or notice.timetable.cut_off
    _refuse_later_events(register, at)
    briefing = Briefing(
        now=figures(register, notice.timetable.quarter, at, notice),
        before=before,
        notice=notice,
        edition=edition,
    )
    modules = OF_A_SUPPLEMENT if edition.state is State.SUPPLEMENT else WHOLE
    first_page = cover(briefing)
    return PackContent(
        pack=edition.reference(notice.reference),
        title=f"{first_page.title}: {first_page.partnership}, {notice.reference}",
        cover=first_page,
        furniture=furniture(briefing),
        sections=tuple(module.section(briefing) for module in modules),
        sheets=sheets(briefing),
        data=pack_data(briefing.now, notice, edition, before),
        cut_off=notice.timetable.cut_off,
        at=at,
        position=register.position,
    )


def _refuse_later_events(register: Register, at: datetime) -> None:
    if register.recorded_at is not None and register.recorded_at > at:
        raise ValueError(
            f"the register of {register.code} holds an event recorded at {register.recorded_at.isoformat()}, "
            f"later than {at.isoformat()}: a pack never takes in a fact recorded after its cut-off"
        )
