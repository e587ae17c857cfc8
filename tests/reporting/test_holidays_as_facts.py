"""An upgrade of the holidays library changes no past cut-off, and an issued pack can be made again for ever.

The partnership of ``holiday-proclaimed-later``: its meeting of 27 September 2022 has its cut-off on the 14th as long as
nobody knows of the bank holiday of the 19th, and on the 13th with it.
"""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

from contracts.events.partnership import HolidaysRecorded
from domain.register import fold
from domain.register.papers import notice_of
from services.programme.file.checking import checked
from services.programme.file.shadow import Shadow
from services.programme.partnership import needed_holidays
from services.programme.partnership.bank_holidays import holidays_of
from services.reporting.pack import ISSUED, make_content, render

FUNERAL = date(2022, 9, 19)
FILE = """
format: concordat/1
partnership:
  {code: HOL, name: Test Partnership, formed_on: 2022-04-01, board: {quorum_count: 2, quorum_partners: 2}}
partners:
  - {code: PAA, name: Council PAA, kind: unitary, joined_on: 2022-04-01}
  - {code: PAB, name: Council PAB, kind: unitary, joined_on: 2022-04-01}
commitments:
  - {code: C1, title: c, core: true, text: x, in_force_from: 2022-04-01, period: quarter,
     measure: {kind: return_on_time}}
history:
  - {at: 2022-05-01T10:00, by: secretary, do: schedule_meeting, code: B01, date: 2022-09-27, time: "14:00"}
  - {at: 2022-09-13T18:00, by: secretary, do: submit_return, partner: PAA, quarter: 2022-23 Q1}
"""
PROCLAIMED = FILE.replace(
    "  - {at: 2022-09-13T18:00",
    "  - {at: 2022-09-10T12:00, by: secretary, do: add_holiday, on: 2022-09-19, name: State funeral}\n"
    "  - {at: 2022-09-13T18:00",
)


def older_library(holiday_set: str, year: int) -> HolidaysRecorded:
    """Say what a library said before the day was proclaimed."""
    said = holidays_of(holiday_set, year)
    return said.model_copy(update={"holidays": tuple(each for each in said.holidays if each.on != FUNERAL)})


def recorded(text: str):
    """Return the events that a file leads to with the library that is installed."""
    file = checked(text.encode(), "file.yaml")
    shadow = Shadow(file.partnership, file.entries)
    return [event for entry in file.entries for event in shadow.carry_out(entry)]


def pack(events) -> dict[str, bytes]:
    whole = fold("HOL", events)
    notice = notice_of(whole, whole.meetings["HOL-B01"])
    by_cut_off = fold("HOL", (event for event in events if event.recorded_at <= notice.timetable.cut_off))
    content = make_content(by_cut_off, notice, edition=ISSUED)
    return {**render(content), "statuses": repr(content.data["compliance"]["obligations"]).encode()}


@pytest.fixture
def older(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(needed_holidays, "holidays_of", older_library)
    return monkeypatch


def test_a_pack_made_again_with_a_newer_library_has_the_same_bytes_and_statuses(older: pytest.MonkeyPatch) -> None:
    # given
    events = recorded(FILE)
    issued = pack(events)
    # when
    older.undo()
    again = pack(events)
    # then
    assert again == issued
    assert b"'partner': 'PAA', 'period': '2022-23 Q1', 'status': 'met'" in again["statuses"]


def test_the_two_libraries_differ_where_the_day_is_first_recorded(older: pytest.MonkeyPatch) -> None:
    without = recorded(FILE)
    older.undo()
    assert pack(recorded(FILE))["statuses"] != pack(without)["statuses"]


def test_a_history_that_records_the_proclaimed_day_reads_the_same_with_either_library(
    older: pytest.MonkeyPatch,
) -> None:
    cut_offs = []
    for _ in range(2):
        register = fold("HOL", recorded(PROCLAIMED))
        cut_offs.append(register.calendar.timetable(date(2022, 9, 27)).cut_off)
        older.undo()
    assert cut_offs == [register.calendar.instant(date(2022, 9, 13), time(17))] * 2


def test_no_room_but_the_one_that_records_them_asks_the_library() -> None:
    root = Path(__file__).parents[2]
    asking = [
        path.relative_to(root).as_posix()
        for room in ("contracts", "services")
        for path in sorted((root / room).rglob("*.py"))
        if "import holidays" in path.read_text("utf-8").splitlines()
    ]
    assert asking == ["services/programme/partnership/bank_holidays.py"]
