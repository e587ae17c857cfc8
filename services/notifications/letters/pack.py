"""The letter that goes with a board pack: in one minute, what the board is asked to decide, and the headline figures.

Sentences and figures are those of the edition's own pack.json; nothing is worded or computed a second time.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Literal

import structlog
from pydantic import BaseModel, ValidationError

from contracts.events.reporting import PackIssued
from domain.wording.dates import plain_date
from services.notifications.letters.letter import Attachment, Detail, Figure, HeadedList, Item, Letter, Link, Material
from services.notifications.letters.words import counted, listed, local_instant, shortened, weekday
from services.notifications.pack_files import DATA, DOCUMENT

_ENDED = frozenset({"closed", "stopped"})
_MOST_ITEMS = 15
_LONGEST_NOTE = 280
_MOST_TO_KNOW = 3
NOTHING_ASKED = "Nothing stood on the agenda for decision."
_log = structlog.get_logger(__name__)


class _Project(BaseModel):
    stage: str
    schedule_status: str


class _Counts(BaseModel):
    met: int
    met_late: int
    partly_met: int
    not_met: int
    not_reported: int
    rate: int | None


class _OfQuarter(_Counts):
    quarter: str


class _Breach(BaseModel):
    commitment: str
    partner: str
    periods: tuple[str, ...]


class _Compliance(BaseModel):
    partnership: _Counts
    trend: tuple[_OfQuarter, ...]
    breaches: tuple[_Breach, ...]


class _Silent(BaseModel):
    partner: str
    days: int


class _Asked(BaseModel):
    label: str
    question: str
    recommendation: str | None
    owner: str | None
    to_know: tuple[str, ...]


class _Data(BaseModel):
    """What a letter reads in pack.json. A pack of template 2 or before has no sentences, and asks nothing in words."""

    format: Literal["concordat-pack/1"]
    projects: tuple[_Project, ...]
    compliance: _Compliance
    silent: tuple[_Silent, ...]
    in_one_minute: tuple[str, ...] = ()
    asked: tuple[_Asked, ...] | None = None


def pack_letter(material: Material) -> Letter:
    """Return the letter for an issued edition."""
    edition = PackIssued.model_validate(material.notice.details)
    data = _read(material)
    meeting_day = plain_date(edition.meeting_on)
    what = f"Supplement {edition.supplement} to the board pack" if edition.supplement else "Board pack"
    return Letter(
        subject=f"{what} for {meeting_day} – {material.partnership.name}",
        heading=f"{what} for {meeting_day}",
        opening=(_opening(edition, material),),
        facts=_facts(edition, material),
        sections=(
            *_in_one_minute(data),
            HeadedList("What you are asked to decide", _asked(material, data), NOTHING_ASKED),
        ),
        figures_heading=f"{edition.quarter} at a glance",
        figures=() if data is None else tuple(_figures(data, material)),
        link=Link("Open the pack", f"{material.public_url}{edition.path}"),
        closing=("The pack never changes once it is issued; what comes later is sent as a supplement.",),
        why=material.why,
        attachments=_attachments(edition, material),
    )


def _read(material: Material) -> _Data | None:
    if DATA not in material.files:
        return None
    try:
        return _Data.model_validate(json.loads(material.files[DATA]))
    except (ValueError, ValidationError) as error:
        _log.warning("a pack's figures could not be read", pack=material.notice.about, reason=str(error)[:200])
        return None


def _opening(edition: PackIssued, material: Material) -> str:
    said = ["The papers for the project board’s meeting have been issued.", f"They cover {edition.quarter}."]
    if DOCUMENT in material.files:
        said.append("The whole pack is attached as a PDF.")
    else:
        said += [material.not_attached, "Follow the link below to read it."]
    return " ".join(filter(None, said))


def _facts(edition: PackIssued, material: Material) -> tuple[Detail, ...]:
    cut_off = edition.cut_off.astimezone(material.partnership.zone)
    return (
        Detail("Meeting", f"{weekday(edition.meeting_on)}, {edition.meeting_time:%H:%M} ({edition.meeting})"),
        Detail("Figures up to", local_instant(cut_off)),
        Detail("Pack", edition.pack),
    )


def _in_one_minute(data: _Data | None) -> Iterator[HeadedList]:
    if data is not None and data.in_one_minute:
        yield HeadedList("In one minute", said=data.in_one_minute)


def _asked(material: Material, data: _Data | None) -> tuple[Item, ...]:
    if data is not None and data.asked is not None:
        items = [_question(each) for each in data.asked]
    else:
        items = [_item(material, index) for index in range(len(material.items))]
        items += [_breach(each, material) for each in (data.compliance.breaches if data else ())]
    left_out = len(items) - _MOST_ITEMS
    if left_out > 0:
        items = [*items[:_MOST_ITEMS], Item(f"and {left_out} more, in the pack")]
    return tuple(items)


def _question(asked: _Asked) -> Item:
    """Return one thing that is asked, as the pack words it."""
    notes = [f"Recommended: {shortened(asked.recommendation, _LONGEST_NOTE)}"] if asked.recommendation else []
    notes += [shortened(each, _LONGEST_NOTE) for each in asked.to_know[:_MOST_TO_KNOW]]
    if asked.owner:
        notes.append(f"Owner: {asked.owner}")
    is_said = asked.label.casefold() in asked.question.casefold()  # “Breach” is
    return Item(asked.question if is_said else f"{asked.label}: {asked.question}", tuple(notes))


def _item(material: Material, index: int) -> Item:
    item = material.items[index]
    notes = []
    if item.recommendation:
        notes.append(f"Recommended: {shortened(item.recommendation, _LONGEST_NOTE)}")
    if item.owner:
        notes.append(f"Owner: {material.partner_name(item.owner)}")
    return Item(f"{item.number}. {item.title}", tuple(notes))


def _breach(breach: _Breach, material: Material) -> Item:
    partner = material.partner_name(breach.partner)
    return Item(
        f"Breach of {breach.commitment} by {partner}",
        (f"Missed in {listed(breach.periods)}. Agree how and by when it will be met, or grant a derogation.",),
    )


def _figures(data: _Data, material: Material) -> Iterator[Figure]:
    yield _compliance(data.compliance)
    open_projects = [each for each in data.projects if each.stage not in _ENDED]
    if open_projects:
        status = Counter(each.schedule_status for each in open_projects)
        verb = "is" if 1 in (status["red"], len(open_projects)) else "are"
        yield Figure(
            str(status["red"]),
            f"of {counted(len(open_projects), 'open project', 'open projects')} {verb} red on schedule",
            f"{status['amber']} amber, {status['green']} green, {status['none']} without a baseline",
        )
    silent = [material.partner_name(each.partner) for each in data.silent]
    label = "partner is silent" if len(silent) == 1 else "partners are silent"
    yield Figure(str(len(silent)), label, shortened(listed(silent), _LONGEST_NOTE) if silent else "")


def _compliance(compliance: _Compliance) -> Figure:
    now = compliance.partnership
    if now.rate is None:
        return Figure("–", "no commitment fell due", "none due")
    met = now.met + now.met_late
    due = met + now.partly_met + now.not_met + now.not_reported
    before = compliance.trend[-1] if compliance.trend else None
    note = f"{met} of {due}"
    if before is not None:
        note += f"; {before.quarter}: " + ("none due" if before.rate is None else f"{before.rate} %")
    return Figure(f"{now.rate} %", "of commitments met", note)


def _attachments(edition: PackIssued, material: Material) -> tuple[Attachment, ...]:
    content = material.files.get(DOCUMENT)
    return () if content is None else (Attachment(f"{edition.pack}.pdf", "application/pdf", content),)
