"""What each answer of a mail server, and each way of giving none, means for a delivery."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from services.runtime.base.addresses import address
from services.runtime.base.settings import Settings
from services.runtime.mail.answers import ContentRejected, PutOff, Rejected, Sent, Unreachable
from services.runtime.mail.smtp import Conversation, NotOurs
from tests.parts.child import free_port
from tests.parts.smtp import Moment, SmtpServer

OFFICE = address("office@concordat.example")
DORA = address("dora@board.example")
EMIL = address("emil@board.example")
MESSAGE = b"Subject: Papers\r\n\r\nGood morning.\r\n.\r\n.hidden\r\n"


@pytest.fixture
async def conversation(smtp_server: SmtpServer) -> AsyncIterator[Conversation]:
    opened = conversation_with(smtp_server)
    yield opened
    await opened.close()


def conversation_with(server: SmtpServer) -> Conversation:
    return Conversation(Settings(smtp_host=server.host, smtp_port=server.port, smtp_timeout_seconds=60))


async def granted() -> bool:
    return True


async def withheld() -> bool:
    return False


async def test_a_message_arrives_as_it_was_written(conversation: Conversation, smtp_server: SmtpServer) -> None:
    assert await conversation.send(OFFICE, DORA, MESSAGE, granted) == Sent()
    [received] = smtp_server.messages
    assert received.recipients == (DORA.spec,)
    assert received.content.endswith(b"Good morning.\r\n.\r\n.hidden\r\n")


async def test_several_messages_go_over_one_connection(conversation: Conversation, smtp_server: SmtpServer) -> None:
    # when
    for recipient in (DORA, EMIL, DORA):
        assert await conversation.send(OFFICE, recipient, MESSAGE, granted) == Sent()
    # then
    assert len(smtp_server.messages) == 3
    assert conversation._sent == 3


async def test_nothing_is_delivered_without_leave_for_the_last_byte(
    conversation: Conversation, smtp_server: SmtpServer
) -> None:
    with pytest.raises(NotOurs):
        await conversation.send(OFFICE, DORA, MESSAGE, withheld)
    assert smtp_server.messages == []
    assert await conversation.send(OFFICE, DORA, MESSAGE, granted) == Sent()
    assert len(smtp_server.messages) == 1


@pytest.mark.parametrize(("reply", "outcome"), [("550 5.1.1 Unknown", Rejected), ("450 4.2.1 Busy", PutOff)])
async def test_a_recipient_is_refused_for_good_by_5xx_and_for_now_by_4xx(
    conversation: Conversation, smtp_server: SmtpServer, reply: str, outcome: type
) -> None:
    smtp_server.refuse(DORA.spec, reply)
    found = await conversation.send(OFFICE, DORA, MESSAGE, granted)
    assert found == outcome(f"the mail server said {reply}")
    assert await conversation.send(OFFICE, EMIL, MESSAGE, granted) == Sent()


async def test_what_a_server_says_moves_about_on_no_console(
    conversation: Conversation, smtp_server: SmtpServer
) -> None:
    smtp_server.refuse(DORA.spec, "550 5.1.1 no\x1b[31m such user")
    found = await conversation.send(OFFICE, DORA, MESSAGE, granted)
    assert found == Rejected("the mail server said 550 5.1.1 no\N{REPLACEMENT CHARACTER}[31m such user")


@pytest.mark.parametrize(("reply", "outcome"), [("550 5.7.1 Spam", Rejected), ("451 4.3.0 Disk full", PutOff)])
async def test_a_message_that_was_refused_is_not_in_doubt(
    conversation: Conversation, smtp_server: SmtpServer, reply: str, outcome: type
) -> None:
    smtp_server.refuse_messages(reply, times=1)
    assert await conversation.send(OFFICE, DORA, MESSAGE, granted) == outcome(f"the mail server said {reply}")
    assert await conversation.send(OFFICE, DORA, MESSAGE, granted) == Sent()


async def test_a_server_that_hangs_up_during_data_leaves_no_doubt_if_that_is_known_in_time(
    conversation: Conversation, smtp_server: SmtpServer
) -> None:
    smtp_server.hang_up(Moment.DURING_DATA, times=1)
    outcome = await conversation.send(OFFICE, DORA, MESSAGE, granted)
    assert isinstance(outcome, PutOff)
    assert await conversation.send(OFFICE, DORA, MESSAGE, granted) == Sent()


async def test_a_server_that_hangs_up_after_data_leaves_the_delivery_in_doubt(
    conversation: Conversation, smtp_server: SmtpServer
) -> None:
    smtp_server.hang_up(Moment.AFTER_DATA, times=1)
    outcome = await conversation.send(OFFICE, DORA, MESSAGE, granted)
    assert isinstance(outcome, PutOff)
    assert outcome.in_doubt


async def test_a_server_that_answers_too_late_leaves_the_delivery_in_doubt(
    conversation: Conversation, smtp_server: SmtpServer
) -> None:
    smtp_server.answer_after(60)

    async def impatient_from_now_on() -> bool:
        conversation._settings = conversation._settings.model_copy(update={"smtp_timeout_seconds": 0.1})
        return True

    outcome = await conversation.send(OFFICE, DORA, MESSAGE, impatient_from_now_on)
    assert outcome == PutOff(
        "the mail server had the whole message and did not answer (Timed out waiting for server response)",
        in_doubt=True,
    )


async def test_a_server_that_is_not_there_is_unreachable() -> None:
    conversation = Conversation(Settings(smtp_host="127.0.0.1", smtp_port=free_port()))
    outcome = await conversation.send(OFFICE, DORA, MESSAGE, granted)
    assert isinstance(outcome, Unreachable)
    assert "could not be reached" in outcome.reason


async def test_a_connection_that_was_lost_between_messages_is_opened_anew(smtp_server: SmtpServer) -> None:
    with SmtpServer() as server:
        conversation = conversation_with(server)
        assert await conversation.send(OFFICE, DORA, MESSAGE, granted) == Sent()
        # when
        server.stop()
        server.start()
        # then
        assert await conversation.send(OFFICE, DORA, MESSAGE, granted) == Sent()
        assert len(server.messages) == 2
        await conversation.close()


@pytest.mark.parametrize("reply", ["421 4.7.0 Too many messages", "452 4.5.3 Too many messages", "550 Enough"])
async def test_a_server_that_takes_so_many_messages_over_a_connection_gets_the_next_over_another(
    conversation: Conversation, smtp_server: SmtpServer, reply: str
) -> None:
    # given
    smtp_server.take_to_a_connection(2, reply)
    # when
    answers = [await conversation.send(OFFICE, DORA, MESSAGE, granted) for _ in range(5)]
    # then
    assert answers == [Sent()] * 5
    assert len(smtp_server.messages) == 5


async def test_a_server_that_takes_nothing_from_us_says_so_once_over_a_connection_of_its_own(
    conversation: Conversation, smtp_server: SmtpServer
) -> None:
    # given: it took a message before
    assert await conversation.send(OFFICE, DORA, MESSAGE, granted) == Sent()
    smtp_server.take_to_a_connection(0, "530 5.7.0 Authentication required")
    smtp_server.mail_arguments.clear()
    # when
    outcome = await conversation.send(OFFICE, DORA, MESSAGE, granted)
    # then
    assert isinstance(outcome, Unreachable)
    assert "does not take e-mail from us: the mail server said 530" in outcome.reason
    assert len(smtp_server.messages) == 1


@pytest.mark.parametrize("reply", ["552 5.3.4 Too big", "554 5.6.0 What is attached", "550 5.2.3 Too big for Emil"])
async def test_a_refusal_of_the_content_is_told_from_one_of_the_recipient(
    conversation: Conversation, smtp_server: SmtpServer, reply: str
) -> None:
    smtp_server.refuse_messages(reply, times=1)
    found = await conversation.send(OFFICE, DORA, MESSAGE, granted)
    assert found == ContentRejected(f"the mail server said {reply}")
    assert await conversation.send(OFFICE, DORA, MESSAGE, granted) == Sent()


async def test_what_is_larger_than_the_server_takes_is_not_even_begun(
    conversation: Conversation, smtp_server: SmtpServer
) -> None:
    # given
    fits = b"Subject: Papers\r\n\r\nGood morning.\r\n"
    smtp_server.take_at_most(len(fits))
    # when
    found = await conversation.send(OFFICE, DORA, fits + b"\r\n", withheld)
    # then
    assert isinstance(found, ContentRejected)
    assert smtp_server.mail_arguments == []
    assert await conversation.send(OFFICE, DORA, fits, granted) == Sent()
    assert smtp_server.mail_arguments == [f"FROM:<{OFFICE.spec}> SIZE={len(fits)}"]


async def test_a_server_without_a_word_about_sizes_is_told_none(
    conversation: Conversation, smtp_server: SmtpServer
) -> None:
    smtp_server.take_at_most(len(MESSAGE) - 1, say_so=False)
    assert await conversation.send(OFFICE, DORA, MESSAGE, granted) == ContentRejected(
        "the mail server said 552 5.3.4 Message too big"
    )
    assert smtp_server.mail_arguments == [f"FROM:<{OFFICE.spec}>"]


async def test_extensions_are_used_only_where_they_are_offered_and_needed(
    conversation: Conversation, smtp_server: SmtpServer
) -> None:
    # given
    smtp_server.offer_no("SIZE")
    eight_bits = "Subject: Môn\r\n\r\n".encode()
    # when
    for recipient, message in ((DORA, MESSAGE), (DORA, eight_bits), (address("döra@board.example"), eight_bits)):
        assert await conversation.send(OFFICE, recipient, message, granted) == Sent()
    # then
    sender = f"FROM:<{OFFICE.spec}>"
    assert smtp_server.mail_arguments == [sender, f"{sender} BODY=8BITMIME", f"{sender} SMTPUTF8 BODY=8BITMIME"]


async def test_a_server_that_offers_neither_is_sent_seven_bits_and_no_address_beyond_ascii(
    conversation: Conversation, smtp_server: SmtpServer
) -> None:
    smtp_server.offer_no("8BITMIME", "SMTPUTF8", "SIZE")
    assert await conversation.send(OFFICE, DORA, MESSAGE, granted) == Sent()
    assert await conversation.send(OFFICE, address("döra@board.example"), MESSAGE, granted) == Rejected(
        "the mail server takes no addresses with letters beyond ASCII before the @"
    )
    assert smtp_server.mail_arguments == [f"FROM:<{OFFICE.spec}>"]


async def test_an_address_beyond_ascii_is_sent_to_where_the_server_can(
    conversation: Conversation, smtp_server: SmtpServer
) -> None:
    assert await conversation.send(OFFICE, address("döra@board.example"), MESSAGE, granted) == Sent()
    assert smtp_server.messages[0].recipients == ("döra@board.example",)


@pytest.mark.parametrize(
    ("message", "arrived"),
    [
        (b"Subject: A\r\n\r\n.\r\n..B\r\n", b"Subject: A\r\n\r\n.\r\n..B\r\n"),
        (b".\r\nA\r\n", b".\r\nA\r\n"),
        (b"Subject: A\n\nB\r.C", b"Subject: A\r\n\r\nB\r\n.C\r\n"),
        (b"Subject: A\r\n\r\nB", b"Subject: A\r\n\r\nB\r\n"),
    ],
)
async def test_every_line_arrives_as_it_is_with_crlf_behind_it_and_none_ends_the_message(
    conversation: Conversation, smtp_server: SmtpServer, message: bytes, arrived: bytes
) -> None:
    assert await conversation.send(OFFICE, DORA, message, granted) == Sent()
    assert smtp_server.messages[0].content == arrived
