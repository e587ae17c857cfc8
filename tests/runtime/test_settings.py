"""Settings: sensible without any, and a sentence for each that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import make_url, text

from services.runtime.base.settings import Settings, SettingsError, load_settings, unknown_variables
from services.runtime.store.database import Database
from tests.parts.child import free_port
from tests.parts.permissions import give_up_the_right_to_any_file
from tests.parts.postgres import PostgresServer
from tools.settings_page import PAGE, page

NUMBERS = [name for name, field in Settings.model_fields.items() if field.annotation is float]


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
            "PUBLIC_URL",
            "http://[::1",
            "CONCORDAT_PUBLIC_URL: “http://[::1” is not a web address. Give one such as https://concordat.example.org.",
        ),
        (
            "PROGRAMME_URL",
            "http://concordat example/",
            (
                "CONCORDAT_PROGRAMME_URL: “http://concordat example/” is not a web address."
                " Give one such as https://concordat.example.org."
            ),
        ),
        (
            "REPORTING_URL",
            "http://concordat.example:99999",
            (
                "CONCORDAT_REPORTING_URL: “http://concordat.example:99999” is not a web address."
                " Give one such as https://concordat.example.org."
            ),
        ),
        (
            "PUBLIC_URL",
            "https://intranet.example/concordat/",
            (
                "CONCORDAT_PUBLIC_URL: “https://intranet.example/concordat/” has a path, and pages lead to one another"
                " from the root of their address. Give Concordat a name of its own, such as"
                " https://concordat.example.org."
            ),
        ),
        (
            "NATS_URL",
            "nats://[::1",
            (
                "CONCORDAT_NATS_URL: It is not the address of a NATS server."
                " Give one such as nats://nats.example.org:4222, or several with commas between."
            ),
        ),
        (
            "TRUSTED_PROXIES",
            "127.0.0.1, 10.0.0.7/8",
            (
                "CONCORDAT_TRUSTED_PROXIES: “10.0.0.7/8” is neither the address of a machine nor that of a network."
                " Give such as 10.0.0.7 or 10.0.0.0/8, with commas between."
            ),
        ),
        (
            "ALLOWED_HOSTS",
            "concordat.example, https://other.example",
            (
                "CONCORDAT_ALLOWED_HOSTS: “https://other.example” is not the name of a host. Give names without scheme,"
                " port or path, such as concordat.example.org, with commas between."
            ),
        ),
        (
            "ACCESS_DATABASE_URL",
            "postgresql://concordat@db.example:port/access",
            (
                "CONCORDAT_ACCESS_DATABASE_URL: It does not say at which server the database is."
                " Write one such as postgresql://USER:PASSWORD@HOST:5432/NAME."
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


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", ["inf", "nan", "1e308"])
def test_no_number_is_without_a_bound(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    (sentence,) = faults(monkeypatch, **{name.upper(): value})
    assert sentence.startswith(f"CONCORDAT_{name.upper()}: ")
    assert "Give " in sentence


def test_every_fault_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told = faults(monkeypatch, PORT="eighty", LOG_FORMAT="xml", DATA_DIR="/tmp")
    assert [sentence.partition(":")[0] for sentence in told] == ["CONCORDAT_PORT", "CONCORDAT_LOG_FORMAT"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("API_TOKEN", "not fit for a header, and secret"),
        ("PROGRAMME_DATABASE_URL", "mysql://concordat:secret@db.example/programme"),
        ("PROGRAMME_DATABASE_URL", "postgresql://concordat:secret@[db.example/programme"),
        ("NATS_URL", "http://concordat:secret@nats.example"),
        ("PUBLIC_URL", "https://concordat:secret@concordat.example"),
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


@pytest.mark.postgresql
async def test_of_several_database_servers_the_one_is_used_that_answers(postgres_server: PostgresServer) -> None:
    one = make_url(postgres_server.create_database())
    both = f"postgresql://{one.username}@{one.host}:{free_port()},{one.host}:{one.port}/{one.database}"
    settings = load_settings(programme_database_url=f"{both}?target_session_attrs=read-write")
    with closing(Database(settings.programme_database_url)) as database:
        assert await database.read(lambda connection: connection.execute(text("SELECT 1")).scalar_one()) == 1


def test_several_database_servers_by_ipv6_addresses_are_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    (sentence,) = faults(monkeypatch, ACCESS_DATABASE_URL="postgresql://a@[::1]:5432,[::2]:5432/access")
    assert "IPv6" in sentence


def test_a_secret_can_be_mounted_as_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "concordat_api_token").write_text("from-a-file\n")
    monkeypatch.setenv("CONCORDAT_SECRETS_DIR", str(tmp_path))
    token = load_settings().api_token
    assert token is not None
    assert token.get_secret_value() == "from-a-file"


def test_a_folder_of_secrets_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    (sentence,) = faults(monkeypatch, SECRETS_DIR="nowhere")
    assert sentence.startswith("CONCORDAT_SECRETS_DIR is nowhere, which is not a folder")


@pytest.mark.parametrize("field", [name for name in Settings.model_fields if Settings.model_fields[name].repr is False])
def test_an_address_that_may_hold_a_password_can_be_mounted_as_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, field: str
) -> None:
    value = "nats://nats.example:4222" if field == "nats_url" else "postgresql://concordat:secret@db.example/one"
    (tmp_path / f"concordat_{field}").write_text(f"{value}\n")
    monkeypatch.setenv("CONCORDAT_SECRETS_DIR", str(tmp_path))
    assert getattr(load_settings(), field) == value


def test_secrets_may_be_handed_out_as_kubernetes_does_by_links_within_their_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "..2026_11_26").mkdir()
    (tmp_path / "..2026_11_26" / "concordat_api_token").write_text("from-a-volume")
    (tmp_path / "..data").symlink_to("..2026_11_26")
    (tmp_path / "concordat_api_token").symlink_to("..data/concordat_api_token")
    monkeypatch.setenv("CONCORDAT_SECRETS_DIR", str(tmp_path))
    token = load_settings().api_token
    assert token is not None
    assert token.get_secret_value() == "from-a-volume"


def _no_text(file: Path) -> None:
    file.write_bytes(b"\xff\xfehunter2")


def _folder(file: Path) -> None:
    file.mkdir()


def _leads_out(file: Path) -> None:
    outside = file.parents[1] / "outside"
    outside.write_text("hunter2")
    file.symlink_to(outside)


def _leads_nowhere(file: Path) -> None:
    file.symlink_to(file.parent / "gone")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (_no_text, "is no text in UTF-8."),
        (_folder, "cannot be read: Is a directory."),
        (_leads_out, "is a link that leads out of its folder; put the file itself there."),
        (_leads_nowhere, "cannot be read: No such file or directory."),
    ],
)
def test_a_secret_that_is_there_and_cannot_be_read_is_not_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, make: Callable[[Path], None], words: str
) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    make(secrets / "concordat_api_token")
    (sentence,) = faults(monkeypatch, SECRETS_DIR=str(secrets))
    assert sentence == f"{secrets / 'concordat_api_token'}, which would set CONCORDAT_API_TOKEN, {words}"


def test_a_secret_that_this_user_may_not_read_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "concordat_api_token"
    secret.write_text("hunter2")
    secret.chmod(0)
    monkeypatch.setenv("CONCORDAT_SECRETS_DIR", str(tmp_path))
    told: list[str] = []

    def load() -> None:
        give_up_the_right_to_any_file()
        try:
            load_settings()
        except SettingsError as refused:
            told.extend(refused.faults)

    bound = Thread(target=load)
    bound.start()
    bound.join()
    assert told == [f"{secret}, which would set CONCORDAT_API_TOKEN, cannot be read: Permission denied."]


def test_a_file_of_secrets_that_sets_nothing_is_named_with_the_one_that_was_meant(tmp_path: Path) -> None:
    misspelt = tmp_path / "concordat_api_tokn"
    for file in (misspelt, tmp_path / "concordat_smtp_password", tmp_path / "programme.key"):
        file.write_text("x")
    (sentence,) = unknown_variables({"CONCORDAT_SECRETS_DIR": str(tmp_path)})
    assert sentence.startswith(f"{misspelt} is named after no setting of Concordat and changes nothing. Was ")
    assert sentence.endswith("concordat_api_token meant?")


def test_a_misspelt_variable_is_named_with_the_one_that_was_meant() -> None:
    assert unknown_variables({"CONCORDAT_SMPT_HOST": "mail", "CONCORDAT_PORT": "1", "HOME": "x"}) == [
        "CONCORDAT_SMPT_HOST is not a setting of Concordat and changes nothing. Was CONCORDAT_SMTP_HOST meant?"
    ]


def test_the_page_about_configuration_says_what_the_settings_are() -> None:
    assert PAGE.read_text() == page(), "run python -m tools.settings_page"


def test_every_setting_says_what_it_does() -> None:
    assert [name for name, field in Settings.model_fields.items() if not (field.description or "").endswith(".")] == []
