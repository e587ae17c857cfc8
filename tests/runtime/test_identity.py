"""Who may change anything, and who that is."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from services.runtime.access.identity import Caller
from services.runtime.access.service_token import service_token_of
from services.runtime.base.problems import Problem
from services.runtime.base.settings import load_settings
from tests.runtime.answering import SIGNED, TOKEN, calling, make_example

ENTRY = {"date": "2014-07-14", "measure": {"kind": "quantity", "target": 6}}
CHANGE = {"history": [ENTRY]}


async def test_the_tokens_holder_is_the_operator_and_nobody_of_a_partnership() -> None:
    async with calling(make_example()) as client:
        answer = await client.post("/api/v1/programme", json=CHANGE, headers=SIGNED)
        pretending = await client.post(
            "/api/v1/programme", json=CHANGE, headers={**SIGNED, "Concordat-Acting-As": "LAP-U001"}
        )
    assert (answer.json()["actor"], pretending.json()["actor"]) == ("operator", "operator")
    with pytest.raises(Problem, match="for setting up alone"):
        Caller("operator").person_of("LAP")
    assert Caller("operator").people() == []


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Basic c2VjcmV0"}, {"Authorization": "Bearer"}, {"Authorization": "Bearer "}]
)
async def test_a_change_without_a_token_is_challenged(headers: dict[str, str]) -> None:
    async with calling(make_example()) as client:
        answer = await client.post("/api/v1/programme", json=CHANGE, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="Concordat"')
    assert answer.json()["type"] == "urn:concordat:problem:not-signed-in"


@pytest.mark.parametrize("token", ["wrong", "a-token-for-test", "a-token-for-testsX", "\u00fc"])
@pytest.mark.parametrize(("method", "path"), [("POST", "/api/v1/programme"), ("GET", "/api/v1/partners")])
async def test_a_wrong_token_is_refused_for_reading_and_for_writing(method: str, path: str, token: str) -> None:
    async with calling(make_example()) as client:
        answer = await client.request(
            method, path, json=CHANGE, headers={"Authorization": f"Bearer {token}".encode("latin-1")}
        )
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("headers", [{}, SIGNED])
async def test_a_deployment_without_a_token_knows_nobody_by_one(headers: dict[str, str]) -> None:
    async with calling(make_example(api_token=None)) as client:
        answer = await client.post("/api/v1/programme", json=CHANGE, headers=headers)
        reading = await client.get("/api/v1/partners", headers=headers)
    assert answer.status_code == 401
    assert (reading.status_code, reading.json()["actor"]) == (200, None)


async def test_reading_what_is_everybodys_needs_no_token() -> None:
    async with calling(make_example()) as client:
        assert (await client.get("/api/v1/partners")).json()["actor"] is None


@pytest.mark.parametrize("given", [{}, {"service_token": "a-token-of-the-services"}])
@pytest.mark.parametrize(("method", "path"), [("POST", "/api/v1/programme"), ("GET", "/api/v1/partners")])
async def test_the_services_token_changes_nothing_and_is_nobody(
    method: str, path: str, given: dict[str, SecretStr]
) -> None:
    settings = load_settings(api_token=TOKEN, **given)
    token = service_token_of(settings)
    assert token is not None
    async with calling(make_example(**given)) as client:
        answer = await client.request(
            method, path, json=CHANGE, headers={"Authorization": f"Bearer {token.get_secret_value()}"}
        )
    assert answer.status_code == 403
    assert "for the files of issued packs alone" in answer.json()["detail"]
