"""The dashboard shows what there is, from whichever Prometheus it is told."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.watching import OF_PROMETHEUS, dashboard, metrics_in, panels, samples
from tests.parts.promtool import promtool

SOURCE = {"type": "prometheus", "uid": "${datasource}"}
QUERIES = {
    f"{panel['title']} {target['refId']}": target["expr"] for panel in panels() for target in panel.get("targets", ())
}
_FROM_GRAFANA = {"$__rate_interval": "5m", "$job": "concordat"}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_query_names_metrics_that_there_are(query: str) -> None:
    named = metrics_in(query)
    assert named
    assert named - samples().keys() - OF_PROMETHEUS == set()


@pytest.mark.prometheus
def test_prometheus_can_read_every_query(tmp_path: Path) -> None:
    asked = list(QUERIES.values())
    for name, value in _FROM_GRAFANA.items():
        asked = [query.replace(name, value) for query in asked]
    rules = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(asked)]
    (tmp_path / "queries.yaml").write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))
    code, said = promtool("check", "rules", tmp_path / "queries.yaml")
    assert code == 0, said


def test_every_panel_has_an_id_of_its_own_and_says_what_it_shows() -> None:
    ids = [panel["id"] for panel in panels()]
    assert len(set(ids)) == len(ids)
    shown = [panel for panel in panels() if panel["type"] != "row"]
    assert [panel["title"] for panel in shown if not panel["description"].endswith(".") or not panel["targets"]] == []


def test_every_panel_asks_the_data_source_that_was_chosen() -> None:
    variables = {each["name"]: each for each in dashboard()["templating"]["list"]}
    assert (variables["datasource"]["type"], variables["datasource"]["query"]) == ("datasource", "prometheus")
    asking = [panel for panel in panels() if panel["type"] != "row"]
    assert all(each["datasource"] == SOURCE for panel in asking for each in (panel, *panel["targets"]))
    assert metrics_in(variables["job"]["query"]["query"].partition("(")[2].partition(",")[0]) <= samples().keys()


def test_no_panel_lies_upon_another() -> None:
    assert [(one["title"], other["title"]) for one, other in combinations(panels(), 2) if _overlap(one, other)] == []
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in panels())


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    a, b = one["gridPos"], other["gridPos"]
    apart_across = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
    apart_down = a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]
    return not (apart_across or apart_down)
