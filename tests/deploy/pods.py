"""What the manifests of one form say of its pods."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.runtime.base.settings import SECRETS_DIR
from tests.parts.kubectl import Manifest


@dataclass(frozen=True)
class Pod:
    """The pod of one Deployment or Job, which has one container."""

    owner: Manifest
    settings: dict[str, str]
    """The environment of its container: what comes from config maps, and what stands there itself."""

    @property
    def name(self) -> str:
        return str(self.owner["metadata"]["name"])

    @property
    def labels(self) -> dict[str, str]:
        return dict(self.owner["spec"]["template"]["metadata"]["labels"])

    @property
    def spec(self) -> Manifest:
        return dict(self.owner["spec"]["template"]["spec"])

    @property
    def container(self) -> Manifest:
        (only,) = self.spec["containers"]
        return dict(only)

    @property
    def ports(self) -> dict[str, int]:
        return {each["name"]: each["containerPort"] for each in self.container.get("ports", ())}

    @property
    def files(self) -> dict[str, bool]:
        """The secret files that it is given by name, and whether each has to be there."""
        projected = [each for volume in self.spec["volumes"] for each in volume.get("projected", {}).get("sources", ())]
        return {
            item["path"]: not each["secret"].get("optional", False)
            for each in projected
            for item in each["secret"]["items"]
        }

    @property
    def folder(self) -> str:
        return self.settings[SECRETS_DIR]


def pods_of(manifests: list[Manifest]) -> list[Pod]:
    """Return the pods, each with its settings."""
    maps = {each["metadata"]["name"]: each["data"] for each in of_kind(manifests, "ConfigMap")}
    return [
        Pod(owner, _settings(owner, maps))
        for owner in manifests
        if owner["kind"] in {"Deployment", "Job", "StatefulSet", "DaemonSet", "CronJob"}
    ]


def of_kind(manifests: list[Manifest], kind: str) -> Iterator[Manifest]:
    """Yield the manifests of one kind."""
    yield from (each for each in manifests if each["kind"] == kind)


def selects(selector: Manifest, labels: dict[str, str]) -> bool:
    """Say whether a selector of labels fits a pod's."""
    wanted = selector.get("matchLabels", {}).items() <= labels.items()
    return wanted and all(
        {"In": labels.get(each["key"]) in each["values"]}[each["operator"]]
        for each in selector.get("matchExpressions", ())
    )


def _settings(owner: Manifest, maps: dict[str, dict[str, str]]) -> dict[str, str]:
    (container,) = owner["spec"]["template"]["spec"]["containers"]
    given: dict[str, str] = {}
    for each in container.get("envFrom", ()):
        given.update(maps[each["configMapRef"]["name"]])
    given.update({each["name"]: each["value"] for each in container.get("env", ())})
    return given
