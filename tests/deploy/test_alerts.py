"""Alerts come for what they are for and for nothing else, speak of what there is, and lead to what is to be done."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.runtime.base.health import Check
from tests.deploy.alert_cases import CASES, Case
from tests.deploy.test_scraping import SCRAPED
from tests.deploy.watching import OF_PROMETHEUS, PAGE, RULES, alerts, anchors, metrics_in, recorded, rules, samples
from tests.parts.kubectl import kubectl_binary
from tests.parts.promtool import promtool

SEVERITIES = {"critical", "warning"}
_OF_A_CHECK = re.compile(r'concordat_check_passed\{check=~?"([^"]+)"\}')


@pytest.mark.prometheus
def test_each_alert_comes_for_what_it_is_for_and_for_nothing_else(tmp_path: Path) -> None:
    groups = [group for case in CASES for group in (_fires(case), _quiet(case))]
    told = {"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": groups}
    (tmp_path / "cases.yaml").write_text(yaml.safe_dump(told))
    code, said = promtool("test", "rules", tmp_path / "cases.yaml")
    assert code == 0, said


@pytest.mark.prometheus
def test_an_alert_that_does_not_come_is_found_out(tmp_path: Path) -> None:
    case = CASES[0]
    never = {**_fires(case), "input_series": _quiet(case)["input_series"]}
    told = {"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": [never]}
    (tmp_path / "cases.yaml").write_text(yaml.safe_dump(told))
    assert promtool("test", "rules", tmp_path / "cases.yaml")[0] != 0


@pytest.mark.prometheus
def test_prometheus_reads_its_configuration_with_the_rules() -> None:
    code, said = promtool("check", "config", RULES.parent / "prometheus.yaml")
    assert code == 0, said
    assert "1 rule files found" in said


@pytest.mark.kubectl
def test_prometheus_in_kubernetes_is_given_the_very_rules_and_what_to_scrape() -> None:
    made = subprocess.run(
        [kubectl_binary(), "kustomize", str(RULES.parent)], capture_output=True, text=True, check=True, timeout=60
    )
    kept = {each["metadata"]["name"]: each for each in yaml.safe_load_all(made.stdout)}
    assert {each["metadata"]["namespace"] for each in kept.values()} == {"monitoring"}
    assert {name: each["data"] for name, each in kept.items()} == {
        "concordat-rules": {RULES.name: RULES.read_text()},
        "concordat-scrape": {SCRAPED.name: SCRAPED.read_text()},
    }


def test_every_alert_has_a_case() -> None:
    assert sorted(case.alert for case in CASES) == sorted(alerts())


def test_a_rule_names_metrics_that_there_are() -> None:
    known = samples().keys() | recorded() | OF_PROMETHEUS
    assert {rule.get("alert") or rule["record"]: metrics_in(rule["expr"]) - known for rule in rules()} == {
        rule.get("alert") or rule["record"]: set() for rule in rules()
    }


def test_the_metrics_of_a_query_are_found() -> None:
    query = 'sum by (job, le) (rate(a_bucket{route!~"/health/.*|x(y)"}[5m])) / (b:c:rate5m > 0) and on (job) d unless e'
    assert metrics_in(query) == {"a_bucket", "b:c:rate5m", "d", "e"}


@pytest.mark.parametrize("name", alerts())
def test_an_alert_says_how_bad_it_is_what_is_so_and_what_to_do(name: str) -> None:
    alert = alerts()[name]
    said = alert["annotations"]
    page, _, heading = said["runbook"].partition("#")
    assert alert["labels"]["severity"] in SEVERITIES
    assert all(said[part].endswith(".") for part in ("summary", "description"))
    assert page == "docs/operations.md"
    assert {heading} - anchors(PAGE.read_text()) == set()


def test_an_alert_about_a_check_means_one_that_the_services_make(checks: list[Check]) -> None:
    names = [check.name for check in checks]
    meant = [pattern for alert in alerts().values() for pattern in _OF_A_CHECK.findall(alert["expr"])]
    assert len(meant) == 5
    parts = [part for pattern in meant for part in pattern.split("|")]
    assert [part for part in parts if not any(re.fullmatch(part, name) for name in names)] == []


def _fires(case: Case) -> dict[str, Any]:
    rule = alerts()[case.alert]
    said = {**rule["annotations"], "summary": case.summary}
    came = {"exp_labels": {**case.labels, **rule["labels"]}, "exp_annotations": said}
    return _group(f"{case.alert} comes", case, case.fires, [came])


def _quiet(case: Case) -> dict[str, Any]:
    return _group(f"{case.alert} does not come", case, case.quiet, [])


def _group(name: str, case: Case, series: dict[str, str], expected: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": name,
        "interval": "1m",
        "input_series": [{"series": each, "values": values} for each, values in series.items()],
        "alert_rule_test": [{"eval_time": case.at, "alertname": case.alert, "exp_alerts": expected}],
    }
