"""The order in which a programme file is played: the timetable does what fell due strictly before an entry."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.figures.timetable import DutyKind
from services.cli.plan import Keep, Record, plan
from services.programme.file.checking import ProgrammeFile, checked

HEAD = """\
format: concordat/1
partnership: {code: ABC, name: Alliance, formed_on: 2014-04-01}
history:
"""
FOR_A_MEETING = {DutyKind.LOOK_FOR_BREACHES, DutyKind.ISSUE_PACK}
SCHEDULED = (
    "  - {at: 2014-05-01T10:00, by: secretary, do: schedule_meeting, code: B01, date: 2014-10-16, time: 14:00}\n"
)
ITEM = "by: secretary, do: add_agenda_item, meeting: B01, kind: information, title: News, item: "


def file_with(*entries: str) -> ProgrammeFile:
    return checked((HEAD + SCHEDULED + "".join(f"  - {{{entry}}}\n" for entry in entries)).encode(), "plan.yaml")


def told(file: ProgrammeFile, *, beyond: bool = False) -> list[object]:
    """Return how many entries are recorded between what is done for a meeting, and when that is done, in order."""
    steps: list[object] = []
    for step in plan(file, beyond=beyond):
        if isinstance(step, Record):
            together = steps.pop() if steps and isinstance(steps[-1], int) else 0
            steps.append(together + len(step.entries))
        elif kinds := [duty.kind for duty in step.duties if duty.kind in FOR_A_MEETING]:
            steps.append((step.at, kinds))
    return steps


LOOKED = (datetime(2014, 10, 3, 16, 0, 1, tzinfo=UTC), [DutyKind.LOOK_FOR_BREACHES])
ISSUED = (datetime(2014, 10, 8, 8, 0, tzinfo=UTC), [DutyKind.ISSUE_PACK])


def test_entries_between_two_duties_are_one_group() -> None:
    file = file_with(
        f"at: 2014-09-01T10:00, {ITEM}1", f"at: 2014-10-05T10:00, {ITEM}2", f"at: 2014-10-09T10:00, {ITEM}3"
    )

    assert told(file) == [3, LOOKED, 1, ISSUED, 1]


def test_an_entry_at_the_very_cut_off_stands_before_what_the_timetable_does_at_it() -> None:
    file = file_with(
        f"at: 2014-10-03T17:00, {ITEM}1", f"at: 2014-10-03T17:00:01, {ITEM}2", f"at: 2014-10-03T17:00:02, {ITEM}3"
    )

    assert told(file)[:3] == [4, LOOKED, 1]


def test_nothing_is_done_after_the_last_entry_unless_it_is_asked_for() -> None:
    file = file_with()

    assert told(file) == [2]
    assert told(file, beyond=True) == [2, LOOKED, ISSUED]


def test_a_meeting_that_is_moved_takes_its_duties_with_it() -> None:
    file = file_with(
        "at: 2014-09-01T10:00, by: secretary, do: move_meeting, meeting: B01, date: 2014-11-20, time: 14:00"
    )

    assert [at.date().isoformat() for at, _ in told(file, beyond=True)[1:]] == ["2014-11-07", "2014-11-12"]


def test_a_cancelled_meeting_has_no_duties() -> None:
    file = file_with("at: 2014-09-01T10:00, by: secretary, do: cancel_meeting, meeting: B01, reason: No need.")

    assert told(file, beyond=True) == [3]


def test_a_meeting_that_is_entered_late_has_its_duties_done_at_once() -> None:
    file = file_with(
        "at: 2014-10-20T10:00, by: secretary, do: schedule_meeting, code: B02, date: 2014-10-23, time: 14:00",
        "at: 2014-10-21T10:00, by: secretary, do: add_agenda_item, meeting: B02, kind: information, title: A, item: 1",
    )

    both = (datetime(2014, 10, 20, 9, 0, tzinfo=UTC), [DutyKind.LOOK_FOR_BREACHES, DutyKind.ISSUE_PACK])
    assert told(file) == [2, LOOKED, ISSUED, 1, both, 1]


def test_papers_go_out_once_however_often_the_meeting_moves_afterwards() -> None:
    file = file_with(
        "at: 2014-10-09T10:00, by: secretary, do: move_meeting, meeting: B01, date: 2014-11-20, time: 14:00"
    )

    kinds = [duty.kind for step in plan(file, beyond=True) if isinstance(step, Keep) for duty in step.duties]

    assert kinds.count(DutyKind.ISSUE_PACK) == 1


def test_reminders_are_part_of_the_timetable() -> None:
    kinds = {
        duty.kind
        for step in plan(file_with(f"at: 2014-10-09T10:00, {ITEM}1"))
        if isinstance(step, Keep)
        for duty in step.duties
    }

    assert kinds >= {DutyKind.REMIND_FIRST, DutyKind.REMIND_LAST, DutyKind.TELL_OVERDUE}
