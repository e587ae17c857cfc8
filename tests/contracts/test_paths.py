"""A path in an event lies below the address that it is put behind, or is none."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.events.reporting import PackIssued
from contracts.paths import below_its_address
from tests.contracts.samples import SAMPLES

HOSTILE = [
    "http://thief.example/packs",
    "HTTPS://thief.example",
    "//thief.example/packs",
    "///thief.example",
    "/\\thief.example/packs",
    "\\\\thief.example",
    "@thief.example/packs",
    ":8081/packs",
    ".thief.example/packs",
    "user:pass@thief.example/",
    "/../packs",
    "/reporting/../../etc",
    "/reporting/./LAP",
    "/reporting//LAP",
    "/reporting/%2e%2e/LAP",
    "/reporting/%2F%2Fthief.example",
    "/reporting/LAP?to=thief.example",
    "/reporting/LAP#x",
    "/reporting/LAP;x",
    "/reporting/LAP/",
    "/reporting/LAP\n",
    "/reporting/LAP\r\nHost: thief.example",
    "/reporting/\u2044thief",
    "/reporting/\uff0e\uff0e/x",
    "/report ing",
    "/\x00",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "reporting/LAP",
    "",
    "/",
]


@pytest.mark.parametrize("path", HOSTILE)
def test_what_could_lead_elsewhere_is_no_path(path: str) -> None:
    with pytest.raises(ValueError, match="no plain path"):
        below_its_address(path)


@pytest.mark.parametrize("path", ["/reporting/LAP/packs/LAP-B02", "/a", "/reporting/LAP/packs/LAP-B02/supplements/1"])
def test_a_plain_path_is_one(path: str) -> None:
    assert below_its_address(path) == path


@given(st.text(alphabet="/.:@\\%?#ab2eF \n\u2044", max_size=30))
def test_whatever_is_taken_for_a_path_stays_below_its_address(text: str) -> None:
    try:
        path = below_its_address(text)
    except ValueError:
        return
    for joined in (urljoin("https://home.example/base/", path), f"https://home.example/base{path}"):
        parts = urlsplit(joined)
        assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("https", "home.example", "", "")
        assert ".." not in parts.path.split("/")


@pytest.mark.parametrize("path", HOSTILE)
def test_no_edition_is_announced_at_such_a_path(path: str) -> None:
    issued = next(sample for sample in SAMPLES if isinstance(sample, PackIssued))
    with pytest.raises(ValidationError, match="no plain path"):
        PackIssued.model_validate({**issued.model_dump(), "path": path})
