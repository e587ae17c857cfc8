"""References are written one way."""

from __future__ import annotations

from contracts.references import full, pack_reference, project_of, short


def test_a_code_may_leave_out_its_partnership():
    assert full("LAP", "P03-M02") == "LAP-P03-M02" == full("LAP", "LAP-P03-M02")
    assert short("LAP", "LAP-P03-M02") == "P03-M02"


def test_a_milestone_names_its_project():
    assert project_of("LAP-P03-M02") == "LAP-P03"


def test_supplements_of_a_pack_are_numbered():
    assert pack_reference("LAP-B07") == "LAP-B07-PACK"
    assert pack_reference("LAP-B07", supplement=1) == "LAP-B07-PACK-S1"
