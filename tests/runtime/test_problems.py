"""Every error is well formed, says what is wrong and what would be right, and tells nothing else."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from services.runtime.web.error_responses import PROBLEM_JSON
from services.runtime.web.field_faults import field_path
from tests.runtime.answering import SIGNED, calling, make_example
from tests.runtime.logged import logged

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """Check the form of a problem document and return it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM_JSON
    document: dict[str, Any] = answer.json()
    assert document["status"] == status
    assert document["type"].startswith("urn:concordat:problem:")
    assert document["detail"].endswith((".", "…"))
    assert document["instance"] == answer.request.url.path
    assert document["correlation_id"] == answer.headers["X-Request-ID"]
    return document


async def test_each_wrong_field_is_named_with_what_is_wrong_and_what_would_be_right() -> None:
    entries = [
        {"date": "31/12/2014", "measure": {"kind": "quantity", "target": 0}, "note": "x"},
        {"measure": {"kind": "attestation", "answer": "maybe"}},
        {"date": "2014-07-14", "measure": {"kind": "prayer"}},
        {"date": "2014-02-30", "measure": {"kind": "quantity"}},
    ]
    async with calling(make_example()) as client:
        answer = await client.post("/api/v1/programme", json={"history": entries}, headers=SIGNED)
    document = problem(answer, 422)
    assert document["detail"] == "8 fields need correcting; nothing was changed."
    said = [(fault["field"], fault["problem"], fault["expected"]) for fault in document["errors"]]
    date = "Give a date as year-month-day, such as 2014-10-03."
    assert said == [
        ("history[0].date", "“31/12/2014” is not a date.", date),
        ("history[0].measure.target", "“0” is too small.", "Give 1 or more."),
        ("history[0].note", "There is no field of this name here.", "Leave it out, or correct its spelling."),
        ("history[1].date", "This is missing.", "Give a value for it."),
        ("history[1].measure.answer", "“maybe” is not one of the choices.", "Give one of 'yes', 'partly' or 'no'."),
        (
            "history[2].measure",
            "A group of fields is of no kind that is known here.",
            "Give 'kind' as one of 'attestation', 'quantity'.",
        ),
        ("history[3].date", "“2014-02-30” is not a date.", date),
        ("history[3].measure.target", "This is missing.", "Give a value for it."),
    ]
    assert {fault["place"] for fault in document["errors"]} == {"body"}


async def test_a_wrong_query_parameter_is_named() -> None:
    async with calling(make_example()) as client:
        answer = await client.get("/api/v1/partners?limit=1000")
    (fault,) = problem(answer, 422)["errors"]
    assert fault == {
        "field": "limit",
        "place": "query",
        "problem": "“1000” is too large.",
        "expected": "Give 100 or less.",
    }


def test_a_path_leaves_out_the_kinds_that_only_models_know() -> None:
    entered = {"measure": {"kind": "quantity"}, "history": [{}]}
    assert field_path(("measure", "quantity", "target"), entered) == "measure.target"
    assert field_path(("history", 0, "date"), entered) == "history[0].date"
    assert field_path(("history", 7, "date"), entered) == "history[7].date"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b'{"history": [}', "The body is not JSON: line 1, column 14: expecting value."),
        (b"", None),
        (b'{"a": NaN}', "NaN is no JSON number; give a number or leave the field out."),
        (b'{"a": -Infinity}', "-Infinity is no JSON number; give a number or leave the field out."),
        (b'{"a": 1e999}', "The number 1e999 is too large."),
        (b'{"a": ' + b"9" * 5000 + b"}", None),
        (b'{"b": {"a": 1, "a": 2}}', "The name “a” stands twice in one object of the JSON; give it once."),
        (b'{"a": "\xff"}', "The body is not UTF-8: byte 8 fits no character. Send JSON as UTF-8."),
        ('{"a": 1}'.encode("utf-16"), "The body is not UTF-8: byte 1 fits no character. Send JSON as UTF-8."),
        (b'\xef\xbb\xbf{"a": 1}', "The body starts with a byte order mark; send JSON without one."),
        (
            b'{"a": ' + b"[" * 40 + b"]" * 40 + b"}",
            "The JSON is nested more than 32 levels deep, which nothing here needs.",
        ),
        (b"[" * 3000, "The JSON is nested more than 32 levels deep, which nothing here needs."),
        (
            b'{"a": "x\\u0000"}',
            "The JSON has a text with U+0000 or half of a surrogate pair, which are no characters of any text.",
        ),
        (
            b'{"a": "\\ud800"}',
            "The JSON has a text with U+0000 or half of a surrogate pair, which are no characters of any text.",
        ),
    ],
)
async def test_what_is_not_plain_json_is_refused_with_a_sentence(body: bytes, sentence: str | None) -> None:
    async with calling(make_example(max_body_bytes=8192)) as client:
        answer = await client.post("/api/v1/anything", content=body, headers={"Content-Type": "application/json"})
    document = problem(answer, 400 if body else 422)
    if sentence is not None:
        assert document["detail"] == sentence


@pytest.mark.parametrize("body", [b'{"a": "\\\\u0000 \\ud83d\\ude00 [[[[{{{{"}', '{"a": "é – 😀"}'.encode()])
async def test_unusual_but_right_json_is_taken(body: bytes) -> None:
    async with calling(make_example()) as client:
        answer = await client.post("/api/v1/anything", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "address", ["/api/v1/partners?limit=%00", "/api/v1/fails/a%00b", "/api/v1/partners?a=b%0d%0aX:%20y"]
)
async def test_an_address_with_control_characters_is_refused(address: str) -> None:
    async with calling(make_example()) as client:
        problem(await client.get(address), 400)


@pytest.mark.parametrize(
    ("path", "content_type", "wanted"),
    [
        ("/api/v1/anything", "text/plain", "application/json"),
        ("/api/v1/anything", None, "application/json"),
        ("/api/v1/form", "application/json", "application/x-www-form-urlencoded"),
    ],
)
async def test_content_of_another_type_is_refused_with_the_right_one(
    path: str, content_type: str | None, wanted: str
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    async with calling(make_example()) as client:
        answer = await client.post(path, content=b'{"title": "x"}', headers=headers)
    assert wanted in problem(answer, 415)["detail"]
    assert answer.headers["Accept"] == wanted


async def test_a_method_that_is_not_possible_gets_those_that_are() -> None:
    async with calling(make_example()) as client:
        answer = await client.delete("/api/v1/partners")
    assert answer.headers["Allow"] == "GET, HEAD"
    assert problem(answer, 405)["detail"] == "DELETE is not possible at /api/v1/partners. Possible: GET, HEAD."


async def test_where_nothing_is_the_path_is_said() -> None:
    async with calling(make_example()) as client:
        answer = await client.get("/api/v1/nowhere", headers=BROWSER)
    assert problem(answer, 404)["detail"] == "There is nothing at /api/v1/nowhere."


async def test_a_route_says_what_is_missing_in_its_own_words() -> None:
    async with calling(make_example()) as client:
        document = problem(await client.get("/api/v1/fails/missing"), 404)
    assert document["detail"] == "There is no milestone LAP-P09-M01."
    assert document["project"] == "LAP-P09"


@pytest.mark.parametrize(
    ("how", "status"), [("overloaded", 503), ("unavailable", 503), ("too old", 503), ("limited", 429)]
)
async def test_who_may_try_again_is_told_when(how: str, status: int) -> None:
    async with calling(make_example()) as client:
        answer = await client.get(f"/api/v1/fails/{how}")
    problem(answer, status)
    assert int(answer.headers["Retry-After"]) > 0


async def test_the_unforeseen_is_logged_and_not_told() -> None:
    async with calling(make_example()) as client:
        with logged() as log:
            answer = await client.get("/api/v1/fails/unforeseen")
    document = problem(answer, 500)
    assert document["correlation_id"] in document["detail"]
    assert "password" not in answer.text
    assert "Traceback" not in answer.text
    failed, _ = log.entries
    assert failed["request_id"] == document["correlation_id"]
    assert "RuntimeError" in failed["exception"]


@pytest.mark.parametrize(("path", "status"), [("/reporting/nowhere", 404), ("/reporting/unforeseen", 500)])
async def test_a_browser_gets_a_page_that_people_can_read(path: str, status: int) -> None:
    async with calling(make_example()) as client:
        answer = await client.get(path, headers=BROWSER)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>" in answer.text
    assert answer.headers["X-Request-ID"] in answer.text
    assert "Traceback" not in answer.text


async def test_an_address_is_shown_on_a_page_as_text_and_not_as_markup() -> None:
    async with calling(make_example()) as client:
        answer = await client.get("/reporting/<script>alert(1)</script>", headers=BROWSER)
    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html;q=0.1, application/problem+json", ""])
async def test_who_asks_for_no_page_gets_a_problem_document(accept: str) -> None:
    async with calling(make_example()) as client:
        problem(await client.get("/reporting/nowhere", headers={"Accept": accept}), 404)


async def test_a_caller_can_bring_its_own_request_id_and_no_other_text() -> None:
    async with calling(make_example()) as client:
        taken = await client.get("/health/live", headers={"X-Request-ID": "6f1c2a9e-5d5b"})
        refused = await client.get("/health/live", headers={"X-Request-ID": "a b\tc <script>"})
    assert taken.headers["X-Request-ID"] == "6f1c2a9e-5d5b"
    assert refused.headers["X-Request-ID"].isalnum()
