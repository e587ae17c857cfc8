"""From the logs into the queue: whom each event concerns, and that nobody is told a thing twice."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import Connection, select

from contracts.envelope import Recorded
from contracts.events.board import (
    AgendaItemAdded,
    AgendaItemAmended,
    AgendaItemRemoved,
    ItemKind,
    MeetingCancelled,
    MeetingMoved,
)
from contracts.events.decisions import EffectRefused
from contracts.events.partners import PartnerLeavingWithdrawn, PartnerLeft
from contracts.events.partnership import PartnershipFormed, PersonAppointed, Role, RolesEnded
from contracts.events.returns import ReturnSubmitted
from services.notifications.intake import read_model
from services.notifications.intake.announcing import Announcer
from services.notifications.intake.notices import NoticeKind
from services.notifications.intake.read_model import MeetingRecord
from services.notifications.queue import deliveries, outcomes
from services.notifications.queue.delivery import Delivery, DeliveryState, of_row, table
from services.notifications.queue.outcomes import RetryPolicy
from services.runtime.base.clock import SteppedClock
from services.runtime.mail.answers import Sent
from services.runtime.messaging import inbox
from services.runtime.messaging.streams import NOTIFICATIONS_OF_PROGRAMME, NOTIFICATIONS_OF_REPORTING
from services.runtime.store.database import Database
from tests.notifications import logs
from tests.notifications.logs import Log

RETRY_POLICY = RetryPolicy(timedelta(minutes=1), timedelta(hours=5))


class Office:
    """Both logs, taken in as the handlers take them in."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = SteppedClock(logs.START)
        self.announcer = Announcer(self.clock, "concordat.example")
        self.programme = Log("programme")
        self.reporting = Log("reporting")

    def learn(self, *facts: object) -> None:
        """Record facts of programme and take them in."""
        for event in self.programme.record_all(facts):  # type: ignore[arg-type]
            self.take(event)

    def hear(self, fact: object, *, causation: str = "") -> Recorded:
        """Record an announcement of reporting and take it in."""
        rests_on = causation or logs.resting_on(self.programme)
        event = self.reporting.record(fact, causation=rests_on)  # type: ignore[arg-type]
        self.take(event)
        return event

    def take(self, event: Recorded) -> None:
        of_programme = event.id.startswith("programme")
        durable = NOTIFICATIONS_OF_PROGRAMME if of_programme else NOTIFICATIONS_OF_REPORTING
        on = self.announcer.on_programme if of_programme else self.announcer.on_reporting

        def effect(connection: Connection) -> None:
            if inbox.take(connection, durable.name, event) is inbox.Verdict.NEXT:
                on(connection, [event])

        self.database.write_sync(effect)

    def queue(self, kind: NoticeKind, *states: DeliveryState) -> list[Delivery]:
        def read(connection: Connection) -> list[Delivery]:
            rows = connection.execute(select(table).where(table.c.kind == kind).order_by(table.c.id)).mappings()
            return [of_row(row) for row in rows]

        found = self.database.read_sync(read)
        return [each for each in found if not states or each.state in states]

    def details(self, delivery: Delivery) -> dict[str, object]:
        return self.database.read_sync(lambda connection: deliveries.notice_of(connection, delivery)).details

    def send_all(self) -> None:
        """Have everything that waits taken by the mail server."""

        def send(connection: Connection) -> None:
            while (claimed := deliveries.claim(connection, 1, self.clock.now())) is not None:
                outcomes.record(connection, claimed[0], Sent(), self.clock.now(), RETRY_POLICY)

        self.database.write_sync(send)

    def meeting(self) -> MeetingRecord:
        [found] = self.database.read_sync(lambda connection: read_model.meetings(connection, logs.CODE))
        return found

    def told(self, kind: NoticeKind, *states: DeliveryState) -> list[str]:
        return [each.person for each in self.queue(kind, *states)]


@pytest.fixture
def office(database: Database) -> Office:
    made = Office(database)
    made.learn(*logs.founding())
    return made


def test_each_recipient_of_a_pack_gets_one_row_however_often_the_announcement_arrives(office: Office) -> None:
    # given
    office.learn(logs.scheduled())
    event = office.hear(logs.issued())
    # when
    office.take(event)
    # then
    assert office.told(NoticeKind.PACK) == list(logs.BOARD)
    assert len({each.message_id for each in office.queue(NoticeKind.PACK)}) == len(logs.BOARD)


def test_the_same_edition_announced_by_another_event_adds_nobody(office: Office) -> None:
    # given
    office.hear(logs.issued())
    # when
    office.hear(logs.issued())
    # then
    assert office.told(NoticeKind.PACK) == list(logs.BOARD)


def test_a_supplement_is_an_edition_of_its_own(office: Office) -> None:
    # given
    office.hear(logs.issued(logs.CHAIR))
    # when
    office.hear(logs.issued(logs.CHAIR, supplement=1))
    # then
    assert [each.reference for each in office.queue(NoticeKind.PACK)] == [logs.PACK, f"{logs.PACK}-S1"]


def test_a_pack_waits_for_its_files(office: Office) -> None:
    # when
    office.hear(logs.issued())
    # then
    assert {each.due_at for each in office.queue(NoticeKind.PACK)} == {None}


def test_a_recipient_is_shown_by_role_and_partner(office: Office) -> None:
    # when
    office.hear(logs.issued(logs.CHAIR, "LAP-U099"))
    # then
    shown = [(each.role, each.partners) for each in office.queue(NoticeKind.PACK)]
    assert shown == [(Role.CHAIR, ("BRE",)), (None, ())]


def test_a_reminder_goes_to_the_leads_of_missing_partners_alone(office: Office) -> None:
    # when
    office.hear(logs.due("BRE", "EAL"))
    # then
    assert office.told(NoticeKind.RETURN_DUE) == [logs.LEAD]


def test_the_two_reminders_of_one_return_are_two_letters(office: Office) -> None:
    # when
    office.hear(logs.due("BRE"))
    office.hear(logs.due("BRE", days_before=3))
    # then
    assert office.told(NoticeKind.RETURN_DUE) == [logs.LEAD, logs.LEAD]


def test_an_overdue_return_is_told_to_leads_and_the_list_of_missing_partners_to_the_secretary(office: Office) -> None:
    # when
    office.hear(logs.overdue("CMD", "EAL"))
    # then
    assert office.told(NoticeKind.RETURN_OVERDUE) == [logs.OTHER_LEAD]
    [to_secretary] = office.queue(NoticeKind.MISSING_RETURNS)
    assert to_secretary.person == logs.SECRETARY
    details = office.database.read_sync(lambda connection: deliveries.notice_of(connection, to_secretary)).details
    assert details["missing"] == ["CMD", "EAL"]
    assert details["without_lead"] == ["EAL"]


def test_the_board_and_the_secretary_are_invited_to_a_meeting(office: Office) -> None:
    # when
    office.learn(logs.scheduled())
    # then
    assert office.told(NoticeKind.INVITATION) == list(logs.BOARD)


def test_a_moved_meeting_takes_the_place_of_invitations_that_still_wait(office: Office) -> None:
    # given
    office.learn(logs.scheduled())
    # when
    office.learn(MeetingMoved(meeting=logs.MEETING, date=date(2014, 10, 23), time=time(10, 0)))
    # then
    assert office.told(NoticeKind.INVITATION, DeliveryState.OVERTAKEN) == list(logs.BOARD)
    waiting = office.queue(NoticeKind.INVITATION, DeliveryState.WAITING)
    assert {each.reference for each in waiting} == {f"{logs.MEETING}, notice 2"}
    [meeting] = office.database.read_sync(lambda connection: read_model.meetings(connection, logs.CODE))
    assert (meeting.date, meeting.sequence, meeting.place) == (date(2014, 10, 23), 1, "Guildhall, Room 2")


def test_a_meeting_keeps_the_identity_that_it_got_when_it_was_scheduled(office: Office) -> None:
    # given
    office.learn(logs.scheduled())
    before = office.meeting()
    # when
    office.learn(MeetingMoved(meeting=logs.MEETING, date=date(2014, 10, 23), time=time(10, 0), minutes=90))
    office.learn(MeetingCancelled(meeting=logs.MEETING, reason="Not quorate"))
    # then
    assert office.meeting().uid == before.uid
    assert (before.minutes, office.meeting().minutes) == (120, 90)


def test_a_cancelled_meeting_is_told_of_with_a_higher_sequence(office: Office) -> None:
    # given
    office.learn(logs.scheduled())
    # when
    office.learn(MeetingCancelled(meeting=logs.MEETING, reason="Not quorate"))
    # then
    last = office.queue(NoticeKind.INVITATION)[-1]
    details = office.database.read_sync(lambda connection: deliveries.notice_of(connection, last)).details
    assert (details["sequence"], details["cancelled_because"]) == (1, "Not quorate")


def test_nobody_is_invited_to_a_meeting_that_lies_in_the_past(office: Office) -> None:
    # given
    office.clock.move_to(datetime.combine(date(2014, 10, 16), time(15, 0), logs.START.tzinfo) + timedelta(days=1))
    # when
    office.learn(logs.scheduled())
    # then
    assert office.told(NoticeKind.INVITATION) == []


def test_somebody_who_joins_the_board_is_invited_to_meetings_that_are_planned_already(office: Office) -> None:
    # given
    office.learn(logs.scheduled())
    # when
    office.learn(PersonAppointed(person="LAP-U050", partner="EAL", roles=(Role.BOARD_MEMBER,)))
    # then
    assert office.told(NoticeKind.INVITATION) == [*logs.BOARD, "LAP-U050"]


def test_somebody_who_loses_the_role_is_told_so_under_a_higher_sequence_and_their_calendar_follows(
    office: Office,
) -> None:
    # given all were sent their invitation
    office.learn(logs.scheduled())
    office.send_all()
    # when
    office.learn(PersonAppointed(person=logs.CHAIR, partner="BRE", roles=(Role.OBSERVER,)))
    # then
    [withdrawn] = office.queue(NoticeKind.INVITATION_WITHDRAWN)
    assert (withdrawn.person, withdrawn.role) == (logs.CHAIR, Role.CHAIR)
    assert office.details(withdrawn)["sequence"] == 1
    assert office.details(withdrawn)["cancelled_because"] is None
    assert len(office.queue(NoticeKind.INVITATION)) == len(logs.BOARD)


@pytest.mark.parametrize(
    ("fact", "gone"),
    [
        (RolesEnded(person=logs.CHAIR, on=date(2014, 10, 16)), [logs.CHAIR]),
        (RolesEnded(person=logs.CHAIR, on=date(2014, 10, 17)), []),
        (PartnerLeft(partner="CMD", left_on=date(2014, 10, 1)), [logs.MEMBER, logs.SUBSTITUTE]),
        (PartnerLeft(partner="CMD", left_on=date(2014, 10, 17)), []),
    ],
)
def test_who_is_asked_to_a_meeting_is_judged_by_its_date(
    office: Office, fact: RolesEnded | PartnerLeft, gone: list[str]
) -> None:
    # given
    office.learn(logs.scheduled())
    office.send_all()
    # when
    office.learn(fact)
    # then
    assert office.told(NoticeKind.INVITATION_WITHDRAWN) == gone
    assert office.meeting().sequence == bool(gone)


CMD_LEFT = PartnerLeft(partner="CMD", left_on=date(2014, 10, 1))
CMD_STAYS = PartnerLeavingWithdrawn(partner="CMD", left_on=date(2014, 10, 1), reason="Another was meant.")


def test_whose_partner_stays_after_all_is_invited_once_above_the_word_that_took_the_invitation_back(
    office: Office,
) -> None:
    # given
    office.learn(logs.scheduled())
    office.send_all()
    office.learn(CMD_LEFT)
    office.send_all()
    # when
    office.learn(CMD_STAYS)
    # then
    again = office.queue(NoticeKind.INVITATION, DeliveryState.WAITING)
    assert [(each.person, office.details(each)["sequence"]) for each in again] == [
        (logs.MEMBER, 2),
        (logs.SUBSTITUTE, 2),
    ]


def test_whose_partner_stays_before_any_word_of_its_leaving_went_out_is_told_nothing_new(office: Office) -> None:
    # given
    office.learn(logs.scheduled())
    # when
    office.learn(CMD_LEFT, CMD_STAYS)
    # then
    assert office.told(NoticeKind.INVITATION_WITHDRAWN) == []
    assert sorted(office.told(NoticeKind.INVITATION, DeliveryState.WAITING)) == sorted(logs.BOARD)


def test_whose_role_was_ended_as_well_is_not_invited_when_the_partner_stays(office: Office) -> None:
    # given
    office.learn(logs.scheduled(), RolesEnded(person=logs.MEMBER, on=date(2014, 10, 1)))
    office.send_all()
    # when
    office.learn(CMD_LEFT, CMD_STAYS)
    # then
    assert office.told(NoticeKind.INVITATION, DeliveryState.WAITING) == [logs.SUBSTITUTE]


def test_the_next_pack_goes_to_those_whose_partner_stays(office: Office) -> None:
    office.learn(logs.scheduled(), CMD_LEFT.model_copy(update={"left_on": date(2014, 7, 1)}), CMD_STAYS)
    office.hear(logs.issued())
    assert sorted(office.told(NoticeKind.PACK)) == sorted(logs.BOARD)


def test_a_meeting_that_moves_behind_somebodys_last_day_leaves_their_calendar(office: Office) -> None:
    # given
    office.learn(logs.scheduled(), RolesEnded(person=logs.CHAIR, on=date(2014, 10, 17)))
    office.send_all()
    # when
    office.learn(MeetingMoved(meeting=logs.MEETING, date=date(2014, 10, 23), time=time(10, 0)))
    # then
    assert office.told(NoticeKind.INVITATION_WITHDRAWN) == [logs.CHAIR]
    assert office.told(NoticeKind.INVITATION, DeliveryState.WAITING) == [logs.SECRETARY, logs.MEMBER, logs.SUBSTITUTE]


def test_somebody_whose_invitation_was_never_sent_needs_no_word_that_it_is_taken_back(office: Office) -> None:
    office.learn(logs.scheduled())
    office.learn(PersonAppointed(person=logs.CHAIR, partner="BRE", roles=(Role.OBSERVER,)))
    assert office.told(NoticeKind.INVITATION_WITHDRAWN) == []
    assert office.told(NoticeKind.INVITATION, DeliveryState.OVERTAKEN) == [logs.CHAIR]


def test_somebody_who_comes_back_is_invited_above_the_word_that_took_the_invitation_back(office: Office) -> None:
    # given
    office.learn(logs.scheduled())
    office.send_all()
    office.learn(PersonAppointed(person=logs.CHAIR, partner="BRE", roles=()))
    office.send_all()
    # when
    office.learn(PersonAppointed(person=logs.CHAIR, partner="BRE", roles=(Role.CHAIR,)))
    # then
    again = office.queue(NoticeKind.INVITATION)[-1]
    assert (again.person, office.details(again)["sequence"]) == (logs.CHAIR, 2)


def test_somebody_who_comes_back_before_anything_was_sent_is_invited_once(office: Office) -> None:
    office.learn(logs.scheduled())
    office.learn(PersonAppointed(person=logs.CHAIR, partner="BRE", roles=()))
    office.learn(PersonAppointed(person=logs.CHAIR, partner="BRE", roles=(Role.CHAIR,)))
    assert office.told(NoticeKind.INVITATION, DeliveryState.WAITING).count(logs.CHAIR) == 1


def test_another_role_that_is_asked_to_meetings_changes_no_invitation(office: Office) -> None:
    office.learn(logs.scheduled())
    office.send_all()
    office.learn(PersonAppointed(person=logs.CHAIR, partner="BRE", roles=(Role.BOARD_MEMBER,)))
    assert office.told(NoticeKind.INVITATION) == list(logs.BOARD)
    assert office.told(NoticeKind.INVITATION_WITHDRAWN) == []
    assert office.meeting().sequence == 0


def test_nobody_is_told_that_they_are_not_asked_to_a_meeting_that_is_cancelled_or_past(office: Office) -> None:
    # given
    office.learn(logs.scheduled())
    office.send_all()
    office.learn(MeetingCancelled(meeting=logs.MEETING, reason="Not quorate"))
    # when
    office.learn(PersonAppointed(person=logs.CHAIR, partner="BRE", roles=()))
    # then
    assert office.told(NoticeKind.INVITATION_WITHDRAWN) == []


def test_an_announcement_waits_for_what_it_rests_on(office: Office) -> None:
    # given an announcement that was made after the next event of programme
    office.hear(logs.due("EAL"), causation=f"programme-LAP-{office.programme.position.version + 1}")
    assert office.told(NoticeKind.RETURN_DUE) == []
    # when
    office.learn(PersonAppointed(person="LAP-U050", partner="EAL", roles=(Role.PARTNER_LEAD,)))
    # then
    assert office.told(NoticeKind.RETURN_DUE) == ["LAP-U050"]


def test_an_announcement_does_not_overtake_one_that_waits(office: Office) -> None:
    # given
    office.hear(logs.due("BRE"), causation=f"programme-LAP-{office.programme.position.version + 1}")
    # when
    office.hear(logs.overdue("BRE"), causation="programme-LAP-1")
    # then
    assert office.told(NoticeKind.RETURN_OVERDUE) == []


def test_only_items_for_decision_that_stood_on_the_agenda_at_the_cut_off_are_kept_for_the_letter(
    office: Office,
) -> None:
    # given
    office.learn(logs.scheduled(), logs.on_agenda(2))
    late = office.programme.record(logs.on_agenda(101), at=logs.CUT_OFF + timedelta(seconds=1))
    office.take(late)
    # when
    found = office.database.read_sync(
        lambda connection: read_model.items_for_decision(connection, logs.CODE, logs.MEETING, logs.CUT_OFF)
    )
    # then
    assert [each.number for each in found] == [2]


# -- effects that failed, and imported histories ----------------------------------------------------------------------

REFUSED = EffectRefused(decision="LAP-D04", reason="LAP-P02 is stopped and stays so; it cannot be moved to approved")


def test_the_secretary_is_told_of_an_effect_that_has_become_impossible(office: Office) -> None:
    office.learn(REFUSED)
    assert office.told(NoticeKind.EFFECT_FAILED) == [logs.SECRETARY]


@pytest.fixture
def importing(database: Database) -> Office:
    """An office that is told of a history when it is imported, an hour after the last of it was recorded."""
    made = Office(database)
    formed, *rest = logs.founding()
    assert isinstance(formed, PartnershipFormed)
    imported_at = logs.START + timedelta(hours=1)
    made.clock.move_to(imported_at)
    made.learn(formed.model_copy(update={"imported_at": imported_at}), *rest)
    return made


def test_nobody_is_told_of_an_effect_that_failed_before_the_import(importing: Office) -> None:
    importing.learn(REFUSED)
    assert importing.told(NoticeKind.EFFECT_FAILED) == []


def test_the_secretary_is_told_of_one_that_failed_after_the_import(importing: Office) -> None:
    late = importing.programme.record(REFUSED, at=logs.START + timedelta(hours=2))
    importing.take(late)
    assert importing.told(NoticeKind.EFFECT_FAILED) == [logs.SECRETARY]


def test_an_imported_meeting_that_is_ahead_is_invited_to_and_a_cancelled_one_is_not(importing: Office) -> None:
    importing.learn(logs.scheduled())
    assert sorted(importing.told(NoticeKind.INVITATION, DeliveryState.WAITING)) == sorted(logs.BOARD)
    importing.learn(MeetingCancelled(meeting=logs.MEETING, reason="No quorum"))
    assert importing.told(NoticeKind.INVITATION, DeliveryState.WAITING) == []


def test_a_pack_for_nobody_is_mailed_to_nobody(importing: Office) -> None:
    importing.learn(logs.scheduled())
    importing.hear(logs.issued().model_copy(update={"recipients": ()}))
    assert importing.told(NoticeKind.PACK) == []


# -- agendas that were put right --------------------------------------------------------------------------------------


def items(office: Office) -> list[tuple[int, str]]:
    def read(connection: Connection) -> list[tuple[int, str]]:
        found = read_model.items_for_decision(connection, logs.CODE, logs.MEETING, logs.START + timedelta(days=1))
        return [(each.number, each.title) for each in found]

    return office.database.read_sync(read)


def test_what_is_asked_of_the_board_follows_the_agenda_as_it_is_put_right(office: Office) -> None:
    office.learn(logs.scheduled())
    for number in (21, 22, 23):
        office.learn(AgendaItemAdded(meeting=logs.MEETING, item=number, kind=ItemKind.DECISION, title="First"))
    office.learn(AgendaItemAdded(meeting=logs.MEETING, item=24, kind=ItemKind.INFORMATION, title="News"))
    office.learn(AgendaItemAmended(meeting=logs.MEETING, item=21, kind=ItemKind.DECISION, title="Better"))
    office.learn(AgendaItemAmended(meeting=logs.MEETING, item=22, kind=ItemKind.DISCUSSION, title="First"))
    office.learn(AgendaItemRemoved(meeting=logs.MEETING, item=23, reason="Not ready"))
    office.learn(AgendaItemAmended(meeting=logs.MEETING, item=24, kind=ItemKind.DECISION, title="Decide"))
    assert [each for each in items(office) if each[0] > 20] == [(21, "Better"), (24, "Decide")]


# -- restores ---------------------------------------------------------------------------------------------------------


def test_a_log_that_is_taken_in_anew_tells_people_only_what_they_do_not_know(office: Office) -> None:
    # given: a meeting that was moved after somebody had been appointed, and an announcement on what a restore lost
    newcomer = PersonAppointed(person="LAP-U050", partner="BRE", roles=(Role.BOARD_MEMBER,))
    office.learn(logs.scheduled(), newcomer)
    office.learn(MeetingMoved(meeting=logs.MEETING, date=date(2014, 10, 21), time=time(14), reason="A clash."))
    office.send_all()
    told = [(each.kind, each.reference, each.person) for each in office.queue(NoticeKind.INVITATION)]
    sequence = office.meeting().sequence
    later = PersonAppointed(person="LAP-U051", partner="BRE", roles=(Role.BOARD_MEMBER,))
    restored = [*office.programme.events, *office.programme.record_all([later])]

    # when: the log is taken in again from its first event, up to one that nobody knows of yet
    def anew(connection: Connection) -> None:
        read_model.forget(connection, logs.CODE)
        for event in restored:
            office.announcer.on_programme(connection, [event])
        office.announcer.relearnt(connection, logs.CODE)

    office.database.write_sync(anew)

    # then: the newcomer of the end alone is told of the meeting, as it stands, and nobody's entry is taken back
    now = [(each.kind, each.reference, each.person) for each in office.queue(NoticeKind.INVITATION)]
    assert [each[2] for each in now if each not in told] == ["LAP-U051"]
    assert office.told(NoticeKind.INVITATION_WITHDRAWN) == []
    assert office.meeting().sequence >= sequence


SUBMITTED = ReturnSubmitted(partner="BRE", quarter="2014-15 Q2", nothing_changed=True)


def test_the_leads_of_a_partner_get_a_receipt_of_its_return_and_so_does_whoever_submitted_it(office: Office) -> None:
    office.take(office.programme.record(SUBMITTED)._replace(actor=logs.SECRETARY))
    assert set(office.told(NoticeKind.RETURN_SUBMITTED)) == {logs.LEAD, logs.SECRETARY}


def test_nobody_gets_a_receipt_of_a_return_of_an_imported_history(importing: Office) -> None:
    importing.learn(SUBMITTED)
    assert importing.told(NoticeKind.RETURN_SUBMITTED) == []
