"""What every refusal has in common, whichever rule it comes from."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import services.programme
from services.programme.core.decider import AlreadyGiven, ImpossibleDate, NotAllowed, Refused

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def test_a_refusal_says_its_dates_as_people_read_them() -> None:
    for kind in (Refused, AlreadyGiven, ImpossibleDate, NotAllowed):
        refused = kind("on", "done on 2015-10-02").under("effect")
        assert (refused.field, refused.problem, str(refused)) == ("effect.on", *["done on 2 October 2015"] * 2)


def test_no_refusal_writes_its_problem_past_that() -> None:
    """A problem is set where a refusal is made and nowhere else."""
    for file in Path(services.programme.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr == "problem" and isinstance(node.ctx, ast.Store):
                assert file.name == "decider.py"


def test_no_refusal_of_a_rule_spells_an_iso_date_out() -> None:
    for file in Path(services.programme.__file__).parent.glob("*/*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Raise)
                and isinstance(node.exc, ast.Call)
                and "Refused" in ast.unparse(node.exc.func)
            ):
                assert not _ISO.search(ast.unparse(node.exc)), f"{file}:{node.lineno}"
