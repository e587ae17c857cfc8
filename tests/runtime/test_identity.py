"""Who may change anything, and as whom."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from services.runtime.access.service_token import service_token_of
from services.runtime.base.settings import load_settings
from tests.runtime.answering import SIGNED, TOKEN, calling, make_example

ENTRY = {"date": "2014-07-14", "measure": {"kind": "quantity", "target": 6}}
CHANGE = {"history": [ENTRY]}


async def test_the_tokens_holder_changes_things_as_the_secretary() -> None:
    async with calling(make_example()) as client:
        answer = await client.post("/api/v1/programme", json=CHANGE, headers=SIGNED)
    assert answer.status_code == 200
    assert answer.json()["actor"] == "secretary"


async def test_the_tokens_holder_can_act_as_a_person() -> None:
    async with calling(make_example()) as client:
        answer = await client.post("/api/v1/programme", json=CHANGE, headers={**SIGNED, "Concordat-Acting-As": "p-17"})
    assert answer.json()["actor"] == "p-17"


async def test_an_unfit_person_is_refused() -> None:
    async with calling(make_example()) as client:
        answer = await client.get("/api/v1/partners", headers={**SIGNED, "Concordat-Acting-As": "Jane Smith"})
    assert answer.status_code == 400
    assert answer.json()["detail"] == (
        "The header Concordat-Acting-As holds no person's id; give the id that the directory has."
    )


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


@pytest.mark.parametrize("headers", [{}, SIGNED, {"Concordat-Acting-As": "p-17"}])
async def test_without_a_token_in_the_settings_nothing_can_be_changed(headers: dict[str, str]) -> None:
    async with calling(make_example(api_token=None)) as client:
        answer = await client.post("/api/v1/programme", json=CHANGE, headers=headers)
        reading = await client.get("/api/v1/partners", headers=headers)
    assert answer.status_code == 403
    assert "Set CONCORDAT_API_TOKEN" in answer.json()["detail"]
    assert reading.status_code == 200


async def test_reading_needs_no_token_and_nobody_can_act_as_a_person_without_one() -> None:
    async with calling(make_example()) as client:
        nobody = await client.get("/api/v1/partners")
        pretender = await client.get("/api/v1/partners", headers={"Concordat-Acting-As": "p-17"})
    assert nobody.json()["actor"] is None
    assert pretender.status_code == 401


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
