"""Prometheus in Kubernetes asks every pod that answers, and no other: its configuration held against the manifests.

Debian's Prometheus knows no Kubernetes. What it would find there is put in its place, from the manifests; whom it asks
of that, and by which labels, it says itself.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.cli.serve import SERVICES
from tests.deploy.pods import Pod, pods_of
from tests.deploy.watching import RULES
from tests.parts.kubectl import built
from tests.parts.promtool import promtool

SCRAPED = RULES.parent / "kubernetes.yaml"
_PORT = "8080"


def _job() -> dict[str, Any]:
    [job] = yaml.safe_load(SCRAPED.read_text())["scrape_configs"]
    return dict(job)


def _found(pods: list[Pod], phase: str) -> list[dict[str, Any]]:
    """Return what Prometheus finds of pods by the job's selector: a target for each port, or one without a port."""
    [discovery] = _job()["kubernetes_sd_configs"]
    [selector] = discovery["selectors"]
    name, _, value = selector["label"].partition("=")
    return [
        {"targets": [f"{pod.name}:{_PORT}"], "labels": _labels(pod, port, phase)}
        for pod in pods
        if pod.labels.get(name) == value and pod.owner["metadata"]["namespace"] in discovery["namespaces"]["names"]
        for port in pod.ports or ("",)
    ]


def _labels(pod: Pod, port: str, phase: str) -> dict[str, str]:
    annotations = pod.owner["spec"]["template"]["metadata"].get("annotations", {})
    return {
        **{
            f"__meta_kubernetes_pod_annotation_{re.sub(r'[^a-z]', '_', each)}": annotations[each]
            for each in annotations
        },
        "__meta_kubernetes_pod_container_port_name": port,
        "__meta_kubernetes_pod_phase": phase,
        "__meta_kubernetes_pod_name": f"{pod.name}-7d4b9",
        "__meta_kubernetes_namespace": pod.owner["metadata"]["namespace"],
    }


def _asked(folder: Path, form: str, phase: str = "Running") -> list[dict[str, str]]:
    """Return the labels of every target that Prometheus asks for its metrics."""
    job = _job()
    del job["kubernetes_sd_configs"]
    job["static_configs"] = _found(pods_of(built(form)), phase)
    (folder / "prometheus.yaml").write_text(yaml.safe_dump({"scrape_configs": [job]}))
    code, said = promtool("check", "config", folder / "prometheus.yaml")
    assert code == 0, said
    for seconds in (1, 10, 30):  # it always takes that long, and has then found what a busy machine let it find
        asking = ("service-discovery", f"--timeout={seconds}s", folder / "prometheus.yaml", job["job_name"])
        code, said = promtool("check", *asking)
        assert code == 0, said
        if len(found := json.loads(said)) == len(job["static_configs"]):
            break
    return [each["labels"] for each in found if each["labels"]]


@pytest.mark.prometheus
@pytest.mark.kubectl
@pytest.mark.parametrize(("form", "names"), [("cluster", sorted(SERVICES)), ("small", ["concordat"])])
def test_each_pod_that_answers_is_asked_once_and_none_that_only_runs_to_its_end(
    tmp_path: Path, form: str, names: list[str]
) -> None:
    asked = _asked(tmp_path, form)
    assert sorted(each["instance"] for each in asked) == [f"{name}:{_PORT}" for name in names]
    assert sorted(each["pod"] for each in asked) == [f"{name}-7d4b9" for name in names]
    assert {(each["job"], each["namespace"]) for each in asked} == {("concordat", "concordat")}


@pytest.mark.prometheus
@pytest.mark.kubectl
@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_a_pod_that_has_ended_is_not_missed(tmp_path: Path, phase: str) -> None:
    assert _asked(tmp_path, "cluster", phase) == []


def test_it_is_asked_as_the_job_for_which_the_rules_look() -> None:
    assert set(re.findall(r'job="([^"]+)"', RULES.read_text())) == {_job()["job_name"]}
