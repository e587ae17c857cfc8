"""From a partnership with nothing in it to sixty partners with fifteen commitments."""

from __future__ import annotations

import re

import pytest

from services.reporting.pack import render
from services.reporting.pack.document import Table
from services.reporting.pack.rendering.as_pdf import typesetter
from tests.domain.history import History
from tests.reporting.pack import reading
from tests.reporting.pack.story import content


@pytest.fixture(scope="module")
def large() -> History:
    history = History(*(f"P{number:02d}" for number in range(60)))
    for number in range(1, 16):
        history.agreed(f"C{number}", {"kind": "attestation"})
    return history.meeting("2014-04-02", "B01", "2014-07-17").meeting("2014-04-02", "B02", "2014-10-16")


def test_an_empty_partnership_has_a_pack_in_every_form() -> None:
    files = render(content(History(), first=True))
    assert set(files) == {"pack.html", "pack.pdf", "pack.json", "pack.xlsx"}
    assert len(reading.pdf(files["pack.pdf"]).pages) > 2


def test_the_matrix_is_parted_so_that_every_status_keeps_its_words(large: History) -> None:
    compliance = next(each for each in content(large).sections if each.mark == "C")
    matrices = [
        each for each in compliance.blocks if isinstance(each, Table) and each.caption.startswith("Status of each")
    ]
    assert [len(each.columns) - 1 for each in matrices] == [7, 8]
    assert all(len(each.rows) == 60 for each in matrices)
    assert {cell.text for each in matrices for row in each.rows for cell in row[1:]} == {"None"}


def test_a_table_that_runs_over_pages_repeats_its_header(large: History) -> None:
    made = content(large)
    pages = [page.extract_text() for page in reading.pdf(typesetter(made)()).pages]
    holding = [page for page in pages if page.count("\nLondon Borough P") > 20]
    assert len(holding) > 5
    assert all(re.search(r"\n(Partner|What)\s", page) for page in holding)
