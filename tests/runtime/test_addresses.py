"""Which addresses can be sent to: judged the same when they are entered, set or used."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.base.addresses import NoAddress, address, mailbox


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("dora@board.example", "dora@board.example"),
        (" dora.o'neill+lap@board.example ", "dora.o'neill+lap@board.example"),
        ("dora@bücher.example", "dora@xn--bcher-kva.example"),
        ("döra@board.example", "döra@board.example"),
        ("do\u0308ra@board.example", "döra@board.example"),
        ("Dora@Board.EXAMPLE", "Dora@Board.EXAMPLE"),
        ("dora@straße.example", "dora@xn--strae-oqa.example"),
        ("dora@localhost", "dora@localhost"),
    ],
)
def test_addresses_that_can_be_sent_to(text: str, spec: str) -> None:
    assert address(text).spec == spec


@pytest.mark.parametrize(
    "text",
    [
        "",
        "dora",
        "@board.example",
        "dora@",
        "do ra@board.example",
        "dora@board.example\r\nRCPT TO:<eve@evil.example>",
        "dora\n@board.example",
        "dora@board.example>\r\nDATA",
        "<dora@board.example>",
        "dora@board..example",
        "dora@-board.example",
        ".dora@board.example",
        "dora@board.example, eve@evil.example",
        '"dora"@board.example',
        "d" * 65 + "@board.example",
        "dora@" + "b" * 64 + ".example",
        "dora@" + ".".join(["board"] * 60),
        "dora@board\u2028.example",
        "jo..e@example.org",
        "dora.@board.example",
        "dora@eve@board.example",
        "dora@192.0.2.1",
        "dora@[192.0.2.1]",
        "dora@board.example.",
        "dora@boa_rd.example",
        "dora\u200b@board.example",
        "Dora <dora@board.example>",
    ],
)
def test_what_is_no_address_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(NoAddress) as refused:
        address(text)
    assert not text or text not in str(refused.value)


@given(st.text(max_size=80))
def test_no_text_becomes_an_address_with_room_for_a_second_command(text: str) -> None:
    try:
        spec = address(text + "@board.example").spec
    except NoAddress:
        return
    assert not any(character.isspace() or character in '<>,;"\x00' for character in spec)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("dora", "it has no @"),
        ("@board.example", "nothing stands before its @"),
        ("jo..e@example.org", "two dots stand side by side before its @"),
        ("joe.@example.org", "what stands before its @ ends with a dot"),
        ("joe@example@org", "it has more than one @"),
        ("j oe@example.org", "it has a space"),
        ("joe@-example.org", "the domain behind its @ cannot exist"),
    ],
)
def test_it_is_said_why_an_address_is_none(text: str, reason: str) -> None:
    with pytest.raises(NoAddress, match=f"^{reason}$"):
        address(text)


def test_two_ways_to_write_one_address_are_the_same() -> None:
    assert address("Dora@Board.example").is_same_as(address("dora@board.example"))
    assert not address("dora@board.example").is_same_as(address("dora@board2.example"))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Concordat <concordat@office.example>", "Concordat"),
        ("concordat@office.example", ""),
        ('"Smith, the office" <concordat@office.example>', "Smith, the office"),
        ("Archifau Môn <concordat@office.example>", "Archifau Môn"),
    ],
)
def test_a_mailbox_may_have_a_name(text: str, name: str) -> None:
    found, box = mailbox(text)
    assert (found, box.spec) == (name, "concordat@office.example")


@pytest.mark.parametrize("text", ["Concordat <>", "Concordat <a@b.example> <c@d.example>", "Con\r\nBcc: <a@b.example>"])
def test_what_is_no_mailbox_is_refused(text: str) -> None:
    with pytest.raises(NoAddress):
        mailbox(text)
