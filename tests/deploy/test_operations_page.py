"""What the page for operators says of addresses is what the services answer."""

from __future__ import annotations

import re

from services.cli.serve import SERVICES
from tests.deploy.conftest import ANY
from tests.tooling.repository import ROOT


def test_the_page_for_operators_says_which_service_answers_each_first_segment(rooms: dict[str, set[str]]) -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    table = page.partition("| First segment | Service |\n| --- | --- |\n")[2].partition("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()]
    said = {service: set(re.findall(r"`([a-z-]+)`", segments)) for segments, service in rows}
    apart = {name: rooms[name] for name in SERVICES}
    assert said == apart | {ANY: rooms[ANY] - {""} - set().union(*apart.values())}
