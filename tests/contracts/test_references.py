"""References count up within the partnership and are written one way."""

from __future__ import annotations

import pytest

from contracts.references import Kind, full, is_reference, next_reference, pack_reference, project_of, short


@pytest.mark.parametrize(
    ("kind", "given", "following"),
    [
        (Kind.PROJECT, [], "LAP-P01"),
        (Kind.PROJECT, ["LAP-P03", "LAP-P01"], "LAP-P04"),
        (Kind.PROJECT, ["LAP-P99"], "LAP-P100"),
        (Kind.COMMITMENT, ["LAP-C1"], "LAP-C2"),
        (Kind.DECISION, ["LAP-D022"], "LAP-D023"),
        (Kind.DECISION, ["LAP-D01"], "LAP-D002"),
    ],
)
def test_the_next_reference_is_one_more_than_the_highest_ever_given(kind: Kind, given: list[str], following: str):
    assert next_reference("LAP", kind, given) == following


def test_a_code_may_leave_out_its_partnership():
    assert full("LAP", "P03-M02") == "LAP-P03-M02" == full("LAP", "LAP-P03-M02")
    assert short("LAP", "LAP-P03-M02") == "P03-M02"


def test_a_milestone_names_its_project():
    assert project_of("LAP-P03-M02") == "LAP-P03"


@pytest.mark.parametrize("reference", ["LAP-P", "LAP-P1x", "LAP-Q01", "XYZ-P01", "P01", "LAP-P01-M01", "LAP-P000001"])
def test_what_is_not_a_projects_reference_is_not_taken_for_one(reference: str):
    assert not is_reference("LAP", Kind.PROJECT, reference)


def test_supplements_of_a_pack_are_numbered():
    assert pack_reference("LAP-B07") == "LAP-B07-PACK"
    assert pack_reference("LAP-B07", supplement=1) == "LAP-B07-PACK-S1"
