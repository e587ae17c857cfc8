"""References count up within the partnership, and each kind has a letter of its own."""

from __future__ import annotations

from typing import Any

import pytest

from domain.register import KINDS
from domain.register.commitments import COMMITMENTS
from domain.register.decisions import DECISIONS
from domain.register.kinds import Kind
from domain.register.people import PEOPLE
from domain.register.projects import PROJECTS


@pytest.mark.parametrize(
    ("kind", "given", "following"),
    [
        (PROJECTS, [], "LAP-P01"),
        (PROJECTS, ["LAP-P03", "LAP-P01"], "LAP-P04"),
        (PROJECTS, ["LAP-P99"], "LAP-P100"),
        (COMMITMENTS, ["LAP-C1"], "LAP-C2"),
        (DECISIONS, ["LAP-D022"], "LAP-D023"),
        (DECISIONS, ["LAP-D01"], "LAP-D002"),
    ],
)
def test_the_next_reference_is_one_more_than_the_highest_ever_given(
    kind: Kind[Any], given: list[str], following: str
) -> None:
    assert kind.next_reference("LAP", given) == following


@pytest.mark.parametrize("reference", ["LAP-P", "LAP-P1x", "LAP-Q01", "XYZ-P01", "P01", "LAP-P01-M01", "LAP-P000001"])
def test_what_is_not_a_projects_reference_is_not_taken_for_one(reference: str) -> None:
    assert not PROJECTS.is_reference("LAP", reference)


def test_no_letter_stands_for_two_kinds() -> None:
    letters = [kind.letter for kind in (*KINDS, PEOPLE)]
    assert sorted(letters) == sorted({*letters} - {""})
