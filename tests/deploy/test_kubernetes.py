"""The manifests of ``deploy/kubernetes``: built by Kustomize, held against Kubernetes' own schemas and our rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import kubernetes_validate
import pytest

from services.cli.serve import SERVICES
from services.runtime.base.settings import Settings, load_settings, unknown_variables, variable
from services.runtime.base.version import product_version
from services.runtime.base.weak_settings import weaknesses
from services.runtime.messaging.broker_rights import RIGHTS
from tests.deploy.conftest import ANY
from tests.deploy.nats_values import VALUES
from tests.deploy.pods import Pod, of_kind, pods_of, selects
from tests.parts.kubectl import Manifest, built
from tests.tooling.repository import ROOT

pytestmark = pytest.mark.kubectl

FORMS = ("small", "cluster", "site")
VERSIONS = ("1.30", "1.37")
"""The oldest Kubernetes that knows all that we use, and the newest whose schemas we have."""
DATABASE = "postgresql://db.example/one?sslmode=verify-full"
HIDDEN = "f00d" * 16
NATS_PORTS = {4222, 6222, 7777}
ELSEWHERE_PORTS = {"services-to-mail": {25, 465, 587}, "services-to-postgresql": {5432}, "access-to-openid": {443}}
"""Where services of others listen, by the policy that lets ours ask them."""
OF_OTHERS = {"SSL_CERT_FILE"}


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def manifests(form: str) -> list[Manifest]:
    return built(form)


@pytest.fixture
def pods(manifests: list[Manifest]) -> list[Pod]:
    return pods_of(manifests)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_manifest_is_what_kubernetes_takes(manifests: list[Manifest], version: str) -> None:
    for each in manifests:
        kubernetes_validate.validate(each, version, strict=True)


def test_a_manifest_with_a_misspelt_field_is_refused() -> None:
    spoilt = next(of_kind(built("cluster", changed=("readOnlyRootFilesystem", "readonlyRootFilesystem")), "Deployment"))
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(spoilt, VERSIONS[-1], strict=True)


def unsafe(pods: list[Pod]) -> Iterator[str]:
    """Yield what the standard *restricted* for pods, and our own rules, forbid."""
    for pod in pods:
        ours, whole = pod.container.get("securityContext", {}), pod.spec.get("securityContext", {})
        held = {
            "runs as a user who is not root": whole.get("runAsNonRoot") is True and whole.get("runAsUser") == 10001,
            "has a read-only root": ours.get("readOnlyRootFilesystem") is True,
            "gains no privileges": ours.get("allowPrivilegeEscalation") is False,
            "has no capabilities": ours.get("capabilities") == {"drop": ["ALL"]},
            "is filtered by seccomp": whole.get("seccompProfile") == {"type": "RuntimeDefault"},
            "has no token of Kubernetes": pod.spec.get("automountServiceAccountToken") is False,
            "takes no variables of services": pod.spec.get("enableServiceLinks") is False,
            "has an account of its own": pod.spec.get("serviceAccountName") == "concordat",
            "has requests": set(pod.container.get("resources", {}).get("requests", ())) == {"cpu", "memory"},
            "has limits": set(pod.container.get("resources", {}).get("limits", ())) == {"cpu", "memory"},
            "shares nothing of its node": not any("hostPath" in each for each in pod.spec["volumes"])
            and not {"hostNetwork", "hostPID", "hostIPC"} & set(pod.spec),
        }
        yield from (f"{pod.name}: {rule}" for rule, holds in held.items() if not holds)


def test_every_pod_is_restricted_and_has_its_limits(pods: list[Pod]) -> None:
    assert list(unsafe(pods)) == []


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        (("runAsNonRoot: true", "runAsNonRoot: false"), "runs as a user who is not root"),
        (("runAsUser: 10001", "runAsUser: 0"), "runs as a user who is not root"),
        (("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false"), "has a read-only root"),
        (("allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true"), "gains no privileges"),
        (("drop: [ALL]", "drop: [NET_RAW]"), "has no capabilities"),
        (("{type: RuntimeDefault}", "{type: Unconfined}"), "is filtered by seccomp"),
        (("limits: {cpu:", "limits: {pods:"), "has limits"),
        (("enableServiceLinks: false", "enableServiceLinks: true"), "takes no variables of services"),
    ],
)
def test_a_pod_that_is_less_safe_is_found(changed: tuple[str, str], rule: str) -> None:
    pods = pods_of(built("cluster", changed=changed))
    assert list(unsafe(pods)) == [f"{pod.name}: {rule}" for pod in pods]


def test_the_namespace_lets_no_other_pod_in(manifests: list[Manifest]) -> None:
    (namespace,) = of_kind(manifests, "Namespace")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    assert {each["metadata"].get("namespace") for each in manifests if each is not namespace} == {"concordat"}


def test_who_restarts_and_who_sends_requests_ask_for_what_each_must_know(pods: list[Pod]) -> None:
    for pod in (each for each in pods if each.owner["kind"] == "Deployment"):
        asked = {probe: pod.container[f"{probe}Probe"]["httpGet"] for probe in ("startup", "liveness", "readiness")}
        assert asked == {
            "startup": {"path": "/health/live", "port": "http"},
            "liveness": {"path": "/health/live", "port": "http"},
            "readiness": {"path": "/health/serving", "port": "http"},
        }


def test_a_pod_has_the_time_that_stopping_takes(pods: list[Pod]) -> None:
    for pod in (each for each in pods if each.owner["kind"] == "Deployment"):
        before = pod.container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        assert pod.spec["terminationGracePeriodSeconds"] > before + 10


def test_every_container_starts_with_what_it_is_given(
    pods: list[Pod], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for pod in pods:
        secrets = tmp_path / pod.name
        secrets.mkdir()
        for name in pod.files:
            (secrets / name).write_text(DATABASE if name.endswith("_url") else HIDDEN)
        with monkeypatch.context() as environment:
            for name, value in pod.settings.items():
                environment.setenv(name, value.replace(pod.folder, str(secrets)))
            assert unknown_variables() == []
            settings = load_settings()
        in_the_clear = {"CONCORDAT_REPORTING_URL", "CONCORDAT_PROGRAMME_URL"} if pod.name == "notifications" else set()
        assert {each.split()[0] for each in weaknesses(settings)} == in_the_clear, "what is so within a cluster alone"
        named = [
            value for value in (getattr(settings, name) for name in Settings.model_fields) if isinstance(value, Path)
        ]
        missing = {str(path) for path in named if secrets in path.parents and not path.exists()}
        assert missing <= _not_looked_at(pod, secrets), pod.name


def _not_looked_at(pod: Pod, secrets: Path) -> set[str]:
    """Return the files that settings for all name and that this pod's service does not read."""
    seals, openid = {"programme.key", "reporting.key"}, {"openid-client-secret"}
    ignored = {"access": seals, "concordat-migrate": seals | openid}.get(pod.name, openid)
    return {str(secrets / name) for name in ignored}


def test_every_variable_is_a_setting(pods: list[Pod]) -> None:
    known = {variable(name) for name in Settings.model_fields} | {"CONCORDAT_SECRETS_DIR"} | OF_OTHERS
    for pod in pods:
        assert set(pod.settings) <= known
        assert all("valueFrom" not in each for each in pod.container.get("env", ()))
        assert all(set(each) == {"configMapRef"} for each in pod.container["envFrom"])


def test_no_secret_is_in_the_environment(manifests: list[Manifest], pods: list[Pod]) -> None:
    hidden = {
        variable(name)
        for name, field in Settings.model_fields.items()
        if "SecretStr" in str(field.annotation) or name.endswith("_database_url")
    }
    assert not list(of_kind(manifests, "Secret"))
    for pod in pods:
        assert not hidden & set(pod.settings)
        assert "@" not in pod.settings.get("CONCORDAT_NATS_URL", "")


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_given_its_own_secrets_and_no_others(name: str) -> None:
    (pod,) = [each for each in pods_of(built("cluster")) if each.name == name]
    databases = {each for each in pod.files if each.endswith("_database_url")}
    assert databases == {f"concordat_{each}_database_url" for each in {name, "directory", "access"}}
    uses_broker = getattr(SERVICES[name], "uses_broker", True)
    assert {each for each in pod.files if each.endswith(".nk")} == ({f"{name}.nk"} if uses_broker else set())
    assert ("signing-key.pem" in pod.files) == (name == "reporting")


def test_the_operators_key_is_given_to_the_job_that_declares_streams_alone() -> None:
    assert [pod.name for pod in pods_of(built("cluster")) if "operator.nk" in pod.files] == ["concordat-streams"]


def test_every_port_that_is_named_is_one_that_listens(manifests: list[Manifest], pods: list[Pod]) -> None:
    for pod in (each for each in pods if each.owner["kind"] == "Deployment"):
        assert pod.ports == {"http": int(pod.settings["CONCORDAT_PORT"])}
    for service in of_kind(manifests, "Service"):
        (behind,) = [pod for pod in pods if service["spec"]["selector"].items() <= pod.labels.items()]
        assert [each["targetPort"] for each in service["spec"]["ports"]] == list(behind.ports)
        assert service["spec"]["ports"][0]["port"] == behind.ports["http"]
    for budget in of_kind(manifests, "PodDisruptionBudget"):
        (kept,) = [pod for pod in pods if selects(budget["spec"]["selector"], pod.labels)]
        assert budget["spec"]["minAvailable"] < kept.owner["spec"]["replicas"]


def test_every_policy_names_pods_that_are_there_and_ports_that_listen(
    form: str, manifests: list[Manifest], pods: list[Pod]
) -> None:
    here = [pod.labels for pod in pods]
    if form != "small":
        here.append({"app.kubernetes.io/name": "nats"})
    for policy in of_kind(manifests, "NetworkPolicy"):
        name, spec = policy["metadata"]["name"], policy["spec"]
        rules = [*spec.get("ingress", ()), *spec.get("egress", ())]
        peers = [each for rule in rules for each in (*rule.get("from", ()), *rule.get("to", ()))]
        for selector in (spec["podSelector"], *(each["podSelector"] for each in peers if "podSelector" in each)):
            assert any(selects(selector, labels) for labels in here), f"{name} names nobody"
        ports = {each["port"] for rule in rules for each in rule["ports"]}
        assert ports <= {53, 8080} | NATS_PORTS | ELSEWHERE_PORTS.get(name, set()), name


def may_reach(manifests: list[Manifest], asking: dict[str, str], asked: dict[str, str], port: int) -> bool:
    """Say whether the policies let one pod of the namespace reach another: out of the one, and into the other."""

    def lets(way: str, peers: str, ours: dict[str, str], theirs: dict[str, str]) -> bool:
        return any(
            any(each["port"] == port for each in rule["ports"])
            and (
                peers not in rule
                or any(selects(each["podSelector"], theirs) for each in rule[peers] if "podSelector" in each)
            )
            for policy in of_kind(manifests, "NetworkPolicy")
            if selects(policy["spec"]["podSelector"], ours)
            for rule in policy["spec"].get(way, ())
        )

    return lets("egress", "to", asking, asked) and lets("ingress", "from", asked, asking)


def test_services_reach_whom_they_need_and_nobody_else() -> None:
    manifests = built("cluster")
    labels = {pod.name: pod.labels for pod in pods_of(manifests)} | {"nats": {"app.kubernetes.io/name": "nats"}}
    reached = {
        (one, other)
        for one in labels
        for other in labels
        for port in (8080, 4222, 6222)
        if may_reach(manifests, labels[one], labels[other], port)
    }
    assert reached == {
        ("notifications", "programme"),
        ("notifications", "reporting"),
        *((each, "nats") for each in ("programme", "reporting", "notifications", "concordat-streams", "nats")),
    }


def test_who_asks_another_service_is_let_in_by_its_name() -> None:
    (notifications,) = [pod for pod in pods_of(built("cluster")) if pod.name == "notifications"]
    for asked in ("programme", "reporting"):
        assert notifications.settings[f"CONCORDAT_{asked.upper()}_URL"] == f"http://{asked}:8080"
        assert asked in notifications.settings["CONCORDAT_ALLOWED_HOSTS"].split(",")


def test_the_ingress_leads_every_room_to_its_service_and_nothing_else_anywhere(
    form: str, manifests: list[Manifest], rooms: dict[str, set[str]]
) -> None:
    (ingress,) = of_kind(manifests, "Ingress")
    (rule,) = ingress["spec"]["rules"]
    led = {
        each["path"]: (each["pathType"], each["backend"]["service"]["name"], each["backend"]["service"]["port"]["name"])
        for each in rule["http"]["paths"]
    }
    own = {f"/{room}": ("Prefix", name, "http") for name in SERVICES for room in rooms[name]}
    common = {f"/{room}": ("Prefix" if room else "Exact", "programme", "http") for room in rooms[ANY]}
    wanted = common | own
    if form == "small":
        wanted = {path: (kind, "concordat", port) for path, (kind, _, port) in wanted.items()}
    assert led == wanted
    assert ingress["spec"]["tls"][0]["hosts"] == [rule["host"]]


def test_pods_are_what_the_image_is_made_for(pods: list[Pod]) -> None:
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text()
    for pod in pods:
        user = pod.spec["securityContext"]
        assert f"\nUSER {user['runAsUser']}:{user['runAsGroup']}\n" in dockerfile
        assert f"\nEXPOSE {pod.settings['CONCORDAT_PORT']}\n" in dockerfile
        assert pod.container["image"].rpartition("/")[2] == f"concordat:{product_version()}"


def test_a_sites_own_values_are_taken() -> None:
    manifests = built("site")
    (ingress,) = of_kind(manifests, "Ingress")
    for pod in pods_of(manifests):
        assert pod.container["image"] == "registry.example.org/concordat:0.1.0"
        assert pod.settings["CONCORDAT_PUBLIC_URL"] == f"https://{ingress['spec']['rules'][0]['host']}"


def test_nats_gives_each_identity_the_rights_that_the_code_needs() -> None:
    users = VALUES["config"]["merge"]["authorization"]["users"]
    assert users == [
        {
            "nkey": f"<< $NATS_{identity.upper()}_NKEY >>",
            "permissions": {"publish": list(rights.publish), "subscribe": list(rights.subscribe)},
        }
        for identity, rights in RIGHTS.items()
    ]


def test_nats_keeps_as_many_copies_as_the_services_ask_for_and_writes_each_to_disk() -> None:
    config = VALUES["config"]
    (some, *_) = pods_of(built("cluster"))
    assert int(some.settings["CONCORDAT_NATS_REPLICAS"]) == config["cluster"]["replicas"] == 3
    assert config["jetstream"]["merge"]["sync_interval"] == "always"
    assert config["nats"]["tls"]["enabled"] is config["cluster"]["tls"]["enabled"] is True
    assert some.settings["CONCORDAT_NATS_URL"].startswith("tls://nats:")


def test_podman_can_keep_the_volumes_of_the_small_form_apart() -> None:
    manifests = built("small")
    (pod,) = pods_of(manifests)
    (claim,) = of_kind(manifests, "PersistentVolumeClaim")
    secret = next(each["secret"] for each in pod.spec["volumes"] if each["name"] == "secrets")
    assert claim["metadata"]["name"] != secret["secretName"], "podman makes a volume of each, by its name"
    assert secret["optional"] is False, "podman 4 falls over where it is not said"
