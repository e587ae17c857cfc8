"""Settings: sensible without any, and a sentence for each that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.runtime.base.settings import Settings, SettingsError, load_settings, unknown_variables
from tools.settings_page import PAGE, page


def faults(monkeypatch: pytest.MonkeyPatch, **variables: str) -> tuple[str, ...]:
    for name, value in variables.items():
        monkeypatch.setenv(f"CONCORDAT_{name}", value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    return refused.value.faults


def test_without_any_setting_everything_is_kept_on_this_machine(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path)
    assert settings.programme_database_url == f"sqlite:///{tmp_path}/programme.db"
    assert settings.directory_database_url == f"sqlite:///{tmp_path}/directory.db"
    assert settings.nats_url is None
    assert settings.api_token is None


def test_a_variable_sets_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORDAT_NATS_URL", "nats://a.example:4222,nats://b.example:4222")
    monkeypatch.setenv("CONCORDAT_NATS_REPLICAS", "3")
    monkeypatch.setenv("CONCORDAT_PUBLIC_URL", "https://concordat.example.org/")
    settings = load_settings()
    assert settings.nats_replicas == 3
    assert settings.public_url == "https://concordat.example.org"


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORDAT_API_TOKEN", "")
    assert load_settings().api_token is None


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "eighty", "CONCORDAT_PORT: “eighty” is not a whole number. Give a whole number."),
        ("SMTP_PORT", "99999", "CONCORDAT_SMTP_PORT: “99999” is too large. Give 65535 or less."),
        (
            "LOG_LEVEL",
            "loud",
            "CONCORDAT_LOG_LEVEL: “loud” is not one of the choices. Give one of 'debug', 'info', 'warning' or 'error'.",
        ),
        (
            "PUBLIC_URL",
            "concordat.example",
            (
                "CONCORDAT_PUBLIC_URL: “concordat.example” is not a web address."
                " Give one such as https://concordat.example.org."
            ),
        ),
        (
            "MAIL_FROM",
            "nobody",
            (
                "CONCORDAT_MAIL_FROM: “nobody” is not an e-mail address: it has no @."
                " Give an address, alone or as in Concordat <concordat@example.org>."
            ),
        ),
        (
            "NATS_REPLICAS",
            "2",
            (
                "CONCORDAT_NATS_REPLICAS: A NATS cluster cannot keep 2 copies of a stream so that a majority decides."
                " Give 1, 3 or 5."
            ),
        ),
        (
            "SMTP_USERNAME",
            "concordat",
            "CONCORDAT_SMTP_USERNAME and CONCORDAT_SMTP_PASSWORD belong together; set both or neither.",
        ),
        (
            "NATS_REPLICAS",
            "3",
            (
                "CONCORDAT_NATS_REPLICAS is 3, but without CONCORDAT_NATS_URL there is one embedded server;"
                " set the address of a cluster, or 1."
            ),
        ),
        (
            "PORT",
            "tcp://10.0.0.1:8080",
            (
                "CONCORDAT_PORT holds an address that Kubernetes sets for a service named concordat;"
                " set enableServiceLinks: false on the pod, or set CONCORDAT_PORT yourself."
            ),
        ),
    ],
)
def test_a_wrong_value_gets_a_sentence(monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str) -> None:
    assert faults(monkeypatch, **{name: value}) == (sentence,)


def test_every_fault_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told = faults(monkeypatch, PORT="eighty", LOG_FORMAT="xml", DATA_DIR="/tmp")
    assert [sentence.partition(":")[0] for sentence in told] == ["CONCORDAT_PORT", "CONCORDAT_LOG_FORMAT"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("API_TOKEN", "not fit for a header, and secret"),
        ("PROGRAMME_DATABASE_URL", "mysql://concordat:secret@db.example/programme"),
        ("NATS_URL", "http://concordat:secret@nats.example"),
    ],
)
def test_a_value_that_may_hold_a_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    (sentence,) = faults(monkeypatch, **{name: value})
    assert sentence.startswith(f"CONCORDAT_{name}: ")
    assert "secret" not in sentence


def test_settings_that_are_printed_show_no_secret() -> None:
    settings = load_settings(
        api_token="hunter2", programme_database_url="postgresql://concordat:hunter2@db/programme", smtp_host="mail"
    )
    assert "hunter2" not in repr(settings)


def test_a_secret_can_be_mounted_as_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "concordat_api_token").write_text("from-a-file\n")
    monkeypatch.setenv("CONCORDAT_SECRETS_DIR", str(tmp_path))
    token = load_settings().api_token
    assert token is not None
    assert token.get_secret_value() == "from-a-file"


def test_a_folder_of_secrets_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    (sentence,) = faults(monkeypatch, SECRETS_DIR="nowhere")
    assert sentence.startswith("CONCORDAT_SECRETS_DIR is nowhere, which is not a folder")


def test_a_misspelt_variable_is_named_with_the_one_that_was_meant() -> None:
    assert unknown_variables({"CONCORDAT_SMPT_HOST": "mail", "CONCORDAT_PORT": "1", "HOME": "x"}) == [
        "CONCORDAT_SMPT_HOST is not a setting of Concordat and changes nothing. Was CONCORDAT_SMTP_HOST meant?"
    ]


def test_the_page_about_configuration_says_what_the_settings_are() -> None:
    assert PAGE.read_text() == page(), "run python -m tools.settings_page"


def test_every_setting_says_what_it_does() -> None:
    assert [name for name, field in Settings.model_fields.items() if not (field.description or "").endswith(".")] == []
