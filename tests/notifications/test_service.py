"""The whole service: from events on a real broker to messages at a real mail server."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, suppress
from datetime import UTC, date, datetime, time
from email.message import EmailMessage
from functools import partial
from hashlib import sha256

import pytest
from icalendar import Calendar
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js.api import StreamInfo
from nats.js.manager import JetStreamManager

from contracts.events.board import MeetingCancelled, MeetingMoved
from contracts.events.partnership import PersonAppointed, Role
from contracts.events.reporting import PackIssued
from contracts.events.returns import ReturnSubmitted
from services.access.email_choices import EmailChoices
from services.notifications import pack_files
from services.notifications.intake.notices import NoticeKind
from services.notifications.queue.delivery import DeliveryState
from services.notifications.queue.listing import Wanted, listed
from services.notifications.service import NotificationsService
from services.runtime.access.directory import DirectoryEntry
from services.runtime.access.identity import Caller
from services.runtime.access.sessions.reader import SCHEMA as ACCESS
from services.runtime.access.sessions.system_token import SystemToken
from services.runtime.base.clock import SteppedClock
from services.runtime.base.health import Health, ProbeResult
from services.runtime.base.telemetry import REGISTRY
from services.runtime.store.database import Database
from tests.notifications import logs
from tests.notifications.deployment import ADDRESSES, Deployment, addresses
from tests.parts.smtp import Moment
from tests.parts.tables import make_schema
from tests.parts.waiting import STILL_SECONDS, ready, until

BY_SECRETARY = Caller("system", token=SystemToken("a-test", logs.CODE, logs.SECRETARY, may_write=True))


def states(service: NotificationsService) -> dict[str, DeliveryState]:
    """Return in which state each person's last delivery stands."""
    rows = service.database.read_sync(lambda connection: listed(connection, logs.CODE, Wanted()))
    return {row.person: row.state for row in reversed(rows)}


def reason(service: NotificationsService, person: str) -> str:
    rows = service.database.read_sync(lambda connection: listed(connection, logs.CODE, Wanted()))
    return next(row.reason for row in rows if row.person == person) or ""


def mail_to(deployment: Deployment, person: str) -> EmailMessage:
    [found] = [each for each in deployment.smtp.messages if each.recipients == (ADDRESSES[person],)]
    return found.message


async def finding(service: NotificationsService, name: str) -> ProbeResult:
    """Return what one check finds."""
    [found] = [await check.probe() for check in service.checks if check.name == name]
    return found


async def test_every_recipient_gets_the_pack_once_with_the_very_file_that_was_announced(
    deployment: Deployment,
) -> None:
    async with deployment.service() as service:
        # given
        await deployment.found()
        # when
        event = await deployment.announce(logs.issued())
        await deployment.publish(event)
        await until(lambda: service.idle(1))
    # then
    assert sorted(deployment.received()) == addresses(logs.BOARD)
    assert all(len(each) == 1 for each in deployment.received().values())
    assert isinstance(event.fact, PackIssued)
    announced = {file.name: file.sha256 for file in event.fact.files}
    message = mail_to(deployment, logs.CHAIR)
    [document] = list(message.iter_attachments())
    assert document.get_filename() == "LAP-B07-PACK.pdf"
    assert sha256(document.get_content()).hexdigest() == announced["pack.pdf"]
    assert message["Subject"] == "Board pack for 16 October 2014 – London Archives Partnership"
    assert message["Date"].datetime == logs.START


async def test_two_replicas_send_once(deployment: Deployment) -> None:
    async with AsyncExitStack() as stack:
        # given
        replicas = [await stack.enter_async_context(deployment.service(mail_connections=4)) for _ in range(2)]
        await deployment.found()
        # when
        for supplement in range(4):
            await deployment.announce(logs.issued(supplement=supplement))
        for replica in replicas:
            await until(partial(replica.idle, 1))
    # then
    different = {recipient: len(set(ids)) for recipient, ids in deployment.received().items()}
    assert different == dict.fromkeys(addresses(logs.BOARD), 4)
    assert len(deployment.smtp.messages) == 4 * len(logs.BOARD)


async def test_the_other_replica_takes_over_when_the_sender_stops(deployment: Deployment) -> None:
    async with AsyncExitStack() as stack:
        # given
        first = await stack.enter_async_context(deployment.service())
        await until(lambda: first.leader.fence is not None)
        second = await stack.enter_async_context(deployment.service())
        await deployment.found()
        # when
        await first.leader.end()
        await deployment.announce(logs.issued())
        await until(lambda: second.idle(1))
    # then
    assert len(deployment.smtp.messages) == len(logs.BOARD)


async def test_a_refusal_for_good_is_listed_and_can_be_sent_again(deployment: Deployment) -> None:
    # given
    deployment.smtp.refuse(ADDRESSES[logs.CHAIR], f"550 5.1.1 <{ADDRESSES[logs.CHAIR]}>: no such mailbox", times=1)
    async with deployment.service() as service:
        await deployment.found()
        await deployment.announce(logs.issued())
        await until(lambda: service.idle(1))
        assert states(service)[logs.CHAIR] is DeliveryState.FAILED
        assert reason(service, logs.CHAIR) == "the mail server said 550 5.1.1 (address): no such mailbox"
        [failed] = [
            each.id
            for each in service.database.read_sync(
                lambda connection: listed(connection, logs.CODE, Wanted((DeliveryState.FAILED,)))
            )
        ]
        # when
        await service.queue_admin.send_again(logs.CODE, [failed], BY_SECRETARY)
        await until(lambda: service.idle(1))
        # then
        assert states(service)[logs.CHAIR] is DeliveryState.SENT
    assert sorted(deployment.received()) == addresses(logs.BOARD)


@pytest.mark.parametrize("said_before", [True, False])
async def test_a_pack_that_is_too_large_for_the_server_goes_out_with_its_link_alone(
    deployment: Deployment, said_before: bool
) -> None:
    # given a server that takes the letter and not the document
    deployment.smtp.take_at_most(40_000, say_so=said_before)
    deployment.reporting_service.files["pack.pdf"] = large = logs.PDF * 5
    async with deployment.service() as service:
        await deployment.found()
        # when
        await deployment.announce(logs.issued(pdf=large))
        await until(lambda: service.idle(1))
        # then
        assert set(states(service).values()) == {DeliveryState.SENT}
        assert reason(service, logs.CHAIR).startswith("it went out with the link alone: the mail server ")
    assert sorted(deployment.received()) == addresses(logs.BOARD)
    message = mail_to(deployment, logs.CHAIR)
    body = message.get_body(("plain",))
    assert body is not None
    assert list(message.iter_attachments()) == []
    said = " ".join(body.get_content().split())
    assert "The mail server did not take an e-mail with the PDF attached. Follow the link below" in said
    assert "https://concordat.example/packs/LAP/B07" in said


@pytest.mark.parametrize(("megabytes", "attached"), [(1.0, 1), (len(logs.PDF) / 1_000_000, 1), (0.001, 0), (0.0, 0)])
async def test_a_pdf_is_attached_up_to_the_size_that_the_settings_name_and_else_the_letter_says_so(
    deployment: Deployment, megabytes: float, attached: int
) -> None:
    async with deployment.service(mail_attachment_megabytes=megabytes) as service:
        # given
        await deployment.found()
        # when
        await deployment.announce(logs.issued())
        await until(lambda: service.idle(1))
    # then
    message = mail_to(deployment, logs.CHAIR)
    body = message.get_body(("plain",))
    assert body is not None
    said = " ".join(body.get_content().split())
    assert len(list(message.iter_attachments())) == attached
    assert ("The whole pack is attached as a PDF." in said) is bool(attached)
    assert ("The PDF is too large to be attached. Follow the link below" in said) is not bool(attached)


async def test_the_secretary_is_told_once_of_a_pack_that_some_did_not_get(deployment: Deployment) -> None:
    # given two who are refused, each at a moment of their own
    deployment.smtp.refuse(ADDRESSES[logs.CHAIR], f"550 5.1.1 <{ADDRESSES[logs.CHAIR]}>: no such mailbox")
    deployment.smtp.refuse(ADDRESSES[logs.SUBSTITUTE], "550 5.7.1 Not wanted")
    async with deployment.service() as service:
        await deployment.found()
        # when
        await deployment.announce(logs.issued())
        await until(lambda: service.idle(1))
        found = (await finding(service, "e-mail queue")).message
        # then
        told = [each.message for each in deployment.smtp.messages if "did not get" in str(each.message["Subject"])]
        assert [each["To"].addresses[0].addr_spec for each in told] == [ADDRESSES[logs.SECRETARY]]
        assert told[0]["Subject"] == (
            "2 people did not get the board pack for 16 October 2014 – London Archives Partnership"
        )
        assert "2 failed and can be sent again by a person, 2 of them with a board pack." in found
        gauges = ("concordat_emails_failed", "concordat_packs_not_received", "concordat_emails_waiting")
        assert [REGISTRY.get_sample_value(gauge) for gauge in gauges] == [2, 2, 0]
        assert REGISTRY.get_sample_value("concordat_emails_oldest_due_seconds") == 0
        body = told[0].get_body(("plain",))
        assert body is not None
        text = body.get_content().replace("\r\n", "\n")
        assert "Addressed to: 4 people\nReached: 2\nFailed: 2\n" in text
        assert "* Chair (Brent)\n  The mail server said 550 5.1.1 (address): no such mailbox.\n" in text
        assert "emails/LAP?kind=pack&about=LAP-B07-PACK" in text
        # when it fails again for one of them
        [failed, _] = service.database.read_sync(
            lambda connection: listed(connection, logs.CODE, Wanted((DeliveryState.FAILED,)))
        )
        await service.queue_admin.send_again(logs.CODE, [failed.id], BY_SECRETARY)
        await until(lambda: service.idle(1))
    # then
    assert sum("did not get" in str(each.message["Subject"]) for each in deployment.smtp.messages) == 1


async def test_a_broker_that_answers_late_is_asked_again_whether_all_is_taken_in(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    info, asked = JetStreamManager.stream_info, 0

    async def late_at_first(self: JetStreamManager, name: str, subjects_filter: str | None = None) -> StreamInfo:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise NatsTimeoutError
        return await info(self, name, subjects_filter)

    async with deployment.service() as service:
        await deployment.found()
        monkeypatch.setattr(JetStreamManager, "stream_info", late_at_first)
        assert await service.idle(STILL_SECONDS)
    assert asked > 1


async def test_where_nobody_can_be_reached_the_word_about_it_fails_once_and_leads_to_no_other(
    deployment: Deployment,
) -> None:
    deployment.smtp.refuse_messages("550 5.7.1 Nothing from you")
    async with deployment.service() as service:
        await deployment.found()
        await deployment.announce(logs.issued())
        await until(lambda: service.idle(1))
        rows = service.database.read_sync(lambda connection: listed(connection, logs.CODE, Wanted()))
    assert {row.state for row in rows} == {DeliveryState.FAILED}
    assert [row.kind for row in rows].count(NoticeKind.PACK_NOT_RECEIVED) == 1
    assert len(rows) == len(logs.BOARD) + 1


async def test_a_pack_of_which_not_even_the_letter_is_taken_has_failed(deployment: Deployment) -> None:
    deployment.smtp.take_at_most(1_000)
    async with deployment.service() as service:
        await deployment.found()
        await deployment.announce(logs.issued(logs.CHAIR))
        await until(lambda: service.idle(1))
        assert states(service)[logs.CHAIR] is DeliveryState.FAILED
        assert "the mail server takes 1,000 bytes at most" in reason(service, logs.CHAIR)


async def test_a_server_that_takes_seven_bits_alone_gets_all_there_is(deployment: Deployment) -> None:
    # given
    deployment.smtp.offer_no("8BITMIME", "SMTPUTF8")
    async with deployment.service() as service:
        await deployment.found()
        # when
        await deployment.publish(deployment.programme.record(logs.scheduled()))
        await deployment.announce(logs.issued())
        await deployment.announce(logs.overdue("CMD"))
        await until(lambda: service.idle(1))
        # then
        assert set(states(service).values()) == {DeliveryState.SENT}
    assert all(each.content.isascii() for each in deployment.smtp.messages)


async def test_a_secretary_without_an_address_is_not_tried_and_is_no_failure(deployment: Deployment) -> None:
    # given
    await deployment.directory.put(logs.CODE, [DirectoryEntry(logs.SECRETARY, None, "The office", None)])
    async with deployment.service() as service:
        await deployment.found()
        # when
        await deployment.announce(logs.issued())
        await deployment.announce(logs.overdue("CMD"))
        await until(lambda: service.idle(1))
        # then
        rows = service.database.read_sync(lambda connection: listed(connection, logs.CODE, Wanted()))
        omitted = [row for row in rows if row.person == logs.SECRETARY]
        assert {(row.state, row.attempts, row.reason) for row in omitted} == {
            (DeliveryState.OMITTED, 0, "the directory has no address of the secretary")
        }
        assert not [row for row in rows if row.state is DeliveryState.FAILED]
        found = await finding(service, "secretaries’ addresses")
    assert (found.named or "").startswith("No secretary of LAP has an e-mail address")


async def test_one_who_was_erased_gets_nothing_and_the_others_do(deployment: Deployment) -> None:
    # given
    await deployment.directory.erase(logs.CODE, logs.MEMBER, logs.START)
    async with deployment.service() as service:
        await deployment.found()
        # when
        await deployment.announce(logs.issued())
        await until(lambda: service.idle(1))
        # then
        assert states(service)[logs.MEMBER] is DeliveryState.FAILED
        assert reason(service, logs.MEMBER) == "undeliverable: erased from the directory"
    assert sorted(deployment.received()) == addresses([logs.SECRETARY, logs.CHAIR, logs.SUBSTITUTE])


async def test_a_mailbox_that_is_busy_is_tried_again_and_holds_up_nobody(deployment: Deployment) -> None:
    # given
    deployment.smtp.refuse(ADDRESSES[logs.SECRETARY], "450 4.2.1 Mailbox busy", times=2)
    clock = SteppedClock(logs.START)
    async with deployment.service(clock) as service:
        await deployment.found()
        # when
        await deployment.announce(logs.issued())
        await until(lambda: service.idle(1))
        # then
        assert states(service)[logs.SECRETARY] is DeliveryState.DEFERRED
        assert len(deployment.smtp.messages) == len(logs.BOARD) - 1
        for second in (1, 2):
            clock.move_to(logs.START.replace(second=second))
            await until(lambda: service.idle(1))
        assert states(service)[logs.SECRETARY] is DeliveryState.SENT
    assert len(deployment.smtp.messages) == len(logs.BOARD)


async def test_e_mails_wait_for_a_mail_server_that_is_away_without_being_tried_one_by_one(
    deployment: Deployment,
) -> None:
    # given
    deployment.smtp.stop()
    clock = SteppedClock(logs.START)
    async with deployment.service(clock) as service:
        await deployment.found()
        await deployment.announce(logs.issued())
        await until(lambda: service.idle(1))
        rows = service.database.read_sync(lambda connection: listed(connection, logs.CODE, Wanted()))
        assert {row.state for row in rows} == {DeliveryState.DEFERRED}
        assert sum(row.attempts for row in rows) == 1
        # when
        deployment.smtp.start()
        clock.move_to(logs.START.replace(minute=1))
        await until(lambda: service.idle(1))
    # then
    assert len(deployment.smtp.messages) == len(logs.BOARD)


async def test_a_server_that_dies_after_data_may_get_a_message_twice_under_one_message_id(
    deployment: Deployment,
) -> None:
    # given
    deployment.smtp.hang_up(Moment.AFTER_DATA, times=1)
    clock = SteppedClock(logs.START)
    async with deployment.service(clock) as service:
        await deployment.found()
        await deployment.announce(logs.issued(logs.CHAIR))
        await until(lambda: service.idle(1))
        # when
        clock.move_to(logs.START.replace(minute=1))
        await until(lambda: service.idle(1))
        [row] = service.database.read_sync(lambda connection: listed(connection, logs.CODE, Wanted()))
    # then
    assert (row.state, row.doubts) == (DeliveryState.SENT, 1)
    [ids] = deployment.received().values()
    assert len(ids) == 2
    assert len(set(ids)) == 1


async def test_a_server_that_hangs_up_during_data_gets_the_message_once(deployment: Deployment) -> None:
    # given
    deployment.smtp.hang_up(Moment.DURING_DATA, times=1)
    clock = SteppedClock(logs.START)
    async with deployment.service(clock) as service:
        await deployment.found()
        await deployment.announce(logs.issued(logs.CHAIR))
        await until(lambda: service.idle(1))
        # when
        clock.move_to(logs.START.replace(minute=1))
        await until(lambda: service.idle(1))
        assert states(service)[logs.CHAIR] is DeliveryState.SENT
    # then
    assert len(deployment.smtp.messages) == 1


async def test_sending_needs_reporting_only_until_the_papers_are_here(deployment: Deployment) -> None:
    # given
    deployment.reporting_service.available = False
    async with deployment.service() as service:
        await deployment.found()
        await deployment.announce(logs.issued())
        await until(lambda: deployment.reporting_service.asked)
        await asyncio.sleep(0.3)
        assert deployment.smtp.messages == []
        # when
        deployment.reporting_service.available = True
        await until(lambda: service.idle(1))
        deployment.reporting_service.available = False
        await deployment.announce(logs.due("BRE"))
        await until(lambda: service.idle(1))
    # then
    assert len(deployment.smtp.messages) == len(logs.BOARD) + 1
    assert deployment.reporting_service.asked.count("pack.pdf") == 1


async def test_bytes_that_are_not_those_that_were_announced_are_never_sent(deployment: Deployment) -> None:
    # given
    deployment.reporting_service.files["pack.pdf"] = logs.PDF[::-1]
    async with deployment.service() as service:
        await deployment.found()
        # when
        await deployment.announce(logs.issued())
        await until(lambda: any(paper.problem for paper in service.database.read_sync(pack_files.missing)))
        # then
        assert not await service.idle(1)
        view = await service.queue_admin.view(logs.CODE, Wanted())
        assert "the SHA-256 differs" in (view.unfetched[0].problem or "")
    assert deployment.smtp.messages == []


async def test_a_wait_ends_in_time_though_what_it_asks_swallows_its_end(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never_idle() -> bool:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return False

    async with deployment.service() as service:
        monkeypatch.setattr(service, "_is_idle", never_idle)
        assert not await service.idle(0.05)


async def test_an_invitation_is_updated_when_its_meeting_moves_and_taken_back_when_it_is_cancelled(
    deployment: Deployment,
) -> None:
    async with deployment.service() as service:
        await deployment.found()
        for fact in (
            logs.scheduled(),
            MeetingMoved(meeting=logs.MEETING, date=date(2014, 11, 6), time=time(10, 30)),
            MeetingCancelled(meeting=logs.MEETING, reason="Not quorate."),
        ):
            await deployment.publish(deployment.programme.record(fact))
            await until(lambda: service.idle(1))
    entries = [
        entry
        for each in deployment.smtp.messages
        if each.recipients == (ADDRESSES[logs.CHAIR],)
        for entry in [_calendar(each.message)]
    ]
    # then
    assert [str(entry["method"]) for entry in entries] == ["REQUEST", "REQUEST", "CANCEL"]
    events = [entry.events[0] for entry in entries]
    assert [event["sequence"] for event in events] == [0, 1, 2]
    assert len({str(event["uid"]) for event in events}) == 1
    assert [event.start for event in events][:2] == [
        datetime(2014, 10, 16, 13, 0, tzinfo=UTC),
        datetime(2014, 11, 6, 10, 30, tzinfo=UTC),
    ]
    assert [event["dtstamp"].dt for event in events] == [
        event.recorded_at for event in deployment.programme.events[-3:]
    ]


async def test_a_change_of_people_changes_whose_calendars_have_the_meeting(deployment: Deployment) -> None:
    newcomer = "LAP-U050"
    async with deployment.service() as service:
        # given a meeting that was moved once
        await deployment.directory.put(logs.CODE, [DirectoryEntry(newcomer, None, "Ann New", "ann@board.example")])
        await deployment.found()
        await deployment.publish(deployment.programme.record(logs.scheduled()))
        await until(lambda: service.idle(1))
        moved = MeetingMoved(meeting=logs.MEETING, date=date(2014, 11, 6), time=time(10, 30))
        await deployment.publish(deployment.programme.record(moved))
        await until(lambda: service.idle(1))
        # when one takes the place of another
        for person, roles in ((logs.CHAIR, (Role.OBSERVER,)), (newcomer, (Role.CHAIR,))):
            appointed = PersonAppointed(person=person, partner="BRE", roles=roles)
            await deployment.publish(deployment.programme.record(appointed))
            await until(lambda: service.idle(1))
    # then
    to_chair = [each.message for each in deployment.smtp.messages if each.recipients == (ADDRESSES[logs.CHAIR],)]
    [to_newcomer] = [each.message for each in deployment.smtp.messages if each.recipients == ("ann@board.example",)]
    name = "London Archives Partnership"
    assert [str(each["Subject"]) for each in (*to_chair, to_newcomer)] == [
        f"Invitation: project board, 16 October 2014, 14:00 – {name}",
        f"Updated invitation: project board, 6 November 2014, 10:30 – {name}",
        f"No longer invited: project board on 6 November 2014 – {name}",
        f"Invitation: project board, 6 November 2014, 10:30 – {name}",
    ]
    entries = [_calendar(each) for each in (*to_chair, to_newcomer)]
    assert [str(each["method"]) for each in entries] == ["REQUEST", "REQUEST", "CANCEL", "REQUEST"]
    assert [each.events[0]["sequence"] for each in entries] == [0, 1, 2, 2]
    assert len({str(each.events[0]["uid"]) for each in entries}) == 1


async def test_under_one_address_each_thing_arrives_once_and_speaks_for_all_who_share_it(
    deployment: Deployment,
) -> None:
    # given a lead of two partners who stands in the directory twice, and two members with one mailbox
    shared = [
        DirectoryEntry(logs.LEAD, None, "Ann Both", "Ann.Both@board.example"),
        DirectoryEntry(logs.OTHER_LEAD, None, "Ann Both", "ann.both@Board.example"),
        DirectoryEntry(logs.MEMBER, None, "Bob", "members@board.example"),
        DirectoryEntry(logs.SUBSTITUTE, None, "Eve", "members@board.example"),
    ]
    await deployment.directory.put(logs.CODE, shared)
    async with deployment.service() as service:
        await deployment.found()
        # when
        await deployment.publish(deployment.programme.record(logs.scheduled()))
        await deployment.announce(logs.issued())
        await deployment.announce(logs.due("BRE", "CMD"))
        await until(lambda: service.idle(1))
        # then
        assert set(states(service).values()) == {DeliveryState.SENT}
        # when one of the two who share a mailbox goes
        gone = PersonAppointed(person=logs.SUBSTITUTE, partner="CMD", roles=())
        await deployment.publish(deployment.programme.record(gone))
        await until(lambda: service.idle(1))
        # then the other keeps the meeting
        assert states(service)[logs.SUBSTITUTE] is DeliveryState.OMITTED
    got = [str(each.message["Subject"]) for each in deployment.smtp.messages if "members@" in each.recipients[0]]
    assert [subject.partition(" ")[0] for subject in sorted(got)] == ["Board", "Invitation:"]
    [reminder] = [each for each in deployment.smtp.messages if "both" in each.recipients[0].lower()]
    body = reminder.message.get_body(("plain",))
    assert body is not None
    text = " ".join(body.get_content().split())
    assert "The returns of Brent and Camden for 2014-15 Q2 are due" in text
    assert "partner lead (Brent) and partner lead (Camden)" in text


async def test_answers_go_to_the_secretaries_who_have_an_address(deployment: Deployment) -> None:
    async with deployment.service() as service:
        await deployment.found()
        await deployment.announce(logs.due("BRE"))
        await until(lambda: service.idle(1))
    [message] = deployment.smtp.messages
    assert str(message.message["Reply-To"]) == f"Person {logs.SECRETARY} <{ADDRESSES[logs.SECRETARY]}>"


async def test_the_secretary_is_sent_the_list_of_who_is_missing(deployment: Deployment) -> None:
    async with deployment.service() as service:
        await deployment.found()
        # when
        await deployment.announce(logs.overdue("CMD", "EAL"))
        await until(lambda: service.idle(1))
    # then
    assert sorted(deployment.received()) == addresses([logs.SECRETARY, logs.OTHER_LEAD])
    body = mail_to(deployment, logs.SECRETARY).get_body(("plain",))
    assert body is not None
    text = body.get_content().replace("\r\n", "\n")
    assert "Camden (CMD)" in text
    assert "Ealing (EAL)\n  It has no partner lead" in text


async def test_without_a_mail_server_e_mails_wait_and_the_service_is_well(deployment: Deployment) -> None:
    async with deployment.service(smtp_host=None) as service:
        await deployment.found()
        # when
        await deployment.announce(logs.issued())
        await until(lambda: service.idle(1))
        health = Health(service.checks)
        health.open()
        await ready(health.readiness)
    # then
    assert deployment.smtp.messages == []


async def test_what_stands_in_the_database_names_nobody(deployment: Deployment) -> None:
    # given
    deployment.smtp.refuse(ADDRESSES[logs.CHAIR], f"550 5.1.1 {ADDRESSES[logs.CHAIR]} unknown")
    async with deployment.service() as service:
        await deployment.found()
        await deployment.publish(deployment.programme.record(logs.scheduled()))
        await deployment.announce(logs.issued())
        await deployment.announce(logs.overdue("CMD"))
        # when
        await until(lambda: service.idle(1))
        dump = service.database.read_sync(_everything)
    # then
    assert "LAP-U001" in dump
    assert "board.example" not in dump
    assert "Person LAP" not in dump


def _everything(connection: object) -> str:
    from services.notifications import pack_files
    from services.notifications.intake import deferred_announcements, known_people, read_model
    from services.notifications.queue import delivery

    modules = (delivery, deferred_announcements, read_model, known_people, pack_files)
    tables = [table for module in modules for table in module.metadata.sorted_tables]
    return "\n".join(str(row) for table in tables for row in connection.execute(table.select()))  # type: ignore[attr-defined]


def _calendar(message: EmailMessage) -> Calendar:
    [part] = [each for each in message.walk() if each.get_content_type() == "text/calendar"]
    assert part.get_param("method") in ("REQUEST", "CANCEL")
    return Calendar.from_ical(part.get_content())


async def test_readiness_says_where_no_secretary_has_an_address_and_nothing_is_tried(deployment: Deployment) -> None:
    # given
    await deployment.directory.put(logs.CODE, [DirectoryEntry(logs.SECRETARY, None, "The Office", None)])
    async with deployment.service() as service:
        await deployment.found()
        # when
        await deployment.announce(logs.overdue("EAL"))
        await until(lambda: service.idle(1))
        found = await finding(service, "secretaries’ addresses")
        # then
        assert states(service) == {logs.SECRETARY: DeliveryState.OMITTED}
        assert reason(service, logs.SECRETARY) == "the directory has no address of the secretary"
    assert found.ok
    assert found.message.startswith("No secretary of 1 partnership has")
    assert (found.named or "").startswith("No secretary of LAP has an e-mail address, so what is for the secretary")
    assert deployment.smtp.messages == []


async def test_what_an_address_does_not_want_is_omitted_and_ones_own_receipt_is_not(deployment: Deployment) -> None:
    access = Database(deployment.settings().access_database_url)
    make_schema(access, ACCESS)
    await EmailChoices(access, deployment.directory).choose(ADDRESSES[logs.LEAD], ())
    access.close()
    async with deployment.service() as service:
        await deployment.found()
        for actor in (logs.CONTRIBUTOR, logs.LEAD):
            fact = ReturnSubmitted(partner="BRE", quarter="2014-15 Q2")
            await deployment.publish(deployment.programme.record(fact, by=actor))
        await deployment.announce(logs.due("BRE"))
        await until(lambda: service.idle(1))
        rows = service.database.read_sync(lambda connection: listed(connection, logs.CODE, Wanted()))
    kinds = {(row.kind, row.state) for row in rows if row.person == logs.LEAD}
    assert kinds == {
        (NoticeKind.RETURN_SUBMITTED, DeliveryState.OMITTED),
        (NoticeKind.RETURN_SUBMITTED, DeliveryState.SENT),
        (NoticeKind.RETURN_DUE, DeliveryState.SENT),
    }
