"""What a new deployment knows in secret is made once, is closed to others, and fits together."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
import yaml

from services.cli import main
from services.reporting.signing import SigningKey
from services.runtime.base.settings import load_settings
from services.runtime.base.weak_settings import weaknesses
from services.runtime.messaging.broker_rights import RIGHTS
from services.runtime.messaging.identity_keys import public_key
from services.runtime.messaging.keyring import read_keys


def contents(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def test_each_secret_is_one_file_that_its_owner_alone_can_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "secrets"
    assert main(["make-secrets", str(folder)]) == 0
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    monkeypatch.setenv("CONCORDAT_SECRETS_DIR", str(folder))
    settings = load_settings()
    assert settings.api_token is not None
    assert settings.api_token != settings.service_token
    assert weaknesses(settings) == []
    assert len(read_keys(folder / "programme.key")) == len(read_keys(folder / "reporting.key")) == 1
    assert SigningKey.kept_in(folder / "signing-key.pem").public.raw


def test_what_is_printed_are_the_public_keys_of_the_identities(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["make-secrets", str(tmp_path)])
    printed = capsys.readouterr().out
    assert yaml.safe_load(printed)["container"]["env"] == {
        f"NATS_{identity.upper()}_NKEY": public_key((tmp_path / f"{identity}.nk").read_text().strip())
        for identity in RIGHTS
    }
    assert not any(content.decode().strip() in printed for content in contents(tmp_path).values())


def test_what_is_there_stays_as_it_is_and_what_is_missing_is_made(tmp_path: Path) -> None:
    main(["make-secrets", str(tmp_path)])
    before = contents(tmp_path)
    (tmp_path / "reporting.nk").unlink()
    assert main(["make-secrets", str(tmp_path)]) == 0
    after = contents(tmp_path)
    assert after.keys() == before.keys()
    assert {name for name in before if before[name] != after[name]} == {"reporting.nk"}


@pytest.mark.parametrize(
    ("name", "words"),
    [("operator.nk", "it is not the seed of an NKey"), ("signing-key.pem", "does not hold a private key")],
)
def test_a_file_that_is_something_else_is_told_and_not_quoted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, words: str
) -> None:
    (tmp_path / name).write_text("hunter2")
    assert main(["make-secrets", str(tmp_path)]) == 1
    complaint = capsys.readouterr().err
    assert words in complaint
    assert "hunter2" not in complaint


def test_a_place_that_is_no_folder_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["make-secrets", str(tmp_path / "file")]) == 1
    assert "no secrets could be made in" in capsys.readouterr().err
