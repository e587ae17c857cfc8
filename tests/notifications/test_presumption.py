"""Where all databases come from an older copy, what may have been sent since is presumed to have been."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from contracts.events.board import MeetingMoved
from contracts.events.partnership import PersonAppointed, Role
from services.notifications import presumption
from services.notifications.intake.notices import NoticeKind
from services.notifications.queue import deliveries, listing, outcomes
from services.notifications.queue.delivery import DeliveryState
from services.runtime.mail.answers import PutOff
from services.runtime.store.database import Database
from tests.notifications import logs
from tests.notifications.test_announcing import RETRY_POLICY, Office

WAITING, OMITTED, DEFERRED = DeliveryState.WAITING, DeliveryState.OMITTED, DeliveryState.DEFERRED
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def office(database: Database) -> Office:
    made = Office(database)
    made.learn(*logs.founding(), logs.scheduled())
    made.send_all()
    return made


def presume(office: Office) -> int:
    """Lose the deployment an hour from now, and go on after it."""
    lost_at = office.clock.now() + AN_HOUR
    presumed = office.database.write_sync(lambda connection: presumption.presume_sent(connection, lost_at))
    office.announcer.presumed_sent_before = office.database.read_sync(presumption.presumed_sent_before)
    assert office.announcer.presumed_sent_before == lost_at
    office.clock.move_to(lost_at + AN_HOUR)
    return presumed


def test_what_waited_or_was_being_sent_is_presumed_sent_and_can_be_sent_again(office: Office) -> None:
    # given: one is being sent, others wait for what they carry
    office.hear(logs.due("BRE"))
    office.hear(logs.issued())
    office.database.write_sync(lambda connection: deliveries.claim(connection, 1, office.clock.now()))
    # when
    presumed = presume(office)
    # then
    told = [*office.queue(NoticeKind.RETURN_DUE), *office.queue(NoticeKind.PACK)]
    assert presumed == len(told) > 1
    assert {(each.state, each.reason) for each in told} == {(OMITTED, presumption.PRESUMED)}
    # and
    now = office.clock.now()
    assert office.database.write_sync(lambda connection: outcomes.send_again(connection, told[0], now))


def test_what_was_to_be_tried_again_only_later_has_not_been_sent(office: Office) -> None:
    office.hear(logs.due("BRE"))
    policy = outcomes.RetryPolicy(3 * AN_HOUR, RETRY_POLICY.give_up_after)
    delivery, _ = office.database.write_sync(lambda each: deliveries.claim(each, 1, office.clock.now())) or (None, None)
    assert delivery is not None
    later = PutOff("the mailbox is busy")
    office.database.write_sync(lambda each: outcomes.record(each, delivery, later, office.clock.now(), policy))
    assert presume(office) == 0
    assert office.told(NoticeKind.RETURN_DUE, DEFERRED)


def test_an_announcement_that_is_made_up_for_is_told_to_nobody_who_was_told_when_it_was_due(office: Office) -> None:
    due_at = office.clock.now() + AN_HOUR / 2
    presume(office)
    office.hear(logs.issued().model_copy(update={"due_at": due_at}))
    assert office.told(NoticeKind.PACK, WAITING) == []
    assert len(office.told(NoticeKind.PACK, OMITTED)) == len(logs.BOARD)


def test_what_falls_due_after_the_loss_is_told(office: Office) -> None:
    presume(office)
    office.hear(logs.issued().model_copy(update={"due_at": office.clock.now()}))
    assert len(office.told(NoticeKind.PACK, WAITING)) == len(logs.BOARD)


def test_somebody_new_is_asked_to_a_meeting_of_before(office: Office) -> None:
    presume(office)
    newcomer = PersonAppointed(person="LAP-U051", partner="BRE", roles=(Role.BOARD_MEMBER,))
    [event] = office.programme.record_all([newcomer])
    office.take(event._replace(recorded_at=office.clock.now()))
    assert office.told(NoticeKind.INVITATION, WAITING) == ["LAP-U051"]


def test_who_is_presumed_to_have_been_asked_is_told_when_they_are_asked_no_longer(office: Office) -> None:
    # given: the invitations were on their way when everything was lost
    office.learn(MeetingMoved(meeting=logs.MEETING, date=date(2014, 10, 23), time=time(10, 0)))
    presume(office)
    # when
    office.learn(PersonAppointed(person=logs.CHAIR, partner="BRE", roles=(Role.OBSERVER,)))
    # then
    assert office.told(NoticeKind.INVITATION_WITHDRAWN) == [logs.CHAIR]


def test_who_is_presumed_to_have_a_pack_is_not_told_of_as_without_an_address(office: Office) -> None:
    office.hear(logs.issued())
    presume(office)
    [pack] = {each.about for each in office.queue(NoticeKind.PACK)}
    reach = office.database.read_sync(lambda connection: listing.reach(connection, logs.CODE, pack))
    assert reach == listing.Reach(addressed=4, reached=0, failed=0, presumed=4, without_address=0)
    assert reach.under_way == 0
