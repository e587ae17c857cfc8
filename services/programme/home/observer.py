"""What is new for an observer: packs that went out and decisions that were recorded within the last fortnight."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.wording.cells import Cell, Tone
from domain.wording.dates import plain_date
from services.programme.home.reader import SOON, Need, Reader, in_short

_NEW = Cell("New", tone=Tone.NEUTRAL)


def needs(reader: Reader) -> Iterator[Need]:
    """Yield the packs and the decisions that are new."""
    for meeting, out_at in reader.packs_out.items():
        if _is_new(reader, out_at):
            what = f"Board pack for {plain_date(reader.register.meetings[meeting].date)}"
            yield Need(what, reader.to.pack(meeting), _NEW, by=f"out since {_day(reader, out_at)}")
    for decision in reader.register.decisions.values():
        if _is_new(reader, decision.recorded_at):
            by = f"recorded on {_day(reader, decision.recorded_at)}"
            yield Need(f"Decision: {in_short(decision.text)}", reader.to.of(decision.reference), _NEW, by=by)


def _is_new(reader: Reader, instant: datetime) -> bool:
    return reader.at - SOON <= instant


def _day(reader: Reader, instant: datetime) -> str:
    return plain_date(reader.register.calendar.local_date(instant))
