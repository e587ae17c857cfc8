"""The cluster, as ``deploy/compose.yaml`` brings it up: set up with one command, and who is asked for what."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.containers.cluster import REPLICAS, SERVICES, Cluster
from tests.containers.partnership import Partnership
from tests.parts.waiting import until_now

ANSWERED_BY = {"/keys": "reporting", "/emails/": "notifications", "/sign-in": "access", "/office/": "programme"}
RULE = "ConcordatProcessDown"


def test_a_command_leads_to_an_e_mail(partnership: Partnership) -> None:
    partnership.schedule("B90")
    partnership.until_invited("B90")


def test_the_proxy_asks_either_replica_of_the_service_whose_path_it_is(cluster: Cluster) -> None:
    for path, service in ANSWERED_BY.items():
        replicas = {f"{cluster.address(f'{service}-{number}')}:8080" for number in (1, 2)}
        for _ in range(4):
            assert cluster.client.get(path).status_code < 500

        def asked(path: str = path) -> set[str]:
            return {line.split()[-1] for line in cluster.logs("proxy").splitlines() if f'"GET {path}" ' in line}

        until_now(lambda: len(asked()) > 0, what=f"GET {path} in the log of the proxy")
        assert asked() <= replicas


def test_the_proxy_encrypts_and_sends_those_there_who_ask_in_the_clear(cluster: Cluster) -> None:
    address = cluster.compose.environment["CONCORDAT_LISTEN_HTTP"]
    answer = httpx.get(
        f"http://{address}/home/?a=b", headers={"Host": "concordat.example.org"}, trust_env=False, timeout=60
    )
    assert (answer.status_code, answer.headers["Location"]) == (308, "https://concordat.example.org/home/?a=b")
    assert "max-age" in cluster.client.get("/sign-in").headers["Strict-Transport-Security"]


@pytest.mark.parametrize("path", ["/metrics", "/health/ready", "/health/live"])
def test_what_a_process_says_of_itself_is_not_for_the_world(cluster: Cluster, path: str) -> None:
    assert cluster.client.get(path).status_code == httpx.codes.NOT_FOUND


def test_prometheus_sees_every_replica_and_knows_the_alerts(cluster: Cluster) -> None:
    def asked(path: str) -> dict[str, list[dict[str, object]]]:
        data: dict[str, list[dict[str, object]]] = json.loads(
            cluster.execute("prometheus", "wget", "-q", "-O", "-", f"http://127.0.0.1:9090/api/v1/{path}")
        )["data"]
        return data

    def up() -> set[str]:
        try:
            targets = asked("targets?state=active")["activeTargets"]
        except RuntimeError:  # it does not answer yet
            return set()
        return {str(each["scrapeUrl"]).split("/")[2] for each in targets if each["health"] == "up"}

    until_now(lambda: up() == {f"{each}:8080" for each in REPLICAS}, up, what="all targets up")
    groups = asked("rules")["groups"]
    assert RULE in json.dumps(groups)
    assert '"health": "err"' not in json.dumps(groups)


@pytest.mark.parametrize("service", ["programme-1", "nats-1", "postgresql", "proxy", "prometheus"])
def test_it_runs_as_nobody_special_and_can_write_to_its_volume_alone(cluster: Cluster, service: str) -> None:
    assert cluster.execute(service, "id", "-u") != "0"
    with pytest.raises(RuntimeError, match="Read-only file system"):
        cluster.execute(service, "touch", "/usr/bin/another")


@pytest.mark.parametrize(("service", "database"), [("notifications", "programme"), ("access", "notifications")])
def test_the_database_of_one_service_is_closed_to_another(cluster: Cluster, service: str, database: str) -> None:
    own = (cluster.secrets / f"concordat_{service}_database_url").read_text().strip()
    for name in (f"concordat_{database}", "postgres"):
        with pytest.raises(RuntimeError, match=r"no pg_hba\.conf entry"):
            _connected(cluster, service, own.replace(f"/concordat_{service}?", f"/{name}?"))


def test_the_databases_are_reached_encrypted_alone(cluster: Cluster) -> None:
    own = (cluster.secrets / "concordat_access_database_url").read_text().strip()
    _connected(cluster, "access", own)
    with pytest.raises(RuntimeError, match="no encryption"):
        _connected(cluster, "access", own.partition("?")[0] + "?sslmode=disable")


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_no_secrets_of_another(cluster: Cluster, service: str) -> None:
    there = cluster.execute(f"{service}-1", "ls", "/run/secrets").split()
    others = {"operator", *SERVICES} - {service}
    assert not {f"{each}.nk" for each in others} & set(there)
    assert not {f"concordat_{each}_database_url" for each in others - {"access"}} & set(there)


def _connected(cluster: Cluster, service: str, url: str) -> None:
    connects = "import psycopg, sys; psycopg.connect(sys.stdin.read())"
    cluster.execute(f"{service}-1", "python3", "-c", connects, given=url.encode())
