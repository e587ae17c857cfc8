"""The pages show the figures of the moment, or of an earlier one, and the packs as they were issued."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, time
from threading import Event
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from contracts.events.board import MeetingMoved
from contracts.events.partnership import PersonAppointed, Role
from contracts.events.returns import ReturnSubmitted
from domain.figures.timetable import DutyKind
from services.reporting.pages import freshness
from services.reporting.service import ReportingService
from services.runtime.access import roles
from services.runtime.access.service_token import service_token_of
from services.runtime.access.sessions import reader
from services.runtime.process.lifecycle import Foundation, Host
from services.runtime.store.database import Database, Unavailable
from services.runtime.web.pages import Pages
from tests.domain.history import History, at
from tests.domain.told import told
from tests.parts.nats import NatsServer
from tests.parts.tokens import Software
from tests.reporting.stage import Stage, done_by, stage

API = "/reporting/api/v1/partnerships/LAP"
PAGES = (
    "/keys",
    "/packs/LAP",
    "/packs/LAP/compare",
    "/packs/LAP/B02",
    "/packs/LAP/B03",
)


@asynccontextmanager
async def open_pages(set_stage: Stage) -> AsyncIterator[tuple[ReportingService, httpx.AsyncClient, History]]:
    """Open the pages on 10 October 2014, with the pack of LAP-B02 issued two days before."""
    made: list[ReportingService] = []

    def factory(foundation: Foundation) -> ReportingService:
        made.append(ReportingService(foundation, keeps_timetable=False))
        return made[0]

    history = told().told("2014-10-02", PersonAppointed(person="LAP-U001", roles=(Role.SECRETARY,)))
    settings = set_stage.settings.model_copy(update={"port": 0})
    async with (
        Host(settings, [factory], clock=set_stage.clock) as host,
        httpx.AsyncClient(base_url=host.url, auth=Software(settings), timeout=60) as client,
    ):
        await set_stage.tell(made[0], history.events)
        set_stage.clock.move_to(at("2014-10-08", "09:00"))
        await done_by(made[0])
        set_stage.clock.move_to(at("2014-10-10"))
        yield made[0], client, history


@pytest.fixture(scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    """The pages, for tests that only read them."""
    directory = tmp_path_factory.mktemp("pages")
    with NatsServer(directory) as nats:
        async with (
            stage(nats.url, f"sqlite:///{directory / 'reporting.db'}", directory) as set_stage,
            open_pages(set_stage) as (_, opened, _),
        ):
            yield opened


async def read(client: httpx.AsyncClient, path: str, **query: str) -> str:
    """Return a page's text, with ordinary spaces where it has some that do not break."""
    answer = await client.get(path, params=query)
    assert answer.status_code == 200
    return answer.text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_answers_and_escapes_what_people_entered(client: httpx.AsyncClient, path: str):
    answer = await client.get(path)
    assert answer.status_code == 200
    assert "<h1>" in answer.text
    assert "<b>" not in answer.text


async def test_a_page_that_takes_long_keeps_the_timetable_from_nothing(
    set_stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    begun, enough = Event(), Event()
    text = Pages.text

    def slow(self: Pages, *args: Any, **settings: Any) -> str:
        begun.set()
        assert enough.wait(60)
        return text(self, *args, **settings)

    async with open_pages(set_stage) as (service, client, _):
        monkeypatch.setattr(Pages, "text", slow)
        asked = asyncio.create_task(client.get("/packs/LAP"))
        await asyncio.to_thread(begun.wait, 60)
        try:
            set_stage.clock.move_to(at("2015-01-07", "09:00"))
            done = await done_by(service)
        finally:
            enough.set()
        assert DutyKind.ISSUE_PACK in {duty.kind for duty in done}
        assert (await asked).status_code == 200


async def test_a_page_is_made_once_while_nothing_changes_and_anew_when_something_has(
    set_stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    made: list[str] = []
    render = Pages.render

    def counting(self: Pages, request: Request, template: str, *args: object, **settings: object) -> Response:
        made.append(template)
        return render(self, request, template, *args, **settings)

    monkeypatch.setattr(Pages, "render", counting)
    monkeypatch.setattr(freshness, "_TRUSTED_SECONDS", 3600.0)
    async with open_pages(set_stage) as (service, client, history):
        first, again = [await client.get("/packs/LAP") for _ in range(2)]
        assert made == ["packs.html"]
        assert (again.text, again.headers["etag"]) == (first.text, first.headers["etag"])
        assert again.headers["x-request-id"] != first.headers["x-request-id"]
        await set_stage.tell(service, history.admitted("2014-10-09", "CAM").events[-1:])
        changed = await client.get("/packs/LAP")
    assert made == ["packs.html"] * 2
    assert changed.headers["etag"] != first.headers["etag"]


async def test_an_unchanged_page_needs_no_database(set_stage: Stage, monkeypatch: pytest.MonkeyPatch):
    # given: what was read a moment ago, of pages and of who asks, counts as such however slow the machine is
    monkeypatch.setattr(freshness, "_TRUSTED_SECONDS", 3600.0)
    monkeypatch.setattr(reader, "FRESH_SECONDS", 3600.0)
    monkeypatch.setattr(roles, "FRESH_SECONDS", 3600.0)

    def unusable(self: Database, question: object) -> None:
        raise Unavailable("the database cannot be read at present")

    async with open_pages(set_stage) as (_, client, _):
        before = {path: await client.get(path) for path in ("/packs/LAP", "/packs/LAP/B03", f"{API}/compliance")}
        with monkeypatch.context() as patched:
            patched.setattr(Database, "read_sync", unusable)
            for path, answer in before.items():
                again = await client.get(path)
                assert (again.status_code, again.content) == (200, answer.content)
            assert (await client.get(f"{API}/compliance?as_at=2014-10-01")).status_code == 503


async def test_an_unchanged_page_changes_with_an_event_with_the_clock_and_with_what_is_issued(
    set_stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(freshness, "_TRUSTED_SECONDS", 3600.0)
    async with open_pages(set_stage) as (service, client, history):
        before = await read(client, "/packs/LAP/B03")
        assert await read(client, "/packs/LAP/B03") == before

        moved = MeetingMoved(meeting="LAP-B03", date=date(2015, 1, 15), time=time(10, 0))
        await set_stage.tell(service, history.told("2014-10-10", moved).events[-1:])
        assert "10:00" in await read(client, "/packs/LAP/B03")

        set_stage.clock.move_to(at("2015-01-07", "08:59"))
        assert "about to go out" not in await read(client, "/packs/LAP/B03")
        set_stage.clock.move_to(at("2015-01-07", "09:00"))
        assert "about to go out" in await read(client, "/packs/LAP/B03")
        assert "In preparation" in await read(client, "/packs/LAP/B03")
        await done_by(service)
        assert "Issued" in await read(client, "/packs/LAP/B03")


async def test_a_page_shows_what_another_replica_has_issued(set_stage: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(freshness, "_TRUSTED_SECONDS", 0.0)
    async with open_pages(set_stage) as (_, client, _), set_stage.running() as other:
        set_stage.clock.move_to(at("2015-01-07", "09:00"))
        assert "In preparation" in await read(client, "/packs/LAP/B03")
        await done_by(other)
        assert "In preparation" not in await read(client, "/packs/LAP/B03")


async def test_compliance_shows_rates_with_their_counts(client: httpx.AsyncClient):
    data = (await client.get(f"{API}/compliance")).json()
    assert data["partnership"]["rate"] == 50
    assert data["by_partner"]["HAC"] == {
        "met": 0,
        "met_late": 0,
        "partly_met": 0,
        "not_met": 0,
        "not_reported": 1,
        "rate": 0,
    }


async def test_compliance_as_at_an_earlier_instant_counts_what_was_recorded_by_then_alone(client: httpx.AsyncClient):
    before = (
        await client.get(f"{API}/compliance", params={"as_at": "2014-09-30T23:00", "quarter": "2014-15 Q2"})
    ).json()
    after = (await client.get(f"{API}/compliance", params={"as_at": "2014-10-01", "quarter": "2014-15 Q2"})).json()
    assert {each["status"] for each in before["obligations"] if each.get("counted", True)} == {"not_yet_due"}
    assert next(each["status"] for each in after["obligations"] if each["partner"] == "BRE") == "met"


@pytest.mark.parametrize(
    "written", ["2014-10-03T17:00", "2014-10-03 17:00", "2014-10-03T16:00:00Z", "2014-10-03T17:00:00+01:00"]
)
async def test_an_instant_can_be_written_in_each_usual_way(client: httpx.AsyncClient, written: str):
    answer = await client.get(f"{API}/compliance?as_at={written}")
    assert answer.json()["as_at"] == "2014-10-03T17:00:00+01:00"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"as_at": "2014-10-11"}, "lies in the future"),
        ({"as_at": "yesterday"}, "such as 2014-10-03T17:00"),
        ({"as_at": "2013-01-01"}, "it was formed on 1 April 2014"),
        ({"as_at": "0001-01-01T00:00:00+14:00"}, "such as 2014-10-03T17:00"),
        ({"quarter": "2013-14 Q1"}, "from 2014-15 Q1 to 2014-15 Q3"),
        ({"quarter": "last"}, "from 2014-15 Q1 to 2014-15 Q3"),
    ],
)
async def test_an_unfit_question_is_answered_with_what_would_be_right(
    client: httpx.AsyncClient, query: dict[str, str], said: str
):
    answer = await client.get(f"{API}/compliance", params=query)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


async def test_the_programme_shows_confidence_and_schedule_apart(client: httpx.AsyncClient):
    data = (await client.get(f"{API}/programme")).json()
    assert data["projects"][0]["confidence"] == {"stated": "green", "shown": "green", "silent_days": None}
    assert data["projects"][0]["schedule_status"] == "red"


async def test_packs_are_listed_with_how_far_they_have_come(client: httpx.AsyncClient):
    listed = (await client.get(f"{API}/packs")).json()
    assert [(each["meeting"], each["state"]) for each in listed] == [
        ("LAP-B03", "in_preparation"),
        ("LAP-B02", "issued"),
    ]
    page = await read(client, "/packs/LAP")
    assert "goes out on 7 January 2015" in page
    assert "on 8 October 2014" in page


async def test_a_pack_says_to_how_many_it_was_addressed_and_leads_to_whom_it_reached(client: httpx.AsyncClient):
    page = await read(client, "/packs/LAP/B02")
    assert "Sent to" not in page
    assert "<dt>Addressed to</dt><dd>" in page
    assert 'href="/emails/LAP?kind=pack&amp;about=LAP-B02-PACK"' in page


async def test_an_issued_file_is_the_one_that_was_announced_and_may_be_kept_for_ever(client: httpx.AsyncClient):
    [file] = [
        each for each in (await client.get(f"{API}/packs/B02")).json()["issued"]["files"] if each["name"] == "pack.pdf"
    ]
    answer = await client.get("/packs/LAP/B02/pack.pdf")
    assert answer.headers["etag"] == f'"{file["sha256"]}"'
    assert "immutable" in answer.headers["cache-control"]
    assert len(answer.content) == file["size"]
    unchanged = await client.get("/packs/LAP/B02/pack.pdf", headers={"If-None-Match": answer.headers["etag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/reporting/", "/home/"),
        ("/reporting/keys", "/keys"),
        ("/reporting/LAP", "/home/LAP"),
        ("/reporting/LAP/packs", "/packs/LAP"),
        ("/reporting/LAP/packs/LAP-B02", "/packs/LAP/LAP-B02"),
        ("/reporting/LAP/packs/LAP-B02/supplements/1", "/packs/LAP/LAP-B02/supplements/1"),
        ("/reporting/LAP/compliance?as_at=2014-10-03T17%3A00", "/commitments/LAP?as_at=2014-10-03T17%3A00"),
        ("/reporting/LAP/programme", "/projects/LAP"),
        ("/reporting/LAP/programme/P01", "/projects/LAP/P01"),
        ("/reporting/LAP/programme/A%3FB%23C", "/projects/LAP/A%3FB%23C"),
    ],
)
async def test_an_address_that_a_page_had_before_leads_on_for_good(client: httpx.AsyncClient, old: str, new: str):
    answer = await client.get(old)
    assert (answer.status_code, answer.headers["location"]) == (308, new)


async def test_a_file_is_had_at_once_where_an_older_event_says_that_it_lies(client: httpx.AsyncClient):
    for name in ("pack.pdf", "pack.json", "manifest.sig"):
        before = await client.get(f"/reporting/LAP/packs/LAP-B02/{name}")
        assert before.status_code == 200
        assert before.content == (await client.get(f"/packs/LAP/B02/{name}")).content


async def test_a_key_is_had_at_once_at_both_of_its_addresses(client: httpx.AsyncClient):
    page = await read(client, "/keys")
    address = page.partition('href="/keys/')[2].partition('"')[0]
    answers = [await client.get(f"{room}/keys/{address}") for room in ("", "/reporting")]
    assert [each.status_code for each in answers] == [200, 200]
    assert answers[0].content == answers[1].content


async def test_the_pack_as_a_page_may_use_its_own_styles_and_no_script(client: httpx.AsyncClient):
    answer = await client.get("/packs/LAP/B02/pack.html")
    policy = answer.headers["content-security-policy"]
    assert "style-src 'self' 'sha256-" in policy
    assert "default-src 'none'" in policy
    assert "script" not in policy


async def test_a_preview_can_be_had_of_any_meeting_at_any_time(client: httpx.AsyncClient):
    for meeting in ("LAP-B02", "B03"):
        data = (await client.get(f"/packs/LAP/{meeting}/preview/pack.json")).json()
        assert data["state"] == "preview"
    page = await client.get("/packs/LAP/B03/preview/pack.html")
    assert "Preview" in page.text
    assert "immutable" not in page.headers["cache-control"]


async def test_whoever_has_no_role_gets_the_same_answer_whatever_they_ask_for(set_stage: Stage):
    async with open_pages(set_stage) as (_, client, _history):
        asked = [
            await client.get(path, headers={"Authorization": ""})
            for path in (
                *("/packs/LAP/B03/preview/pack.json", "/packs/LAP/B02/pack.pdf", "/packs/SEM"),
                *(f"{API}/packs", f"{API}/comparison"),
            )
        ]
    assert {(each.status_code, each.json()["detail"]) for each in asked} == {
        (401, "Sign in, or send an API token as Authorization: Bearer …")
    }


async def test_the_services_token_opens_the_files_of_issued_packs_and_nothing_else(set_stage: Stage):
    token = service_token_of(set_stage.settings)
    assert token is not None
    signed = {"Authorization": f"Bearer {token.get_secret_value()}"}
    async with open_pages(set_stage) as (_, client, _history):
        pages = ("/packs/LAP/B02", "/packs/LAP/B02/preview/pack.pdf", f"{API}/packs", f"{API}/comparison")
        statuses = [
            (await client.get(path, headers=signed)).status_code for path in ("/packs/LAP/B02/pack.pdf", *pages)
        ]
    assert statuses == [200, 403, 403, 403, 403]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/packs/LAP/B09", "There are: LAP-B02, LAP-B03."),
        ("/packs/LAP/B03/pack.pdf", "Issued are: LAP-B02-PACK."),
        ("/packs/LAP/B02/pack.doc", "It has: manifest.json, pack.html"),
        ("/packs/LAP/B02/preview/pack.doc", "It has: manifest.json, pack.html"),
        ("/packs/LAP/B02/supplements/3", "Issued are: LAP-B02-PACK."),
        (f"{API}/packs/B09", "There are: LAP-B02, LAP-B03."),
    ],
)
async def test_what_is_not_there_is_answered_with_what_is(client: httpx.AsyncClient, path: str, said: str):
    answer = await client.get(path)
    assert answer.status_code == 404
    assert said in answer.json()["detail"]
    page = await client.get(path, headers={"Accept": "text/html"})
    assert page.status_code == 404


@pytest.mark.parametrize("path", [*PAGES[1:], f"{API}/compliance", f"{API}/programme", f"{API}/packs"])
async def test_a_page_that_has_not_changed_is_not_sent_again(client: httpx.AsyncClient, path: str):
    tag = (await client.get(path)).headers["etag"]
    assert (await client.get(path, headers={"If-None-Match": tag})).status_code == 304


async def test_a_page_changes_with_the_next_event_and_with_time(set_stage: Stage):
    async with open_pages(set_stage) as (service, client, history):
        tags = [(await client.get("/packs/LAP")).headers["etag"]]
        moved = MeetingMoved(meeting="LAP-B03", date=date(2015, 1, 22), time=time(14, 0))
        await set_stage.tell(service, history.told("2014-10-10", moved).events[-1:])
        tags.append((await client.get("/packs/LAP")).headers["etag"])
        set_stage.clock.move_to(at("2014-10-10", "12:01"))
        tags.append((await client.get("/packs/LAP")).headers["etag"])
    assert len(set(tags)) == 3


async def test_a_meeting_moved_after_its_papers_went_out_is_shown_with_both_dates(set_stage: Stage):
    async with open_pages(set_stage) as (service, client, history):
        moved = MeetingMoved(meeting="LAP-B02", date=date(2014, 10, 30), time=time(14, 0))
        await set_stage.tell(service, history.told("2014-10-10", moved).events[-1:])
        page = await read(client, "/packs/LAP")
    assert "16 October 2014" in page
    assert "the meeting was moved to 30 October 2014 afterwards" in page


async def test_a_pack_says_when_facts_recorded_by_its_cut_off_came_too_late_for_it(set_stage: Stage):
    async with open_pages(set_stage) as (service, client, history):
        assert "only after the issue" not in await read(client, "/packs/LAP/B02")
        late = ReturnSubmitted(partner="HAC", quarter="2014-15 Q2")
        await set_stage.tell(service, history.told("2014-10-03", late, clock="16:59").events[-1:])
        page = await read(client, "/packs/LAP/B02")
    assert "1 fact" in page
    assert "only after the issue" in page
