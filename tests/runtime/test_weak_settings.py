"""Settings that work and are weak are told of at the start, and none of them repeats a secret."""

from __future__ import annotations

from typing import Any

import pytest

from services.runtime.base.settings import load_settings
from services.runtime.base.weak_settings import weaknesses

STRONG = "0123456789abcdef" * 4
DATABASE = "postgresql://concordat:hunter2@db/programme"


def test_what_runs_on_one_machine_by_its_defaults_has_no_weakness() -> None:
    assert weaknesses(load_settings(api_token=STRONG)) == []


def test_a_deployment_as_it_should_be_has_no_weakness() -> None:
    settings = load_settings(
        public_url="https://concordat.example.org",
        api_token=STRONG,
        service_token=STRONG,
        nats_url="tls://nats.example.org:4222",
        programme_database_url=f"{DATABASE}?sslmode=verify-full",
        openid_issuer="https://login.example.org",
        openid_client_id="concordat",
        smtp_host="mail.example.org",
        trusted_proxies="10.0.0.7",
    )
    assert weaknesses(settings) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"api_token": "hunter2"}, "CONCORDAT_API_TOKEN is shorter than 32"),
        ({"service_token": "hunter2"}, "CONCORDAT_SERVICE_TOKEN is shorter than 32"),
        ({"public_url": "http://concordat.example.org"}, "CONCORDAT_PUBLIC_URL is an http address"),
        ({"reporting_url": "http://reporting:8080"}, "CONCORDAT_REPORTING_URL is an http address"),
        ({"nats_url": "nats://nats:4222"}, "CONCORDAT_NATS_URL leads to a NATS server without TLS"),
        ({"access_database_url": DATABASE}, "CONCORDAT_ACCESS_DATABASE_URL does not ask for encryption"),
        ({"access_database_url": "postgresql://a@one,two/access"}, "CONCORDAT_ACCESS_DATABASE_URL does not ask for"),
        ({"smtp_host": "mail", "smtp_starttls": False}, "CONCORDAT_SMTP_STARTTLS is false"),
        ({"trusted_proxies": "*"}, "CONCORDAT_TRUSTED_PROXIES has a *"),
        ({"allowed_hosts": "*"}, "CONCORDAT_ALLOWED_HOSTS has a *"),
    ],
)
def test_each_weakness_is_a_sentence_that_names_the_variable(given: dict[str, Any], said: str) -> None:
    (sentence,) = weaknesses(load_settings(**given))
    assert sentence.startswith(said)
    assert "hunter2" not in sentence
