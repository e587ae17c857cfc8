"""A letter as an e-mail: its parts, its headers, and that nothing people enter can become a header."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.channels.mail import Addressee, mail
from services.notifications.intake.read_model import PartnershipRecord
from services.notifications.letters.letter import Attachment, CalendarEntry, Letter, Link
from services.runtime.base.addresses import address
from services.runtime.mail.message import FromAddress
from tests.notifications import logs

LETTER = Letter(
    subject="Board pack for 16 October 2014 – London Archives Partnership",
    heading="Board pack for 16 October 2014",
    opening=("The papers have been issued.",),
    link=Link("Open the pack", "https://concordat.example/packs/LAP/B07"),
    why="You receive this as chair.",
    attachments=(Attachment("LAP-B07-PACK.pdf", "application/pdf", logs.PDF),),
)
PARTNERSHIP = PartnershipRecord("LAP", "London Archives Partnership", "Europe/London")
SENDER = FromAddress("Concordat", address("concordat@office.example"))
HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "List-Id", "Auto-Submitted", "X-Auto-Response-Suppress"),
    *("Content-Language", "MIME-Version", "Content-Type"),
}


def parsed(letter: Letter = LETTER, name: str = "Dora", partnership: PartnershipRecord = PARTNERSHIP) -> EmailMessage:
    addressee = Addressee(name, address("dora@board.example"))
    content = mail(letter, partnership, addressee, SENDER, message_id="<one@office.example>", sent_at=logs.START)
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 76
    message = message_from_bytes(content, policy=policy.default)
    assert message.defects == []
    return message


def test_text_html_and_attachment_arrive() -> None:
    # when
    message = parsed()
    # then
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "Dear Dora," in text.get_content()
    assert "Dear Dora," in html.get_content()
    [document] = list(message.iter_attachments())
    assert document.get_content() == logs.PDF


def test_all_attachments_arrive_whole_with_each_ones_own_words_whatever_these_are() -> None:
    # given words that look like the line between two parts
    notes = Attachment("Notes – März.txt", "text/plain", b"--=_attachments--\r\nNothing else.\r\n")
    letter = replace(LETTER, opening=("--=_attachments--",), attachments=(*LETTER.attachments, notes))
    # when
    first, second = parsed(letter, "Dora"), parsed(letter, "Emil")
    # then
    for message, name in ((first, "Dora"), (second, "Emil")):
        text = message.get_body(("plain",))
        assert text is not None
        assert f"Dear {name}," in text.get_content()
        assert "--=_attachments--" in text.get_content()
        arrived = [(each.get_filename(), each.get_payload(decode=True)) for each in message.iter_attachments()]
        assert arrived == [(each.name, each.content) for each in letter.attachments]
    assert next(iter(first.iter_attachments()))["Content-Disposition"].content_disposition == "attachment"


def test_headers_say_who_when_and_that_a_machine_wrote_it() -> None:
    # when
    message = parsed()
    # then
    assert message["From"] == "Concordat <concordat@office.example>"
    assert message["To"] == "Dora <dora@board.example>"
    assert message["Date"].datetime == logs.START
    assert message["Message-ID"] == "<one@office.example>"
    assert message["List-Id"] == "<lap.concordat.office.example>"
    assert message["Auto-Submitted"] == "auto-generated"


def test_an_id_is_written_as_it_is_however_long_it_is() -> None:
    # given
    office = f"{'a-long-name-of-' * 3}office.example"
    ours = f"<invitation.{'0' * 32}@{office}>"
    # when
    content = mail(
        LETTER,
        PARTNERSHIP,
        Addressee("Dora", address("dora@board.example")),
        FromAddress("Concordat", address(f"concordat@{office}")),
        message_id=ours,
        sent_at=logs.START,
    )
    # then
    lines = content.decode("ascii").split("\r\n")
    assert f"Message-ID: {ours}" in lines
    assert f"List-Id: <lap.concordat.{office}>" in lines


def test_a_calendar_entry_stands_beside_text_and_html() -> None:
    # given
    entry = CalendarEntry(
        "REQUEST", "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nX-PLACE:Llyfrgell Môn\r\nEND:VCALENDAR\r\n".encode()
    )
    # when
    message = parsed(replace(LETTER, calendar=entry))
    # then
    kinds = [part.get_content_type() for part in message.walk()]
    [calendar] = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    assert calendar.get_content().encode() == entry.content
    assert kinds[:5] == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar"]


@pytest.mark.parametrize(
    "hostile",
    [
        "Eve\r\nBcc: eve@evil.example",
        "Eve\nBcc: eve@evil.example\n\nbody",
        'Eve" <eve@evil.example>, "',
        "Ève Ångström",
        "李小龙",
        "Eve\u2028Bcc: eve@evil.example",
        "=?utf-8?q?Eve=0D=0ABcc:_eve@evil.example?=",
        "==?utf-8?q?Eve=0D=0ABcc:_eve@evil.example?=",
        "=?utf-8?b?RXZlDQpCY2M6IGV2ZUBldmlsLmV4YW1wbGU=?=",
        "E" * 5000,
        "<script>alert(1)</script>",
        "\x00\x07Eve\x85",
    ],
)
def test_no_name_and_no_title_can_add_a_header_a_recipient_or_markup(hostile: str) -> None:
    # when
    message = parsed(
        replace(LETTER, subject=hostile, heading=hostile, opening=(hostile,)),
        hostile,
        replace(PARTNERSHIP, name=hostile),
    )
    # then
    assert set(message.keys()) == HEADERS
    assert [each.addr_spec for each in message["To"].addresses] == ["dora@board.example"]
    html = message.get_body(("html",))
    assert html is not None
    assert "<script>" not in html.get_content()


@given(st.text(max_size=120))
def test_any_name_leaves_the_headers_as_they_are(name: str) -> None:
    message = parsed(replace(LETTER, subject=name or "-", attachments=()), name)
    assert set(message.keys()) == HEADERS
    assert [each.addr_spec for each in message["To"].addresses] == ["dora@board.example"]


def test_answers_go_to_those_whom_the_e_mail_names() -> None:
    offices = [("Smith, Dora", address("office@board.example")), ("", address("second@board.example"))]
    addressee = Addressee("Dora", address("dora@board.example"))
    content = mail(
        LETTER, PARTNERSHIP, addressee, SENDER, message_id="<one@o.example>", sent_at=logs.START, reply_to=offices
    )
    found = message_from_bytes(content, policy=policy.default)["Reply-To"].addresses
    assert [each.addr_spec for each in found] == ["office@board.example", "second@board.example"]
    assert found[0].display_name == "Smith, Dora"


def test_an_address_with_letters_beyond_ascii_is_written_as_smtputf8_has_it() -> None:
    addressee = Addressee("Dora", address("döra@bücher.example"))
    content = mail(LETTER, PARTNERSHIP, addressee, SENDER, message_id="<one@office.example>", sent_at=logs.START)
    assert "döra@xn--bcher-kva.example".encode() in content
