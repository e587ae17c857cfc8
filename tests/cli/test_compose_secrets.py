"""What a cluster with Compose is given: certificates that prove its servers, and addresses of its databases."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from cryptography import x509
from sqlalchemy import make_url

from services.cli import compose_secrets, main
from services.cli.databases import SCHEMAS
from services.runtime.base.settings import load_settings
from services.runtime.base.weak_settings import weaknesses
from services.runtime.messaging.broker_rights import RIGHTS
from services.runtime.messaging.identity_keys import public_key

HOST = "concordat.example.org"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What is made, by somebody who can give files to a group of theirs."""
    monkeypatch.setattr(compose_secrets, "GROUP", os.getgid())
    assert main(["make-secrets", str(tmp_path / "secrets"), "--compose", HOST]) == 0
    return tmp_path / "secrets"


def certificate_in(file: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(file.read_bytes())


def names_in(made: x509.Certificate) -> list[str]:
    named = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(each.value) for each in named]


def test_the_group_of_the_containers_reads_all_but_what_gives_certificates(folder: Path) -> None:
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()}
    assert modes.pop("ca.key") == 0o600
    assert set(modes.values()) == {0o640}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_each_server_has_a_certificate_of_one_authority_for_its_names(folder: Path) -> None:
    own = certificate_in(folder / "ca.crt")
    for name, hosts in {"nats": ["nats-1", "nats-2", "nats-3"], "postgresql": ["postgresql"], "proxy": [HOST]}.items():
        made = certificate_in(folder / f"{name}.crt")
        made.verify_directly_issued_by(own)
        assert names_in(made) == hosts


def test_the_archive_has_a_password_of_its_own_that_stays(folder: Path) -> None:
    file = folder / "archive.password"
    made = file.read_text()
    assert len(made.strip()) == 48
    assert all(made.strip() not in each.read_text() for each in folder.iterdir() if each != file)
    main(["make-secrets", str(folder), "--compose", HOST])
    assert file.read_text() == made


def test_a_host_can_be_an_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compose_secrets, "GROUP", os.getgid())
    main(["make-secrets", str(tmp_path), "--compose", "192.0.2.7"])
    assert names_in(certificate_in(tmp_path / "proxy.crt")) == ["192.0.2.7"]


def test_each_database_has_a_user_and_a_password_of_its_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORDAT_SECRETS_DIR", str(folder))
    settings = load_settings()
    assert weaknesses(settings) == []
    urls = {name: make_url(str(getattr(settings, f"{name}_database_url"))) for name in SCHEMAS}
    assert {name: (url.username, url.database) for name, url in urls.items()} == {
        name: (f"concordat_{name}", f"concordat_{name}") for name in SCHEMAS
    }
    assert len({url.password for url in urls.values()}) == len(SCHEMAS)
    assert {url.query["sslmode"] for url in urls.values()} == {"verify-full"}


def test_the_servers_are_told_the_public_keys_of_the_identities(folder: Path) -> None:
    told = dict(line.split("=") for line in (folder / "nats-keys.env").read_text().splitlines())
    assert told == {
        f"NATS_{identity.upper()}_NKEY": public_key((folder / f"{identity}.nk").read_text().strip())
        for identity in RIGHTS
    }


def test_what_is_there_stays_as_it_is_and_a_certificate_that_was_taken_away_is_made_anew(folder: Path) -> None:
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    for name in ("nats.crt", "nats.key"):
        (folder / name).unlink()
    assert main(["make-secrets", str(folder), "--compose", HOST]) == 0
    after = {each.name: each.read_bytes() for each in folder.iterdir()}
    assert {name for name in after if before[name] != after[name]} == {"nats.crt", "nats.key"}


def test_half_a_certificate_is_left_to_who_put_it_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "proxy.crt").unlink()
    assert main(["make-secrets", str(folder), "--compose", HOST]) == 1
    assert "proxy.crt" in capsys.readouterr().err


def test_who_cannot_give_files_to_the_group_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "chown", refused)
    assert main(["make-secrets", str(tmp_path), "--compose", HOST]) == 1
    assert "only root can give files to group 10001" in capsys.readouterr().err
