"""Two issued packs set side by side: the page, and the same for other software."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict

import httpx
import pytest

from services.reporting.comparing import Comparison, Way, compare, read
from services.reporting.pages.side_by_side import TOO_FEW
from tests.domain.history import at
from tests.parts.nats import NatsServer
from tests.reporting.stage import done_by, stage
from tests.reporting.test_pages import open_pages
from tests.reporting.test_pages import read as read_page

PAGE = "/packs/LAP/compare"
DATA = "/reporting/api/v1/partnerships/LAP/comparison"
FIRST, SECOND = "LAP-B02-PACK", "LAP-B03-PACK"


@pytest.fixture(scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    """The pages and the data, once two packs have been issued."""
    directory = tmp_path_factory.mktemp("comparing")
    with NatsServer(directory) as nats:
        async with (
            stage(nats.url, f"sqlite:///{directory / 'reporting.db'}", directory) as set_stage,
            open_pages(set_stage) as (service, opened, _),
        ):
            assert TOO_FEW in await read_page(opened, PAGE)
            too_few = await opened.get(DATA)
            assert (too_few.status_code, too_few.json()["detail"]) == (404, TOO_FEW)
            set_stage.clock.move_to(at("2015-01-07", "09:00"))
            await done_by(service)
            yield opened


async def by_their_files(client: httpx.AsyncClient) -> Comparison:
    """Compare the two as the command does, which has only their files."""
    files = [(await client.get(f"/packs/LAP/{code}/pack.json")).content for code in ("B02", "B03")]
    return compare(*(read(content, "pack.json") for content in files))


async def test_it_compares_the_last_pack_with_the_one_before_it(client: httpx.AsyncClient):
    page = await read_page(client, PAGE)

    comparison = await by_their_files(client)
    assert comparison.says in page
    for group in comparison.groups:
        for change in group.changes:
            assert change.now.replace("\N{NO-BREAK SPACE}", " ") in page


async def test_it_compares_the_two_that_are_chosen_whichever_is_first(client: httpx.AsyncClient):
    one = await read_page(client, PAGE, earlier=FIRST, later=SECOND)
    other = await read_page(client, PAGE, earlier=SECOND, later=FIRST)

    assert one.partition("</form>")[2] == other.partition("</form>")[2]


async def test_the_same_pack_twice_is_said_to_be(client: httpx.AsyncClient):
    assert "Both are the same pack." in await read_page(client, PAGE, earlier=FIRST, later=FIRST)


async def test_a_pack_that_was_not_issued_is_refused_with_those_that_were(client: httpx.AsyncClient):
    answer = await client.get(PAGE, params={"later": "LAP-B09-PACK"})

    assert answer.status_code == 422
    assert f"Issued are: {FIRST}, {SECOND}." in answer.text


async def test_the_packs_lead_to_it(client: httpx.AsyncClient):
    assert f'href="{PAGE}"' in await read_page(client, "/packs/LAP")
    assert f'href="{PAGE}?earlier={FIRST}&amp;later={SECOND}"' in await read_page(client, "/packs/LAP/B03")


async def test_other_software_gets_what_page_and_command_say_whichever_is_first(client: httpx.AsyncClient):
    comparison = await by_their_files(client)

    answers = [
        await client.get(DATA, params=query)
        for query in ({}, {"earlier": FIRST, "later": SECOND}, {"earlier": SECOND, "later": FIRST})
    ]

    assert {each.status_code for each in answers} == {200}
    data = answers[0].json()
    assert all(each.json() == data for each in answers)
    assert (data["earlier"]["pack"], data["later"]["pack"]) == (FIRST, SECOND)
    assert data["says"] == comparison.says
    assert data["figures"] == [asdict(each) | {"way": each.way and each.way.words} for each in comparison.figures]
    assert data["groups"] == [
        {"title": group.title, "changes": [asdict(each) | {"way": each.way.words} for each in group.changes]}
        for group in comparison.groups
    ]
    assert comparison.groups


async def test_a_pack_compared_with_itself_is_refused_in_words(client: httpx.AsyncClient):
    answer = await client.get(DATA, params={"earlier": SECOND})

    assert answer.status_code == 422
    assert answer.json()["detail"] == (
        f"These cannot be compared: both are {SECOND}, taken in up to the same event: there is nothing to compare."
    )


@pytest.mark.parametrize("other", ["LAP-B09-PACK", "SEM-B01-PACK", "B02", "x"])
async def test_what_this_partnership_has_not_issued_is_refused_with_what_it_has(client: httpx.AsyncClient, other: str):
    answer = await client.get(DATA, params={"later": other})

    assert answer.status_code == 422
    assert answer.json()["detail"] == f"“{other}” cannot be used here. Issued are: {FIRST}, {SECOND}."
    assert answer.json()["errors"][0]["field"] == "later"


async def test_a_comparison_that_has_not_changed_is_not_sent_again(client: httpx.AsyncClient):
    tag = (await client.get(DATA)).headers["etag"]

    assert (await client.get(DATA, headers={"If-None-Match": tag})).status_code == 304


async def test_the_comparison_is_described_for_other_software(client: httpx.AsyncClient):
    described = (await client.get("/reporting/api/v1/openapi.json")).json()

    operation = described["paths"]["/reporting/api/v1/partnerships/{partnership}/comparison"]["get"]
    assert operation["operationId"] == "compare_packs"
    assert {"200", "304", "404", "422"} <= operation["responses"].keys()
    way = described["components"]["schemas"]["ChangeShape"]["properties"]["way"]
    assert set(way["enum"]) == {each.words for each in Way}
