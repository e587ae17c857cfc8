"""``deploy/compose.yaml`` held against the code: who is given what, and which service is asked for which path."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from services.cli.serve import SERVICES
from tests.deploy.pods import pods_of
from tests.parts.kubectl import built
from tests.tooling.repository import ROOT

DEPLOY = ROOT / "deploy"
#: Who issued the certificates of the servers: one in compose.yaml, each server's own in Kubernetes.
AUTHORITIES = {"ca.crt", "nats-ca.pem", "postgresql-ca.pem"}
#: What a site has or has not, and puts into a file of its own over compose.yaml.
OPTIONAL = {"concordat_smtp_username", "concordat_smtp_password", "openid-client-secret"}


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    """The services of compose.yaml, by name."""
    described = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    found: dict[str, dict[str, Any]] = described["services"]
    return found


def test_the_proxy_asks_the_service_that_answers_a_first_segment(rooms: dict[str, set[str]]) -> None:
    configuration = (DEPLOY / "nginx.conf").read_text()
    asked = {
        service: set(segments.split("|"))
        for segments, service in re.findall(r"^ +~\^/\(([a-z|-]+)\)\(/\|\$\) +(\w+);$", configuration, re.MULTILINE)
    }
    [default] = re.findall(r"^ +default +(\w+);$", configuration, re.MULTILINE)
    assert asked == {name: rooms[name] for name in SERVICES if name != default}


@pytest.mark.kubectl
@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_given_the_same_secrets_as_in_kubernetes(services: dict[str, dict[str, Any]], name: str) -> None:
    [pod] = [pod for pod in pods_of(built("cluster")) if pod.name == name]
    for replica in (f"{name}-1", f"{name}-2"):
        given = set(services[replica]["secrets"])
        assert given - AUTHORITIES == set(pod.files) - AUTHORITIES - OPTIONAL


@pytest.mark.parametrize("name", SERVICES)
def test_both_replicas_of_a_service_are_the_same(services: dict[str, dict[str, Any]], name: str) -> None:
    assert services[f"{name}-1"] == services[f"{name}-2"]
    assert services[f"{name}-1"]["command"] == ["serve", name]


def test_whatever_runs_is_confined(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert {"mem_limit", "cpus", "pids_limit", "restart"} <= service.keys(), name


def test_only_the_proxy_is_reached_from_other_machines(services: dict[str, dict[str, Any]]) -> None:
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert published.keys() == {"proxy", "prometheus"}
    assert all(":-127.0.0.1:" in port for port in published["prometheus"])


def test_prometheus_asks_every_replica(services: dict[str, dict[str, Any]]) -> None:
    configuration = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yaml").read_text())
    [job] = configuration["scrape_configs"]
    [static] = job["static_configs"]
    replicas = {name for name, service in services.items() if service.get("command", [""])[0] == "serve"}
    assert set(static["targets"]) == {f"{name}:8080" for name in replicas}
    mounted = {each.split(":")[0] for each in services["prometheus"]["volumes"]}
    assert {
        "./prometheus/prometheus.yaml",
        *(f"./prometheus/{each}" for each in configuration["rule_files"]),
    } <= mounted


def test_only_who_is_at_the_broker_trusts_its_authority_in_the_place_of_others(
    services: dict[str, dict[str, Any]],
) -> None:
    trusting = {name for name in SERVICES if "SSL_CERT_FILE" in services[f"{name}-1"]["environment"]}
    assert trusting == set(SERVICES) - {"access"}


def test_the_archive_alone_is_given_its_password_beside_the_server(services: dict[str, dict[str, Any]]) -> None:
    given = {name for name, service in services.items() if "archive.password" in service.get("secrets", [])}
    assert given == {"postgresql", "archive"}


def test_the_data_and_the_archive_lie_in_volumes_of_their_own(services: dict[str, dict[str, Any]]) -> None:
    def volumes(service: str) -> set[str]:
        mounted = (each.split(":")[0] for each in services[service]["volumes"])
        return {each for each in mounted if not each.startswith(".")}

    assert (volumes("archive"), volumes("postgresql")) == ({"archive"}, {"archive", "postgresql"})
    assert "archive:/archive:ro" in services["postgresql"]["volumes"]
