"""The queue's states: what is claimed when, what a crash leaves, and who may write down what."""

from __future__ import annotations

from datetime import timedelta

from services.notifications.intake.notices import Notice, NoticeKind, Recipient
from services.notifications.queue import deliveries, outcomes
from services.notifications.queue.delivery import Delivery, DeliveryState
from services.notifications.queue.listing import Wanted, all_tried, counts, listed, queue
from services.notifications.queue.outcomes import RetryPolicy
from services.runtime.mail.answers import PutOff, Rejected, Sent, Unreachable
from services.runtime.store.database import Database
from tests.notifications import logs

NOW = logs.START
RETRY_POLICY = RetryPolicy(first_delay=timedelta(minutes=1), give_up_after=timedelta(hours=5))


def notice(reference: str = "one", about: str = "2014-15 Q2") -> Notice:
    return Notice(logs.CODE, NoticeKind.RETURN_DUE, reference, about, {"missing": ["BRE"]}, NOW)


class Queue:
    """The queue's functions, each in a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def put(self, *people: str, of: Notice | None = None) -> None:
        recipients = [Recipient(person, None, "BRE") for person in people]
        self.database.write_sync(
            lambda connection: deliveries.enqueue(
                connection, of or notice(), recipients, now=NOW, due_at=NOW, mail_domain="office.example"
            )
        )

    def claim(self, fence: int = 1, after: timedelta = timedelta()) -> Delivery | None:
        claimed = self.database.write_sync(lambda connection: deliveries.claim(connection, fence, NOW + after))
        return claimed[0] if claimed else None

    def claimed(self, fence: int = 1) -> Delivery:
        delivery = self.claim(fence)
        assert delivery is not None
        return delivery

    def hand_over(self, delivery: Delivery) -> bool:
        return self.database.write_sync(lambda connection: deliveries.hand_over(connection, delivery, NOW))

    def recover(self, fence: int, *attempted: Delivery) -> int:
        numbers = [each.id for each in attempted]
        return self.database.write_sync(lambda connection: deliveries.recover(connection, fence, NOW, numbers))

    def record(self, delivery: Delivery, outcome: Sent | Rejected | PutOff, after: timedelta = timedelta()) -> None:
        self.database.write_sync(
            lambda connection: outcomes.record(connection, delivery, outcome, NOW + after, RETRY_POLICY)
        )

    def now(self, delivery: Delivery) -> Delivery:
        found = self.database.read_sync(lambda connection: deliveries.by_id(connection, delivery.id))
        assert found is not None
        return found


def test_a_notice_is_queued_once_for_each_person(database: Database) -> None:
    queued = Queue(database)
    # when
    queued.put("LAP-U001", "LAP-U002")
    queued.put("LAP-U001", "LAP-U003")
    # then
    rows = database.read_sync(lambda connection: listed(connection, logs.CODE, Wanted()))
    assert [row.person for row in rows] == ["LAP-U003", "LAP-U002", "LAP-U001"]


def test_the_message_id_follows_from_what_the_row_is_and_from_nothing_else(database: Database) -> None:
    # then
    same = {deliveries.message_id(notice(), "LAP-U001", "office.example") for _ in range(2)}
    others = {
        deliveries.message_id(notice(), "LAP-U002", "office.example"),
        deliveries.message_id(notice("two"), "LAP-U001", "office.example"),
    }
    assert len(same) == 1
    assert len(same | others) == 3


def test_what_has_been_due_longest_is_claimed_first_and_only_once(database: Database) -> None:
    # given
    queued = Queue(database)
    queued.put("LAP-U001", "LAP-U002")
    # when
    claimed = [queued.claim(), queued.claim(), queued.claim()]
    # then
    assert [each.person if each else None for each in claimed] == ["LAP-U001", "LAP-U002", None]


def test_what_a_dead_sender_had_not_handed_over_is_sent_again_without_doubt(database: Database) -> None:
    # given
    queued = Queue(database)
    queued.put("LAP-U001")
    delivery = queued.claimed(fence=1)
    # when
    recovered = queued.recover(fence=2)
    # then
    assert recovered == 1
    found = queued.now(delivery)
    assert (found.state, found.doubts, found.due_at) == (DeliveryState.DEFERRED, 0, NOW)


def test_what_a_dead_sender_had_handed_over_is_in_doubt(database: Database) -> None:
    # given
    queued = Queue(database)
    queued.put("LAP-U001")
    delivery = queued.claimed(fence=1)
    assert queued.hand_over(delivery)
    # when
    queued.recover(fence=2)
    # then
    assert (queued.now(delivery).state, queued.now(delivery).doubts) == (DeliveryState.DEFERRED, 1)


def test_what_the_present_sender_attempts_is_not_recovered_and_what_it_claimed_unheard_is(database: Database) -> None:
    # given
    queued = Queue(database)
    queued.put("LAP-U001", "LAP-U002")
    attempted, unheard_of = queued.claimed(fence=2), queued.claimed(fence=2)
    # then
    assert queued.recover(2, attempted) == 1
    assert queued.now(attempted).state is DeliveryState.ATTEMPTING
    assert queued.now(unheard_of).state is DeliveryState.DEFERRED


def test_a_sender_that_was_overtaken_may_not_hand_over(database: Database) -> None:
    # given
    queued = Queue(database)
    queued.put("LAP-U001")
    overtaken = queued.claimed(fence=1)
    # when
    queued.recover(fence=2)
    again = queued.claimed(fence=2)
    # then
    assert not queued.hand_over(overtaken)
    assert queued.hand_over(again)


def test_that_a_message_was_taken_counts_even_from_a_sender_that_was_overtaken(database: Database) -> None:
    # given
    queued = Queue(database)
    queued.put("LAP-U001")
    overtaken = queued.claimed(fence=1)
    queued.recover(fence=2)
    again = queued.claimed(fence=2)
    # when
    queued.record(overtaken, Sent())
    # then the other may no longer hand the message over, nor change what was recorded
    assert not queued.hand_over(again)
    queued.record(again, Rejected("too late"))
    assert queued.now(again).state is DeliveryState.SENT


def test_a_failure_counts_only_from_the_sender_whose_attempt_it_is(database: Database) -> None:
    # given
    queued = Queue(database)
    queued.put("LAP-U001")
    overtaken = queued.claimed(fence=1)
    queued.recover(fence=2)
    # when
    queued.record(overtaken, Rejected("no such mailbox"))
    # then
    assert queued.now(overtaken).state is DeliveryState.DEFERRED


def test_each_delay_is_twice_the_one_before_up_to_an_hour() -> None:
    assert [RETRY_POLICY.delay(attempts) for attempts in (1, 2, 3, 6, 7, 100)] == [
        timedelta(minutes=minutes) for minutes in (1, 2, 4, 32, 60, 60)
    ]


def test_a_delivery_that_was_put_off_is_not_due_before_its_time(database: Database) -> None:
    # given
    queued = Queue(database)
    queued.put("LAP-U001")
    queued.record(queued.claimed(), PutOff("mailbox busy"))
    # then
    assert queued.claim(after=timedelta(seconds=59)) is None
    assert queued.claim(after=timedelta(seconds=60)) is not None


def test_a_delivery_is_given_up_after_the_time_that_is_set_and_a_few_tries(database: Database) -> None:
    # given
    queued = Queue(database)
    queued.put("LAP-U001")
    late = timedelta(hours=5)
    for _ in range(4):
        delivery = queued.claim(after=late)
        assert delivery is not None
        queued.record(delivery, PutOff("mailbox busy"), after=late)
        assert queued.now(delivery).state is DeliveryState.DEFERRED
        late += timedelta(hours=1)
    # when
    last = queued.claim(after=late)
    assert last is not None
    queued.record(last, PutOff("mailbox busy"), after=late)
    # then
    found = queued.now(last)
    assert found.state is DeliveryState.FAILED
    assert found.reason == "given up after 5 tries in 5 hours; the last time: mailbox busy"


def test_a_failed_delivery_that_is_sent_again_begins_anew_under_its_message_id(database: Database) -> None:
    # given
    queued = Queue(database)
    queued.put("LAP-U001")
    delivery = queued.claimed()
    queued.record(delivery, Rejected("no such mailbox"))
    later = NOW + timedelta(days=30)
    # when
    put_back = database.write_sync(lambda connection: outcomes.send_again(connection, delivery, later))
    # then
    assert put_back
    found = queued.now(delivery)
    assert (found.state, found.attempts, found.since, found.reason) == (DeliveryState.WAITING, 0, later, None)
    assert found.message_id == delivery.message_id


def test_only_what_failed_can_be_sent_again(database: Database) -> None:
    # given
    queued = Queue(database)
    queued.put("LAP-U001")
    delivery = queued.claimed()
    queued.record(delivery, Sent())
    # then
    assert not database.write_sync(lambda connection: outcomes.send_again(connection, delivery, NOW))


def test_a_server_that_is_away_puts_off_everything_that_is_due(database: Database) -> None:
    # given
    queued = Queue(database)
    queued.put("LAP-U001", "LAP-U002")
    delivery = queued.claimed()
    until = NOW + timedelta(seconds=5)
    # when
    away = Unreachable("connection refused")
    database.write_sync(lambda connection: outcomes.wait_for_server(connection, delivery, away, NOW, until))
    # then
    rows = database.read_sync(lambda connection: listed(connection, logs.CODE, Wanted((DeliveryState.DEFERRED,))))
    assert [(row.due_at, row.attempts) for row in rows] == [(until, 0), (until, 1)]


def test_a_later_notice_about_the_same_thing_takes_what_waits_out_of_the_queue(database: Database) -> None:
    # given
    queued = Queue(database)
    queued.put("LAP-U001", "LAP-U002", of=notice("first", about="LAP-B07"))
    being_sent = queued.claimed()
    # when
    database.write_sync(
        lambda connection: deliveries.overtake(connection, logs.CODE, NoticeKind.RETURN_DUE, "LAP-B07", NOW)
    )
    # then
    rows = database.read_sync(lambda connection: listed(connection, logs.CODE, Wanted()))
    assert {row.person: row.state for row in rows} == {
        being_sent.person: DeliveryState.ATTEMPTING,
        "LAP-U002": DeliveryState.OVERTAKEN,
    }


def test_the_queue_is_counted_by_state_and_by_age(database: Database) -> None:
    # given
    queued = Queue(database)
    queued.put("LAP-U001", "LAP-U002", "LAP-U003")
    queued.record(queued.claimed(), Rejected("no such mailbox"))
    queued.record(queued.claimed(), Sent())
    # then
    counted = database.read_sync(lambda connection: counts(connection, logs.CODE))
    assert (counted[DeliveryState.WAITING], counted[DeliveryState.FAILED], counted[DeliveryState.SENT]) == (1, 1, 1)
    found = database.read_sync(lambda connection: queue(connection, NOW))
    assert (found.waiting, found.oldest_due, found.failed) == (1, NOW, 1)
    assert not database.read_sync(lambda connection: all_tried(connection, NOW))
    queued.record(queued.claimed(), PutOff("mailbox busy"))
    assert database.read_sync(lambda connection: all_tried(connection, NOW))


def test_a_page_of_the_list_begins_below_the_number_that_is_given(database: Database) -> None:
    # given
    Queue(database).put("LAP-U001", "LAP-U002", "LAP-U003")
    newest = database.read_sync(lambda connection: listed(connection, logs.CODE, Wanted(), 2))
    # when
    rest = database.read_sync(lambda connection: listed(connection, logs.CODE, Wanted(before=newest[-1].id)))
    # then
    assert [row.person for row in rest] == ["LAP-U001"]
