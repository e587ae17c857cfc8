"""The one route of all commands takes what a careful client sends, and says to any other what was wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from services.runtime.base.settings import load_settings
from tests.parts.tokens import Software
from tests.programme.served import served

TOKEN = "a-token-for-tests"
JSON = {"Content-Type": "application/json"}
COMMANDS = "/api/v1/partnerships/LAP/commands"
ADMIT = f"{COMMANDS}/admit-partner"
_codes = iter(f"P{number:03}" for number in range(1_000))


def partner() -> dict[str, str]:
    """Return a partner that is not there yet."""
    return {"code": next(_codes), "name": "Brent", "kind": "london_borough", "joined_on": "2014-04-01"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A caller with the token; the partnership LAP is there."""
    folder = tmp_path_factory.mktemp("programme")
    settings = load_settings(data_dir=folder, port=0, api_token=TOKEN, log_level="error")
    with served(settings) as url, httpx.Client(base_url=url, auth=Software(settings), timeout=30) as client:
        formed = client.post("/api/v1/partnerships", json={"code": "LAP", "name": "L", "formed_on": "2014-04-01"})
        assert formed.status_code == 201
        yield client


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """Return the problem document that an answer is."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    document: dict[str, Any] = answer.json()
    return document


def version(client: httpx.Client) -> int:
    """Return how many events the partnership has."""
    return int(client.get("/api/v1/partnerships/LAP").json()["version"])


def test_all_faults_of_headers_and_body_are_told_at_once(client: httpx.Client) -> None:
    answer = client.post(f"{COMMANDS}/close-meeting", json={"colour": 1}, headers={"Idempotency-Key": "a b"})

    found = problem(answer, 422)

    assert [(each["place"], each["field"]) for each in found["errors"]] == [
        ("header", "Idempotency-Key"),
        ("body", "meeting"),
        ("body", "colour"),
    ]


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "\u00e9"])
def test_an_idempotency_key_that_cannot_be_one_changes_nothing(client: httpx.Client, key: str) -> None:
    before = version(client)

    answer = client.post(ADMIT, json=partner(), headers={"Idempotency-Key": key.encode("latin-1")})

    assert [each["field"] for each in problem(answer, 422)["errors"]] == ["Idempotency-Key"]
    assert version(client) == before


def test_of_two_idempotency_keys_the_first_counts(client: httpx.Client) -> None:
    admitted = partner()
    keys = [("Idempotency-Key", "the-first"), ("Idempotency-Key", "the-second")]

    first = client.post(ADMIT, json=admitted, headers=[*keys])
    again = client.post(ADMIT, json=admitted, headers={"Idempotency-Key": "the-first"})
    other = client.post(ADMIT, json=admitted, headers={"Idempotency-Key": "the-second"})

    assert (first.status_code, again.content) == (201, first.content)
    assert problem(other, 409)["type"] == "urn:concordat:problem:already-given"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "This is missing."),
        (b"null", "An empty value (null) is not a group of fields."),
        (b"[]", "A list is not a group of fields."),
        (b'"x"', "“x” is not a group of fields."),
    ],
)
def test_a_body_that_is_no_group_of_fields_is_a_fault_of_the_body(client: httpx.Client, body: bytes, said: str) -> None:
    (fault,) = problem(client.post(ADMIT, content=body, headers=JSON), 422)["errors"]

    assert (fault["place"], fault["field"], fault["problem"]) == ("body", "body", said)


@pytest.mark.parametrize("body", [b"\xef\xbb\xbf{}", b'{"code": "A", "code": "B"}', b'{"code": NaN}', b"[" * 5_000])
def test_what_parsers_take_differently_is_not_taken(client: httpx.Client, body: bytes) -> None:
    assert problem(client.post(ADMIT, content=body, headers=JSON), 400)["type"] == "urn:concordat:problem:not-json"


@pytest.mark.parametrize(
    "kind", [None, "text/plain", "text/json", "application/yaml", "application/x-www-form-urlencoded"]
)
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_of_another_type_is_refused_with_the_right_one(
    client: httpx.Client, kind: str | None, chunked: bool
) -> None:
    headers = {"Content-Type": kind} if kind else {}
    content: Any = iter([b"{", b"}"]) if chunked else b"{}"

    answer = client.post(ADMIT, content=content, headers=headers)

    assert answer.headers["Accept"] == "application/json"
    assert "application/json" in problem(answer, 415)["detail"]


@pytest.mark.parametrize(
    "kind", ["application/json", "application/vnd.concordat+json", "Application/JSON; charset=utf-8"]
)
def test_json_is_json_by_any_name_and_in_pieces(client: httpx.Client, kind: str) -> None:
    content = iter(httpx.Request("POST", "/", json=partner()).content.partition(b":"))

    assert client.post(ADMIT, content=content, headers={"Content-Type": kind}).status_code == 201


def test_who_has_no_token_is_told_so_whatever_they_send(client: httpx.Client) -> None:
    for sent in (b"{", b"\xff", b""):
        answer = client.post(ADMIT, content=sent, headers={**JSON, "Authorization": ""})
        assert problem(answer, 401)["type"] == "urn:concordat:problem:not-signed-in"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"])
def test_a_command_is_posted_and_what_is_none_is_not_there(client: httpx.Client, method: str) -> None:
    known, unknown = client.request(method, ADMIT), client.request(method, f"{COMMANDS}/close-shop")

    assert (known.status_code, known.headers["Allow"], unknown.status_code) == (405, "POST", 404)


def test_an_address_may_be_written_in_other_ways(client: httpx.Client) -> None:
    assert client.post("/api/v1/partnerships/%4CAP/commands/admit%2Dpartner?x=y", json=partner()).status_code == 201
    moved = client.post(f"{ADMIT}/", json=partner())
    assert (moved.status_code, moved.headers["Location"]) == (307, f"{client.base_url.join(ADMIT)}")
    problem(client.post(f"{ADMIT}/more", json=partner()), 404)


def test_what_only_the_system_does_and_forming_have_no_address_here(client: httpx.Client) -> None:
    for name in ("note-breach", "form-partnership"):
        problem(client.post(f"{COMMANDS}/{name}", json={}), 404)


def test_each_command_is_counted_by_its_own_name(client: httpx.Client) -> None:
    client.post(ADMIT, json=partner())

    counted = 'route="/api/v1/partnerships/{partnership}/commands/admit-partner",status="201"'
    assert counted in client.get("/metrics").text
