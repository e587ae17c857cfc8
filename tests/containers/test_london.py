"""London in the cluster: the programme file of the examples, brought in beside the partnership that is there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.cli.command import ROOT
from tests.containers.cluster import NAME, Cluster
from tests.parts.waiting import until_now

pytestmark = pytest.mark.long_form
SECRETARY = "programme.office@example.org"


@pytest.fixture(scope="module")
def london(cluster: Cluster) -> Iterator[httpx.Client]:
    """Its software, which asks through the proxy."""
    brought_in = ("import", "-", "--url", "http://programme:8080", "--wait", "300")
    content = (ROOT / "examples" / "london.yaml").read_bytes()
    assert "LAP is in http://programme:8080" in cluster.operate(*brought_in, given=content)
    until = str(datetime.now(UTC).date() + timedelta(days=30))
    made = cluster.operate("token", "add", "LAP", "--name", "Tests", "--until", until)
    with cluster.asking(made.splitlines()[0]) as client:
        yield client


def test_its_packs_are_issued_and_each_is_mailed_once(cluster: Cluster, london: httpx.Client) -> None:
    until_now(lambda: "LAP-B01" in london.get("/packs/LAP").text, lambda: len(cluster.mail.messages), what="a pack")
    cluster.until_ready()
    ids = Counter(str(each.message["Message-ID"]) for each in cluster.mail.messages)
    assert [each for each, times in ids.items() if times > 1] == []


def test_its_secretary_signs_in_with_the_link_of_the_operator(cluster: Cluster, london: httpx.Client) -> None:
    said = cluster.operate("sign-in-link", "--address", SECRETARY)
    [link] = re.findall(rf"https://{NAME}:\S+", said)
    with cluster.asking("") as browser:
        del browser.headers["Authorization"]
        assert browser.get(link).status_code == httpx.codes.OK
