"""Manifests as ``kubectl kustomize`` builds them."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from tests.parts.waiting import LONGEST_SECONDS

MANIFESTS = Path(__file__).parents[2] / "deploy" / "kubernetes"
Manifest = dict[str, Any]


def kubectl_binary() -> str:
    """Return the path of kubectl; raises RuntimeError when it is not installed."""
    found = shutil.which("kubectl")
    if found is None:
        raise RuntimeError(
            "kubectl is missing: install it (Debian: apt-get install kubernetes-client), "
            "or leave its tests out with WITHOUT_KUBECTL=1"
        )
    return found


@cache
def built(form: str, *, changed: tuple[str, str] | None = None) -> list[Manifest]:
    """Return the manifests of one folder, such as ``cluster``; ``changed`` replaces one text in all files before."""
    with TemporaryDirectory() as temporary:
        copy = Path(temporary) / "kubernetes"
        shutil.copytree(MANIFESTS, copy)
        if changed is not None:
            for file in copy.rglob("*.yaml"):
                file.write_text(file.read_text().replace(*changed))
        if not _knows_folders_as_resources():
            for file in copy.rglob("kustomization.yaml"):
                _put_as_before_2019(file)
        done = subprocess.run(
            [kubectl_binary(), "kustomize", str(copy / form)],
            capture_output=True,
            text=True,
            timeout=LONGEST_SECONDS,
            check=False,
        )
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return [each for each in yaml.safe_load_all(done.stdout) if each is not None]


@cache
def _knows_folders_as_resources() -> bool:
    """Say whether kubectl has a Kustomize of these years. Debian 12's has that of 2019, built into kubectl 1.20."""
    version = subprocess.run(
        [kubectl_binary(), "version", "--client", "--output=json"],
        capture_output=True,
        check=True,
        timeout=LONGEST_SECONDS,
    )
    return int(json.loads(version.stdout)["clientVersion"]["minor"].rstrip("+")) > 20


def _put_as_before_2019(file: Path) -> None:
    """Write a kustomization in the words that Kustomize 2 has for the same."""
    said = yaml.safe_load(file.read_text())
    folders = [each for each in said["resources"] if not each.endswith(".yaml")]
    said["resources"] = [each for each in said["resources"] if each not in folders]
    said["bases"] = folders
    said["patchesJson6902"] = []
    for number, patch in enumerate(said.pop("patches", ())):
        (file.parent / f"patch-{number}.yaml").write_text(patch["patch"])
        target = {"group": "networking.k8s.io", "version": "v1", **patch["target"]}
        said["patchesJson6902"].append({"target": target, "path": f"patch-{number}.yaml"})
    file.write_text(yaml.safe_dump(said))
