"""``concordat verify``: nothing was altered, neither in the log nor in a pack."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from services.cli import folders
from services.cli.errors import CommandError
from services.cli.findings import Finding
from services.cli.operator_host import settings_of_deployment
from services.cli.verification import DeploymentDatabases, MissingDatabase
from services.runtime.base.settings import Settings


def run(options: argparse.Namespace) -> int:
    """Verify what was asked for; return 1 where anything does not hold."""
    findings = _findings(options.path, options.key, options.partnership)
    looked_at, broken = 0, 0
    for finding in findings:
        print(finding.told, flush=True)
        looked_at += 1
        broken += not finding.holds
    if looked_at == 0:
        raise CommandError("there is nothing to verify: the database holds no partnership")
    return 1 if broken else 0


def _findings(path: Path | None, key: Path | None, partnership: str | None) -> Iterator[Finding]:
    if path is None:
        if key is not None:
            raise CommandError("--key proves the files of a pack; name the pack's folder before it")
        return _of_logs(settings_of_deployment(), partnership)
    if key is not None:
        return _of_files_alone(path, key)
    return _of_folder(settings_of_deployment(), path)


def _of_files_alone(path: Path, key: Path) -> Iterator[Finding]:
    folder = folders.folder_of(path)
    manifest = folders.read_manifest(folder)
    yield folders.signed(folder, folders.read_key(key))
    yield from folders.compared(folder, manifest)
    yield from folders.others(folder, manifest)


def _of_logs(settings: Settings, partnership: str | None) -> Iterator[Finding]:
    with DeploymentDatabases(settings) as deployment:
        yield from deployment.findings(partnership)


def _of_folder(settings: Settings, path: Path) -> Iterator[Finding]:
    folder = folders.folder_of(path)
    manifest = folders.read_manifest(folder)
    yield from folders.compared(folder, manifest)
    yield from folders.signed_by_itself(folder)
    content = (folder / folders.MANIFEST).read_bytes()
    try:
        with DeploymentDatabases(settings) as deployment:
            yield from deployment.findings_of_pack(str(manifest["pack"]), content)
    except MissingDatabase:
        yield Finding(True, "There is no database here to make the pack from again; its files alone were compared.")
