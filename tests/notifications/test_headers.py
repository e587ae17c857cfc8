"""Every header comes back as it went, in ASCII and in short lines, whatever people are called."""

from __future__ import annotations

import random
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.base.addresses import address
from services.runtime.mail.headers import field, mailboxes, one_line

DORA, EMIL = address("dora@board.example"), address("emil@board.example")
WORDS = (
    "Cyngor Sir Gwynedd Môn Tŷ Gŵyr Llyfrgell Archifau Genève Réseau Québec’s Council’s St Helens’ Derry–Londonderry "
    "Library Services and Partnership of the North East Énergie Coláiste Átha Cliath – “Together” Café 東京 القاهرة "
    'ירושלים 🙂 👩‍👩‍👧 Smith, O\'Neill (Board) "Dora" back\\slash <b> a@b =?utf-8?q?Eve?= Rhosllannerchrugog'
)
FORMS = ("Updated invitation: project board, 15 January 2027, 14:00 – {}", "Board pack for 17 July 2026 – {}", "{}")


def parsed(header: str) -> EmailMessage:
    """Return what the standard parser makes of one header, which must be ASCII in short lines."""
    assert all(len(line) <= 76 for line in header.split("\r\n"))
    message = message_from_bytes(f"{header}\r\n".encode("ascii"), policy=policy.default)
    assert len(message.keys()) == 1
    assert message.defects == []
    return message


def names(count: int) -> list[str]:
    """Return invented names; every run of the test invents the same ones."""
    chance = random.Random(1)
    return [" ".join(chance.choices(WORDS.split(), k=chance.randint(1, 8))) for _ in range(count)]


def test_every_subject_of_thousands_comes_back_as_it_went() -> None:
    subjects = [FORMS[number % 3].format(name) for number, name in enumerate(names(6000))]
    wrong = [each for each in subjects if parsed(field("Subject", each))["Subject"] != each]
    assert wrong == []


def test_every_display_name_of_thousands_comes_back_as_it_went() -> None:
    for name in names(6000):
        header = mailboxes("To", [(name, DORA)])
        [found] = parsed(header)["To"].addresses
        assert found.addr_spec == DORA.spec
        value = header.removeprefix("To:").replace("\r\n", "")
        assert str(make_header(decode_header(parseaddr(value)[0]))) == name


@pytest.mark.parametrize(
    "name",
    [
        "Dora",
        "Smith, Dora",
        'Dora "Dee" Smith',
        "back\\slash",
        "O’Neill–Smith",
        "Cyngor Sir Ynys Môn, Llyfrgell",
        "محمد القاهرة",
        "李小龙",
        "👩‍👩‍👧 Dora",
        "=?utf-8?q?Eve?=",
        "a@b.example",
        "E" * 60,
    ],
)
def test_a_display_name_is_read_by_a_mail_reader_as_it_was_written(name: str) -> None:
    found = parsed(mailboxes("Reply-To", [(name, DORA), ("", EMIL), (name, EMIL)]))["Reply-To"].addresses
    assert [(each.display_name, each.addr_spec) for each in found] == [
        (name, DORA.spec),
        ("", EMIL.spec),
        (name, EMIL.spec),
    ]


@given(st.text(max_size=200))
def test_any_text_comes_back_on_one_line_and_adds_no_header(text: str) -> None:
    assert parsed(field("Subject", text))["Subject"] == one_line(text)
    [found] = parsed(mailboxes("To", [(text, DORA)]))["To"].addresses
    assert found.addr_spec == DORA.spec


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("a\r\nBcc: eve@evil.example", "a Bcc: eve@evil.example"),
        ("two  spaces", "two spaces"),
        ("a\u2028b\x00c", "a b c"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
        ("10\u00a0km", "10\u00a0km"),
        ("\u200fאב\u200f", "\u200fאב\u200f"),
    ],
)
def test_breaks_become_one_space_and_everything_else_stays(written: str, line: str) -> None:
    assert one_line(written) == line
    assert parsed(field("Subject", written))["Subject"] == line
