"""Which addresses can be sent to, and that what is kept of a server's words shows none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.addresses import NoAddress, address, sender, without_addresses


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("dora@board.example", "dora@board.example"),
        (" dora.o'neill+lap@board.example ", "dora.o'neill+lap@board.example"),
        ("dora@bücher.example", "dora@xn--bcher-kva.example"),
        ("döra@board.example", "döra@board.example"),
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


def test_the_sender_may_have_a_name() -> None:
    name, box = sender("Concordat <concordat@office.example>")
    assert (name, box.spec) == ("Concordat", "concordat@office.example")


def test_every_address_is_left_out_of_what_a_server_said() -> None:
    said = "550 5.1.1 <Dora@Board.example>: unknown; ask postmaster@board.example"
    assert without_addresses(said, "dora@board.example") == "550 5.1.1 (address): unknown; ask (address)"
