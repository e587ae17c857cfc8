"""Where the keys come from with which services seal what they publish."""

from __future__ import annotations

from pathlib import Path

from services.runtime.keyring import keyrings_of
from services.runtime.settings import load_settings
from services.runtime.streams import PROGRAMME, REPORTING
from tests.runtime.logged import logged


def test_where_no_key_is_set_one_is_made_once_and_kept(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path)

    first, second = keyrings_of(settings), keyrings_of(settings)

    assert first[PROGRAMME].seals().key_ids == second[PROGRAMME].seals().key_ids
    assert first[PROGRAMME].seals().key_ids != first[REPORTING].seals().key_ids


def test_with_a_broker_of_its_own_a_deployment_is_told_that_several_machines_need_the_same_keys(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, nats_url="nats://127.0.0.1:4222")

    with logged() as log:
        keyrings_of(settings)

    assert "CONCORDAT_PROGRAMME_KEY_FILE and CONCORDAT_REPORTING_KEY_FILE" in log.text


def test_where_the_keys_are_set_nothing_is_said_and_none_is_made(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("ab" * 32)
    key.chmod(0o600)
    settings = load_settings(
        data_dir=tmp_path / "data", nats_url="nats://127.0.0.1:4222", programme_key_file=key, reporting_key_file=key
    )

    with logged() as log:
        keyrings_of(settings)

    assert log.text == ""
    assert not (tmp_path / "data").exists()
