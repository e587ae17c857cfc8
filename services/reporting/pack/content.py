"""From the register at a cut-off to everything that a pack says: pure, and the same for every form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.envelope import Position
from domain.figures.overview import figures
from domain.register import Register
from domain.register.papers import MeetingNotice
from services.reporting.pack.briefing import Briefing
from services.reporting.pack.commitments.data import in_the_pack
from services.reporting.pack.data import Json, edition_data
from services.reporting.pack.document import Cover, Furniture, Section, Sheet
from services.reporting.pack.edition import PREVIEW, Edition, EditionState
from services.reporting.pack.explaining import explained
from services.reporting.pack.parts import ASKED, DATA, IN_ONE_MINUTE, SECTIONS, SECTIONS_OF_A_SUPPLEMENT, SHEETS
from services.reporting.pack.previous import PreviousPack
from services.reporting.pack.sections.cover import cover, furniture


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
    sections = SECTIONS_OF_A_SUPPLEMENT if edition.state is EditionState.SUPPLEMENT else SECTIONS
    first_page = cover(IN_ONE_MINUTE, briefing)
    return PackContent(
        pack=edition.reference(notice.reference),
        title=f"{first_page.title}: {first_page.partnership}, {notice.reference}",
        cover=first_page,
        furniture=furniture(briefing),
        sections=tuple(section(briefing) for section in sections),
        sheets=explained(tuple(sheet(briefing) for sheet in SHEETS)),
        data=_data(briefing, first_page),
        cut_off=notice.timetable.cut_off,
        at=at,
        position=register.position,
    )


def _data(briefing: Briefing, first_page: Cover) -> Json:
    """Return pack.json; in a supplement the figures of its pack stand beside its own."""
    data = {
        **edition_data(briefing),
        "in_one_minute": [each.text for each in first_page.sentences],
        "asked": ASKED(briefing),
        **{key: part(briefing.now) for key, part in DATA.items()},
    }
    if briefing.edition.number and briefing.before is not None:
        data["in_the_pack"] = in_the_pack(briefing.before)
    return data


def _refuse_later_events(register: Register, at: datetime) -> None:
    if register.recorded_at is not None and register.recorded_at > at:
        raise ValueError(
            f"the register of {register.code} holds an event recorded at {register.recorded_at.isoformat()}, "
            f"later than {at.isoformat()}: a pack never takes in a fact recorded after its cut-off"
        )
