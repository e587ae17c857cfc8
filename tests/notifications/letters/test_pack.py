"""The letter that goes with a pack: subject, what is to be decided, and the figures of the pack itself."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from services.notifications.intake import notices
from services.notifications.intake.read_model import AgendaItemRecord, PartnershipRecord
from services.notifications.letters.letter import Figure, Material
from services.notifications.letters.pack import pack_letter
from services.notifications.letters.rendering import html, plain_text
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


def with_words(**changed: object) -> Material:
    data = {**json.loads(logs.DATA), **changed}
    return material(files={"pack.json": json.dumps(data).encode(), "pack.pdf": logs.PDF})


def test_it_says_in_one_minute_what_the_pack_says() -> None:
    # given
    sentences = ["You are asked to decide 2 items.", "Silent: Camden (for 99 days)."]
    # when
    letter = pack_letter(with_words(in_one_minute=sentences))
    # then
    assert letter.sections[0].heading == "In one minute"
    assert letter.sections[0].said == tuple(sentences)
    assert all(sentence in plain_text(letter, "London", "") for sentence in sentences)
    assert all(sentence in html(letter, "London", "") for sentence in sentences)


def test_what_is_asked_stands_as_the_pack_words_it_with_what_one_needs_to_know() -> None:
    # given
    asked = {
        "label": "Item 3",
        "question": "New dates <b>",
        "about": "LAP-P01",
        "recommendation": "Take them",
        "owner": "Brent",
        "effect": "None.",
        "to_know": ["M05: baseline 30 June, forecast 30 September.", "x" * 400, "M07", "M08"],
    }
    # when
    letter = pack_letter(with_words(asked=[asked]))
    # then
    [section] = letter.sections
    [item] = section.items
    assert item.title == "Item 3: New dates <b>"
    assert item.notes[:2] == ("Recommended: Take them", "M05: baseline 30 June, forecast 30 September.")
    assert item.notes[2].endswith(" …")
    assert item.notes[3:] == ("M07", "Owner: Brent")
    assert "New dates &lt;b&gt;" in html(letter, "London", "")


def test_where_nothing_is_asked_it_says_so() -> None:
    letter = pack_letter(with_words(asked=[]))
    assert "Nothing stood on the agenda for decision." in plain_text(letter, "London", "")
    assert "Nothing stood on the agenda for decision." in html(letter, "London", "")


def test_a_letter_without_the_pdf_says_why() -> None:
    letter = pack_letter(material(files={"pack.json": logs.DATA}, not_attached="The PDF is too large to be attached."))
    assert letter.opening[0].endswith("The PDF is too large to be attached. Follow the link below to read it.")


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
        Figure("1", "partner is silent", "Camden"),
    )


def test_of_one_open_project_that_is_not_red_the_verb_agrees_with_it() -> None:
    # given
    data = json.loads(logs.DATA)
    [project, *_] = data["projects"]
    data["projects"] = [project | {"schedule_status": "green"}]
    # when
    _, schedule, *_ = pack_letter(material(files={"pack.json": json.dumps(data).encode()})).figures
    # then
    assert (schedule.value, schedule.label) == ("0", "of 1 open project is red on schedule")


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
