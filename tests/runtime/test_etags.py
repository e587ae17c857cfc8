"""What a caller saw last is neither sent twice nor overwritten unseen."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from services.runtime.base.problems import Problem
from services.runtime.web.etags import expected_version, quoted_tag, unchanged


def request(**headers: str) -> Request:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "headers": pairs})


@pytest.mark.parametrize("seen", ['"17"', 'W/"17"', '"3", "17"', "*"])
def test_what_the_caller_has_already_is_not_sent_again(seen: str) -> None:
    answer = unchanged(request(if_none_match=seen), quoted_tag(17))
    assert answer is not None
    assert answer.status_code == 304
    assert answer.headers["ETag"] == '"17"'


@pytest.mark.parametrize(
    "headers", [{}, {"if_none_match": '"16"'}, {"if_none_match": '"117"'}, {"if_none_match": "17"}]
)
def test_what_the_caller_has_not_is_sent(headers: dict[str, str]) -> None:
    assert unchanged(request(**headers), quoted_tag(17)) is None


@pytest.mark.parametrize(("given", "version"), [('"17"', 17), (' "17" ', 17), ("*", None)])
def test_the_version_that_was_edited_is_read(given: str, version: int | None) -> None:
    assert expected_version(request(if_match=given)) == version


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 428),
        ({"if_match": "17"}, 400),
        ({"if_match": '"x"'}, 400),
        ({"if_match": '"-1"'}, 400),
        ({"if_match": 'W/"17"'}, 412),
    ],
)
def test_a_version_that_cannot_be_read_is_a_problem(headers: dict[str, str], status: int) -> None:
    with pytest.raises(Problem) as refused:
        expected_version(request(**headers), required=True)
    assert refused.value.status_code == status


def test_a_version_is_only_needed_where_a_route_says_so() -> None:
    assert expected_version(request()) is None
