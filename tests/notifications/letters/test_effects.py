"""The letter about a decision whose effect could not be carried out."""

from __future__ import annotations

from datetime import date

from contracts.events.decisions import EffectRefused
from services.notifications.intake import notices
from services.notifications.letters.effects import failed_effect_letter
from services.notifications.letters.letter import Detail
from tests.notifications.letters.test_returns import material
from tests.notifications.logs import Log


def test_it_names_the_decision_and_why_it_failed() -> None:
    # given
    fact = EffectRefused(decision="LAP-D04", reason="LAP-P02 is stopped and stays so")
    notice, _ = notices.of_failed_effect(Log("programme").record(fact), fact, [], date(2014, 10, 3))
    # when
    letter = failed_effect_letter(material(notice))
    # then
    assert letter.subject == "LAP-D04 could not be carried out – London Archives Partnership"
    assert Detail("Why", "LAP-P02 is stopped and stays so") in letter.facts
