"""The letter that goes with a pack: subject, what is to be decided, and the figures of the pack itself."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from services.notifications.intake import notices
from services.notifications.intake.read_model import AgendaItemRecord, PartnershipRecord
from services.notifications.letters.letter import Figure, Material
from services.notifications.letters.pack import pack_letter
from tests.notifications import logs
from tests.notifications.logs import Log


def material(supplement: int = 0, **changed: object) -> Material:
    event = Log("reporting").record(logs.issued(supplement=supplement))
    notice, _ = notices.of_pack(event, logs.issued(supplement=supplement), [], logs.CUT_OFF.date())
    made = Material(
        notice=notice,
        partnership=PartnershipRecord("LAP", "London Archives Partnership", "Europe/London"),
        partner_names={"BRE": "Brent", "CMD": "Camden"},
        recipient="chair (Brent)",
        partners=("BRE",),
        public_url="https://concordat.example",
        items=(AgendaItemRecord(1, "Approve the shared catalogue", "Approve it as proposed", "BRE"),),
        files={"pack.json": logs.DATA, "pack.pdf": logs.PDF},
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def test_the_subject_names_the_meeting_and_the_partnership() -> None:
    assert pack_letter(material()).subject == "Board pack for 16 October 2014 – London Archives Partnership"
    assert pack_letter(material(supplement=2)).subject == (
        "Supplement 2 to the board pack for 16 October 2014 – London Archives Partnership"
    )


def test_decisions_and_breaches_are_what_the_board_is_asked_to_decide() -> None:
    # when
    [asked] = pack_letter(material()).sections
    # then
    assert [item.title for item in asked.items] == [
        "1. Approve the shared catalogue",
        "Breach of LAP-C1 by Camden",
    ]
    assert asked.items[0].notes == ("Recommended: Approve it as proposed", "Owner: Brent")


def test_a_long_agenda_ends_with_how_many_more_there_are() -> None:
    # given
    items = tuple(AgendaItemRecord(number, f"Item {number}", None, None) for number in range(1, 31))
    # when
    [asked] = pack_letter(material(items=items)).sections
    # then
    assert len(asked.items) == 16
    assert asked.items[-1].title == "and 16 more, in the pack"


def test_the_figures_are_those_of_the_pack() -> None:
    assert pack_letter(material()).figures == (
        Figure("65 %", "of commitments met", "64 of 99; 2014-15 Q1: 50 %"),
        Figure("1", "of 2 open projects is red on schedule", "0 amber, 1 green, 0 without a baseline"),
        Figure("1", "partner has reported nothing", "Camden"),
    )


def test_with_nothing_due_no_rate_is_made_up() -> None:
    # given
    data = json.loads(logs.DATA)
    data["compliance"]["partnership"]["rate"] = None
    # when
    first, *_ = pack_letter(material(files={"pack.json": json.dumps(data).encode()})).figures
    # then
    assert (first.value, first.note) == ("–", "none due")


@pytest.mark.parametrize("data", [b"not json", b'{"format": "concordat-pack/9"}', b"[]"])
def test_figures_that_cannot_be_read_are_left_out_and_the_letter_goes_all_the_same(data: bytes) -> None:
    # when
    letter = pack_letter(material(files={"pack.json": data, "pack.pdf": logs.PDF}))
    # then
    assert letter.figures == ()
    assert len(letter.attachments) == 1


def test_without_a_pdf_the_letter_points_to_the_pages() -> None:
    # when
    letter = pack_letter(material(files={"pack.json": logs.DATA}))
    # then
    assert letter.attachments == ()
    assert "attached" not in letter.opening[0]
    assert letter.link.address == "https://concordat.example/packs/LAP/B07"
