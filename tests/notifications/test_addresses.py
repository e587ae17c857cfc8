"""What is kept of a mail server's words shows no address."""

from __future__ import annotations

from services.runtime.mail.addresses import without_addresses


def test_every_address_is_left_out_of_what_a_server_said() -> None:
    said = "550 5.1.1 <Dora@Board.example>: unknown; ask postmaster@board.example"
    assert without_addresses(said, "dora@board.example") == "550 5.1.1 (address): unknown; ask (address)"
