"""What is expensive is asked for so often by one caller, and no more; others, and what is cheap, never wait for it."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter

from services.runtime.access.identity import API_TOKEN, SESSION
from services.runtime.access.sessions.api_token import ApiToken
from services.runtime.access.sessions.reader import Sessions
from services.runtime.access.sessions.session import Session
from services.runtime.web.app import make_app
from services.runtime.web.caller_limits import CallerLimits
from tests.parts.doors import OPEN
from tests.parts.sessions import made_ready, signed_in
from tests.runtime.answering import SIGNED, calling, settings

WORKBOOK = "/return/LAP/returns.xlsx"


def request_for(path: str, session: str = "", token: str = "", query: bytes = b"") -> dict[str, object]:
    scope: dict[str, object] = {"type": "http", "method": "GET", "path": path, "query_string": query}
    if session:
        scope[SESSION] = Session(session, "ada@brent.example", "link", (), "")
    if token:
        scope[API_TOKEN] = ApiToken(token, "ada@brent.example", (), may_write=False)
    return scope


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (WORKBOOK, b""),
        ("/partners/LAP/BRE/everything.json", b""),
        ("/office/LAP/export/file", b""),
        ("/partners/LAP/BRE/calendar.ics", b"key=concordat_1"),
        ("/packs/LAP/B02/preview/pack.pdf", b""),
        ("/projects/LAP/bring-in/upload", b""),
        ("/projects/LAP/P01", b"as_at=2015-10-01"),
    ],
)
def test_what_is_expensive_is_refused_once_it_was_asked_for_too_often(path: str, query: bytes) -> None:
    limits = CallerLimits(2, ticks=lambda: 0.0)
    answers = [limits.refusal(request_for(path, session="one", query=query)) for _ in range(3)]

    assert answers[:2] == [None, None]
    refused = answers[2]
    assert refused is not None
    assert (refused.status_code, refused.headers) == (429, {"Retry-After": "60"})


def test_each_caller_has_a_share_of_their_own_and_what_is_cheap_is_not_counted() -> None:
    limits = CallerLimits(1, ticks=lambda: 0.0)
    assert limits.refusal(request_for(WORKBOOK, session="one")) is None
    assert limits.refusal(request_for(WORKBOOK, session="one")) is not None
    assert limits.refusal(request_for(WORKBOOK, session="two")) is None
    assert limits.refusal(request_for(WORKBOOK, token="three")) is None
    assert limits.refusal(request_for("/home/LAP", session="one")) is None
    assert limits.refusal(request_for("/home/LAP", session="one", query=b"as_at=")) is None


def test_after_a_minute_there_is_room_again() -> None:
    clock = iter((0.0, 30.0, 59.0, 60.0, 60.0))
    limits = CallerLimits(2, ticks=lambda: next(clock))
    answers = [limits.refusal(request_for(WORKBOOK, session="one")) for _ in range(5)]

    assert [each is None for each in answers] == [True, True, False, True, False]
    assert answers[2] is not None
    assert answers[2].headers == {"Retry-After": "1"}


async def test_a_person_is_told_to_wait_and_the_operator_is_not(tmp_path: Path) -> None:
    # given
    given = settings(data_dir=tmp_path, expensive_per_minute=1)
    router = APIRouter()

    @router.get("/room/preview/{name}")
    async def preview(name: str) -> str:
        return name

    sessions = Sessions(given)
    await made_ready(sessions)
    app = make_app(given, [router], sessions=sessions, table=OPEN)
    ada = await signed_in(given, "LAP", "LAP-U001")

    # when
    async def asked(client: httpx.AsyncClient, headers: dict[str, str]) -> int:
        return (await client.get("/room/preview/pack.pdf", headers=headers)).status_code

    async with calling(app) as client:
        of_person = [await asked(client, ada.cookie) for _ in range(2)]
        of_operator = [await asked(client, SIGNED) for _ in range(2)]
    await sessions.close()

    # then
    assert of_person == [200, 429]
    assert of_operator == [200, 200]
