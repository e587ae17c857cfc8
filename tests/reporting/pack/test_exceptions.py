"""Compliance, load, risks and actions by exception: what is not as it should be, and in words what is."""

from __future__ import annotations

from domain.wording.cells import Cell, Tone
from services.reporting.pack.commitments.exceptions import MOST_PARTNERS
from services.reporting.pack.document import Paragraph
from tests.domain.history import History
from tests.reporting.pack.story import content, story
from tests.reporting.pack.test_sections import row, section, table, words


def test_a_commitment_that_was_not_met_by_everyone_names_who_did_not() -> None:
    missed = row(table(content(story()), "5", "Commitments that were not met"), "LAP-C1")
    assert missed["Met, 2014-15 Q2"].text == "1 of 4 (25\u00a0%)"
    assert missed["Not met by"].text == "London Borough HAC, London Borough HAR and London Borough LMA"


def test_a_partner_that_did_not_meet_everything_is_told_with_what_it_failed() -> None:
    found = table(content(story()), "5", "Partners that did not meet everything")
    told = row(found, "London Borough HAR")
    assert told["What was not met"] == Cell(
        "C1 Commitment C1: not reported; C2 Commitment C2: not reported; C4 Commitment C4: not reported", tone=Tone.BAD
    )
    assert told["Breach"].text == "in breach"
    assert [each[0].text for each in found.rows][-1] == "London Borough BRE"


def test_who_met_everything_is_said_in_words() -> None:
    history = History("BRE", "HAC").agreed("C4", {"kind": "takes_part"})
    history.meeting("2014-04-02", "B01", "2014-07-17").meeting("2014-04-02", "B02", "2014-10-16")
    work = [each.fact for each in story().events if type(each.fact).__name__ == "ProjectProposed"]
    history.told("2014-04-02", work[0].model_copy(update={"lead": "HAC", "taking_part": ()}))
    assert "1 of 2 partners met everything: London Borough HAC." in words(content(history), "5")


def test_past_a_number_partners_are_named_in_words_and_none_is_left_out() -> None:
    history = History(*(f"P{number:02d}" for number in range(MOST_PARTNERS + 2))).agreed("C1", {"kind": "attestation"})
    history.meeting("2014-04-02", "B01", "2014-07-17").meeting("2014-04-02", "B02", "2014-10-16")
    made = content(history)
    assert len(table(made, "5", "Partners that did not").rows) == MOST_PARTNERS
    rest = [each.text for each in section(made, "5").blocks if isinstance(each, Paragraph)]
    assert "Nor did London Borough P24 and London Borough P25: annex C has what." in rest


def test_of_many_commitments_that_a_partner_failed_the_codes_stand_wherever_the_pack_tells_of_it() -> None:
    history = History("BRE", "HAC")
    for number in range(1, 6):
        history.agreed(f"C{number}", {"kind": "attestation"})
    history.meeting("2014-04-02", "B01", "2014-07-17").meeting("2014-04-02", "B02", "2014-10-16")
    made = content(history)
    failed = row(table(made, "5", "Partners that did not meet everything"), "London Borough BRE")
    assert failed["What was not met"].text == "Not reported: C1, C2, C3, C4 and C5"
    news = row(table(made, "3", "What got worse"), "London Borough BRE")
    assert news["How it moved"].text == "In breach since this quarter: C1, C2, C3, C4 and C5"


def test_of_many_partners_in_breach_the_first_sentences_say_how_many_commitments() -> None:
    history = History(*(f"P{number:02d}" for number in range(7))).agreed("C1", {"kind": "attestation"})
    history.meeting("2014-04-02", "B01", "2014-07-17").meeting("2014-04-02", "B02", "2014-10-16")
    sentences = [each.text for each in content(history).cover.sentences]
    assert any("London Borough P00 (1), London Borough P01 (1)" in each for each in sentences)


def test_only_flagged_partners_high_risks_and_overdue_actions_are_read() -> None:
    made = content(story())
    assert row(table(made, "6", "Partners that carry"), "London Borough LMA")["Load ratio"].text == "4.00"
    assert [each[0].text for each in table(made, "6", "Risks with").rows] == ["LAP-R01 Shared catalogue"]
    late = row(table(made, "6", "Actions that are overdue"), "LAP-A01")
    assert late["Overdue for"].text == "32 days"
