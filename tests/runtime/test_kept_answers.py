"""An answer is made once for all who ask the same at once, of what is so when it is begun, and for nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from services.runtime.access.identity import Reader
from services.runtime.access.sessions.reader import Sessions
from services.runtime.base.problems import Problem
from services.runtime.base.settings import Settings
from services.runtime.base.telemetry import REGISTRY
from services.runtime.web.app import make_app
from services.runtime.web.kept_answers import MadeOnce, given_before, keep_while
from tests.parts.doors import OPEN
from tests.parts.tokens import by_software_of
from tests.parts.waiting import until
from tests.runtime.answering import SIGNED, actor_of, calling, settings


@dataclass
class Story:
    """What pages tell, as it is written; each is finished when it is let go on."""

    written: str = "nothing"
    begun: list[str] = field(default_factory=list)
    holds: bool = True
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def still_holds(self) -> bool:
        return self.holds

    def routes(self) -> APIRouter:
        router = APIRouter(route_class=MadeOnce)

        @router.get("/kept/{chapter}")
        def tell_again(request: Request, chapter: str, caller: Reader) -> Response:
            keep_while(request, self.still_holds)
            tag = f'"{self.written}"'
            if (before := given_before(request, tag)) is not None:
                return before
            told = f"{chapter} for {actor_of(caller) if caller else 'everybody'}: {self.written}"
            self.begun.append(told)
            if chapter == "missing":
                raise Problem(404, "There is no such chapter.")
            return JSONResponse(told, headers={"ETag": tag})

        @router.get("/story/{chapter}")
        async def tell(chapter: str, caller: Reader, language: str = "en") -> str:
            told = f"{chapter} for {actor_of(caller) if caller else 'everybody'} in {language}: {self.written}"
            self.begun.append(told)
            await self.go_on.wait()
            if chapter == "missing":
                raise Problem(404, "There is no such chapter.")
            return told

        return router


@pytest.fixture
def story() -> Story:
    return Story()


@pytest.fixture
def given(tmp_path: Path) -> Settings:
    return settings(data_dir=tmp_path)


@pytest.fixture
async def client(story: Story, given: Settings) -> AsyncIterator[httpx.AsyncClient]:
    sessions = Sessions(given)
    async with calling(make_app(given, [story.routes()], table=OPEN, sessions=sessions)) as caller:
        yield caller
    await sessions.close()


Asked = asyncio.Task[httpx.Response]


def ask(client: httpx.AsyncClient, path: str, headers: dict[str, str] | None = None) -> Asked:
    return asyncio.create_task(client.get(path, headers=headers))


async def told(asked: list[Asked]) -> list[str]:
    return [answer.json() for answer in await asyncio.gather(*asked)]


async def arrived() -> None:
    """Let all that was asked come to where it has to wait."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_who_asks_while_the_same_waits_for_its_turn_shares_it(story: Story, client: httpx.AsyncClient) -> None:
    first = ask(client, "/story/one")
    await until(lambda: len(story.begun) == 1)
    others = [ask(client, "/story/one") for _ in range(20)]
    await arrived()
    story.go_on.set()
    assert await told([first, *others]) == ["one for everybody in en: nothing"] * 21
    assert len(story.begun) == 2


async def test_an_answer_has_all_that_was_written_before_it_was_asked_for(
    story: Story, client: httpx.AsyncClient
) -> None:
    before = ask(client, "/story/one")
    await until(lambda: len(story.begun) == 1)
    story.written = "something"
    after = ask(client, "/story/one")
    await arrived()
    story.go_on.set()
    assert await told([before, after]) == ["one for everybody in en: nothing", "one for everybody in en: something"]


async def test_nobody_is_given_what_was_made_for_another_reader(
    story: Story, client: httpx.AsyncClient, given: Settings
) -> None:
    story.go_on.set()
    readers: list[dict[str, str]] = [{}, SIGNED, by_software_of(given, "LAP", "LAP-U002"), {}, SIGNED]
    answers = await told([ask(client, "/story/one", headers) for headers in readers])
    assert [answer.split()[2] for answer in answers] == ["everybody", "operator", "LAP-U002", "everybody", "operator"]


async def test_other_questions_are_answered_by_themselves(story: Story, client: httpx.AsyncClient) -> None:
    story.go_on.set()
    answers = await told([ask(client, path) for path in ("/story/one", "/story/two", "/story/one?language=cy")])
    assert answers == [
        f"{each}: nothing" for each in ("one for everybody in en", "two for everybody in en", "one for everybody in cy")
    ]


async def test_what_fails_is_told_to_each_under_the_id_of_their_own_request(
    story: Story, client: httpx.AsyncClient
) -> None:
    first = ask(client, "/story/missing")
    await until(lambda: len(story.begun) == 1)
    others = [ask(client, "/story/missing") for _ in range(3)]
    await arrived()
    story.go_on.set()
    answers = await asyncio.gather(first, *others)
    assert {answer.status_code for answer in answers} == {404}
    assert all(answer.json()["correlation_id"] == answer.headers["X-Request-ID"] for answer in answers)
    assert len({answer.headers["X-Request-ID"] for answer in answers}) == 4


async def test_who_shows_a_wrong_token_shares_nothing(story: Story, client: httpx.AsyncClient) -> None:
    story.go_on.set()
    good, bad = await asyncio.gather(
        ask(client, "/story/one"), ask(client, "/story/one", {"Authorization": "Bearer of-somebody-else"})
    )
    assert (good.status_code, bad.status_code) == (200, 401)


async def test_a_reader_who_gives_up_takes_nothing_from_those_who_wait_with_them(
    story: Story, client: httpx.AsyncClient
) -> None:
    running = ask(client, "/story/one")
    await until(lambda: len(story.begun) == 1)
    gives_up, waits = ask(client, "/story/one"), ask(client, "/story/one")
    await arrived()
    gives_up.cancel()
    story.go_on.set()
    assert await told([running, waits]) == ["one for everybody in en: nothing"] * 2


async def test_what_is_kept_is_given_again_until_it_no_longer_holds(story: Story, client: httpx.AsyncClient) -> None:
    first, again = [await client.get("/kept/one") for _ in range(2)]
    assert (again.json(), again.headers["ETag"]) == (first.json(), first.headers["ETag"])
    assert again.headers["X-Request-ID"] != first.headers["X-Request-ID"]
    assert len(story.begun) == 1
    story.written, story.holds = "something", False
    assert (await client.get("/kept/one")).json() == "one for everybody: something"


async def test_what_is_kept_for_one_reader_is_never_given_to_another(
    story: Story, client: httpx.AsyncClient, given: Settings
) -> None:
    readers: list[dict[str, str]] = [{}, SIGNED, by_software_of(given, "LAP", "LAP-U002")]
    for _ in range(2):
        answers = [(await client.get("/kept/one", headers=headers)).json() for headers in readers]
        assert [answer.split()[2] for answer in answers] == ["everybody:", "operator:", "LAP-U002:"]
    assert len(story.begun) == 3
    wrong = await client.get("/kept/one", headers={"Authorization": "Bearer of-somebody-else"})
    assert wrong.status_code == 401


async def test_who_has_what_is_kept_already_is_told_so(story: Story, client: httpx.AsyncClient) -> None:
    tag = (await client.get("/kept/one")).headers["ETag"]
    for holds in (True, False):
        story.holds = holds
        answer = await client.get("/kept/one", headers={"If-None-Match": tag})
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", tag)
    assert len(story.begun) == 1


async def test_what_turns_out_to_be_unchanged_is_not_made_again(story: Story, client: httpx.AsyncClient) -> None:
    story.holds = False
    first, again = [await client.get("/kept/one") for _ in range(2)]
    assert again.content == first.content
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert len(story.begun) == 1


async def test_what_failed_is_not_kept(story: Story, client: httpx.AsyncClient) -> None:
    answers = [await client.get("/kept/missing") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert len(story.begun) == 2


async def test_what_is_kept_is_counted_under_its_route(story: Story, client: httpx.AsyncClient) -> None:
    def counted() -> float:
        labels = {"method": "GET", "route": "/kept/{chapter}", "status": "200"}
        return REGISTRY.get_sample_value("concordat_http_requests_total", labels) or 0.0

    before = counted()
    for _ in range(3):
        await client.get("/kept/one")
    assert counted() - before == 3


async def test_no_more_is_kept_than_there_is_room_for(story: Story, client: httpx.AsyncClient) -> None:
    for number in range(200):
        await client.get(f"/kept/{number}")
    await client.get("/kept/199")
    assert len(story.begun) == 200
    await client.get("/kept/0")
    assert len(story.begun) == 201
