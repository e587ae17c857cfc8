"""The SMTP server of the tests takes messages as a real one does, and misbehaves as it is told."""

from __future__ import annotations

import time
from email.message import EmailMessage
from smtplib import SMTP, SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected

import pytest

from tests.parts.smtp import Moment, SmtpServer

DORA = "dora@board.example"
EMIL = "emil@board.example"


def send(server: SmtpServer, *recipients: str) -> dict[str, tuple[int, bytes]]:
    message = EmailMessage()
    message["From"] = "office@concordat.example"
    message["To"] = ", ".join(recipients)
    message["Subject"] = "Papers of the board – agenda"
    message.set_content("Good morning.\n.\nThe line above is a single full stop.\n")
    with SMTP(server.host, server.port, timeout=60) as client:
        return client.send_message(message)


def test_a_message_arrives_as_it_was_sent(smtp_server: SmtpServer) -> None:
    # when
    send(smtp_server, DORA, EMIL)
    # then
    [received] = smtp_server.messages
    assert received.sender == "office@concordat.example"
    assert received.recipients == (DORA, EMIL)
    assert received.message["Subject"] == "Papers of the board – agenda"
    assert received.message.get_content().splitlines()[1] == "."


def test_one_recipient_is_refused_and_the_other_served(smtp_server: SmtpServer) -> None:
    # given
    smtp_server.refuse(DORA, "550 5.1.1 No such mailbox")
    # when
    refused = send(smtp_server, DORA, EMIL)
    # then
    assert refused == {DORA: (550, b"5.1.1 No such mailbox")}
    assert [received.recipients for received in smtp_server.messages] == [(EMIL,)]


def test_a_refusal_that_passes_strikes_as_often_as_it_was_told(smtp_server: SmtpServer) -> None:
    # given
    smtp_server.refuse(DORA, "450 4.2.1 Mailbox busy", times=1)
    # when
    with pytest.raises(SMTPRecipientsRefused, match="Mailbox busy"):
        send(smtp_server, DORA)
    send(smtp_server, DORA)
    # then
    assert len(smtp_server.messages) == 1


def test_a_whole_message_is_refused(smtp_server: SmtpServer) -> None:
    # given
    smtp_server.refuse_messages("451 4.3.0 Disk full")
    # when
    with pytest.raises(SMTPDataError, match="Disk full"):
        send(smtp_server, DORA)
    # then
    assert smtp_server.messages == []


@pytest.mark.parametrize(("moment", "kept"), [(Moment.DURING_DATA, 0), (Moment.AFTER_DATA, 1)])
def test_the_server_hangs_up(smtp_server: SmtpServer, moment: Moment, kept: int) -> None:
    # given
    smtp_server.hang_up(moment, times=1)
    # when
    with pytest.raises((SMTPServerDisconnected, ConnectionError)):
        send(smtp_server, DORA)
    # then
    assert len(smtp_server.messages) == kept
    send(smtp_server, EMIL)
    assert len(smtp_server.messages) == kept + 1


def test_a_slow_server_keeps_the_sender_waiting(smtp_server: SmtpServer) -> None:
    # given
    smtp_server.answer_after(seconds=0.3)
    # when
    started = time.monotonic()
    send(smtp_server, DORA)
    # then
    assert time.monotonic() - started >= 0.3


def test_a_stopped_server_is_gone_and_returns_on_the_same_port() -> None:
    with SmtpServer() as server:
        # given
        server.stop()
        # when
        with pytest.raises(ConnectionRefusedError):
            send(server, DORA)
        server.start()
        # then
        send(server, DORA)
        assert len(server.messages) == 1


def test_who_starts_a_server_that_listens_already_disturbs_nobody() -> None:
    # given
    with SmtpServer() as server:
        # when
        server.start()
        # then
        send(server, DORA)
        assert len(server.messages) == 1
        server.stop()
        with pytest.raises(ConnectionRefusedError):
            send(server, DORA)
