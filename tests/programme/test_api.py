"""The programme service over HTTP: commands, preconditions, keys, problems, what is shown, the log, imports."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracts.envelope import Position, follows, read_with_chain, with_chain
from services.programme.core.commands import COMMANDS
from services.programme.file.importing import NO_SECRETARY
from services.programme.service import ProgrammeService
from services.runtime.base.settings import Settings, load_settings
from services.runtime.process.lifecycle import Host
from tests.parts.tokens import Software, by_software_of, by_system
from tests.parts.waiting import answered_ready
from tests.runtime.logged import logged

TOKEN = "a-token-for-tests"
ROOT = "/api/v1/partnerships"
EXAMPLE = Path(__file__).parents[2] / "examples" / "london.yaml"


class Api:
    """A caller of the API, for one partnership that nobody else uses."""

    def __init__(self, client: httpx.AsyncClient, settings: Settings, code: str) -> None:
        self.client = client
        self.settings = settings
        self.code = code

    async def do(self, command: str, headers: dict[str, str] | None = None, **fields: Any) -> httpx.Response:
        path = f"{ROOT}/{self.code}/commands/{command.replace('_', '-')}"
        return await self.client.post(path, json=fields, headers=headers)

    async def get(self, path: str = "", **headers: str) -> httpx.Response:
        return await self.client.get(f"{ROOT}/{self.code}{path}", headers=headers)

    def as_person(self, person: str) -> dict[str, str]:
        """Return the headers of somebody's software."""
        return by_software_of(self.settings, self.code, f"{self.code}-{person}")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(data_dir=tmp_path_factory.mktemp("programme"), port=0, api_token=TOKEN, log_level="error")


@pytest.fixture(scope="module")
async def host(settings: Settings) -> AsyncIterator[Host]:
    async with Host(settings, [ProgrammeService]) as running:
        yield running


@pytest.fixture(scope="module")
async def client(host: Host, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=host.url, auth=Software(settings), timeout=30) as caller:
        yield caller


_codes = iter(f"T{number:03}" for number in range(1_000))


@pytest.fixture
async def api(client: httpx.AsyncClient, settings: Settings) -> Api:
    """A partnership with two partners, a lead for each, a project and a commitment."""
    code = next(_codes)
    api = Api(client, settings, code)
    formed = await client.post(
        ROOT, json={"code": code, "name": "A partnership", "formed_on": "2014-04-01", "holidays": "none"}
    )
    assert formed.status_code == 201
    for partner in ("BRE", "HAC"):
        await api.do("admit_partner", code=partner, name=partner, kind="london_borough", joined_on="2014-04-01")
    for partner in ("BRE", "HAC"):
        await api.do("appoint_person", name="A Name", partner=partner, roles=["board_member", "partner_lead"])
    await api.do(
        "bring_in_project",
        code="P01",
        title="Catalogue",
        lead="BRE",
        stage="in_delivery",
        milestones=[{"code": "M01", "title": "Begun", "owner": "BRE", "due": "2014-07-31"}],
    )
    await api.do(
        "agree_commitment",
        code="C1",
        title="Work together",
        core=True,
        in_force_from="2014-04-01",
        period="quarter",
        measure={"kind": "attestation"},
    )
    return api


FORECAST = {"milestone": "P01-M01", "forecast": "2014-09-01", "reason": "Late."}


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """Return the problem document that an answer is."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    document: dict[str, Any] = answer.json()
    assert document["status"] == status
    return document


# -- commands ----------------------------------------------------------------------------------------------------------


async def test_a_partnership_is_formed_and_shown(api: Api) -> None:
    shown = (await api.get()).json()
    assert (shown["code"], shown["name"], shown["formed_on"]) == (api.code, "A partnership", "2014-04-01")


async def test_a_partnership_is_formed_once(api: Api, client: httpx.AsyncClient) -> None:
    again = await client.post(ROOT, json={"code": api.code, "name": "Another", "formed_on": "2014-04-01"})
    found = problem(again, 409)
    assert found["type"] == "urn:concordat:problem:already-given"
    assert found["detail"] == f"There is a partnership {api.code} already: A partnership; choose another code."


async def test_a_command_answers_with_what_is_new(api: Api) -> None:
    answer = await api.do("reforecast_milestone", **FORECAST)
    assert answer.status_code == 200
    assert answer.json() == {
        "partnership": api.code,
        "version": 10,
        "events": 1,
        "references": [f"{api.code}-P01-M01"],
    }


async def test_a_command_that_makes_something_answers_201(api: Api) -> None:
    answer = await api.do("schedule_meeting", code="B01", date="2114-07-17", time="14:00")
    assert (answer.status_code, answer.json()["references"]) == (201, [f"{api.code}-B01"])


async def test_a_refused_command_says_which_field_what_is_wrong_and_what_would_be_right(api: Api) -> None:
    found = problem(await api.do("reforecast_milestone", **{**FORECAST, "milestone": "P01-M07"}), 422)
    assert found["type"] == "urn:concordat:problem:refused"
    assert found["detail"] == f"No milestone {api.code}-P01-M07; project {api.code}-P01 has M01."
    assert found["errors"] == [
        {
            "field": "milestone",
            "place": "body",
            "problem": f"No milestone {api.code}-P01-M07.",
            "expected": f"Project {api.code}-P01 has M01.",
        }
    ]


async def test_a_command_that_does_not_fit_says_so_of_every_field(api: Api) -> None:
    found = problem(await api.do("reforecast_milestone", milestone="p1", forecast="31/12/2014", colour="red"), 422)
    assert {each["field"] for each in found["errors"]} == {"milestone", "forecast", "reason", "colour"}


async def test_a_taken_reference_is_a_conflict(api: Api) -> None:
    found = problem(await api.do("propose_project", code="P01", title="Another", lead="BRE"), 409)
    assert found["detail"] == f"{api.code}-P01 is taken and never given again; the next free one is P02."


async def test_in_an_unknown_partnership_nobody_has_a_role(client: httpx.AsyncClient) -> None:
    answer = await client.post(f"{ROOT}/NONE/commands/close-meeting", json={"meeting": "B01"})
    assert problem(answer, 403)["type"] == "urn:concordat:problem:no-role"


@pytest.mark.parametrize(
    ("command", "meant"),
    [
        ("close_meting", "; was “close-meeting” meant?"),
        ("Reforecast_Milestone", "; was “reforecast-milestone” meant?"),
        ("xyz", "."),
    ],
)
async def test_an_unknown_command_is_not_found_and_the_one_that_was_meant_is_named(
    api: Api, command: str, meant: str
) -> None:
    path = f"{ROOT}/{api.code}/commands/{command.replace('_', '-')}"
    assert problem(await api.do(command), 404)["detail"] == f"There is nothing at {path}{meant}"


async def test_what_only_the_system_asks_for_has_no_route(api: Api) -> None:
    problem(await api.do("note_breach", meeting="B01", commitment="C1", partner="BRE", periods=["2014-15 Q1"]), 404)


# -- who is asking -----------------------------------------------------------------------------------------------------


async def test_nothing_changes_without_the_token(api: Api, host: Host) -> None:
    async with httpx.AsyncClient(base_url=host.url, timeout=60) as stranger:
        answer = await stranger.post(f"{ROOT}/{api.code}/commands/reforecast-milestone", json=FORECAST)
    problem(answer, 401)


@pytest.mark.parametrize(("person", "status"), [("U002", 200), ("U003", 403), ("U099", 403)])
async def test_somebodys_software_has_that_persons_roles(api: Api, person: str, status: int) -> None:
    answer = await api.do("reforecast_milestone", api.as_person(person), **FORECAST)
    assert answer.status_code == status


async def test_who_is_turned_away_learns_who_may(api: Api) -> None:
    answer = await api.do("reforecast_milestone", api.as_person("U003"), **FORECAST)
    assert "the secretary or a partner lead or contributor of BRE may" in problem(answer, 403)["detail"]


async def test_nobody_acts_as_a_person_of_a_partner_that_left(api: Api) -> None:
    await api.do("record_partner_leaving", partner="BRE", left_on="2014-04-02")
    answer = await api.do("reforecast_milestone", api.as_person("U002"), **FORECAST)
    assert "have no role in" in problem(answer, 403)["detail"]


async def test_partners_and_people_are_shown_with_membership_and_what_they_hold(api: Api) -> None:
    amended = {"membership": "supporting", "from": "2014-07-01", "reason": "As agreed."}
    assert (await api.do("amend_partner", partner="HAC", **amended)).status_code == 200
    partner = (await api.get("/partners/HAC")).json()
    assert partner["memberships"] == [
        {"membership": "full", "from": "2014-04-01"},
        {"membership": "supporting", "from": "2014-07-01"},
    ]
    person = (await api.get("/people/U002")).json()
    assert person["partners"] == ["BRE"]
    assert {"role": "partner_lead", "partner": "BRE", "until": None} in person["held"]


# -- keys and preconditions --------------------------------------------------------------------------------------------


async def test_a_request_sent_again_with_its_key_is_carried_out_once(api: Api) -> None:
    key = {"Idempotency-Key": "once-only"}
    first = await api.do("reforecast_milestone", key, **FORECAST)
    again = await api.do("reforecast_milestone", key, **FORECAST)
    assert (again.status_code, again.json()) == (200, first.json())


async def test_a_key_that_stood_for_another_request_is_a_conflict(api: Api) -> None:
    key = {"Idempotency-Key": "once-only"}
    await api.do("reforecast_milestone", key, **FORECAST)
    answer = await api.do("reforecast_milestone", key, **{**FORECAST, "forecast": "2014-09-02"})
    assert problem(answer, 409)["type"] == "urn:concordat:problem:key-reused"


async def test_forming_takes_a_key_as_well(client: httpx.AsyncClient) -> None:
    body = {"code": next(_codes), "name": "A partnership", "formed_on": "2014-04-01"}
    answers = [await client.post(ROOT, json=body, headers={"Idempotency-Key": "once-only"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]


async def test_a_change_to_an_object_that_changed_meanwhile_is_told_apart(api: Api) -> None:
    seen = (await api.get("/projects/P01")).headers["etag"]
    first = await api.do("reforecast_milestone", {"If-Match": seen}, **FORECAST)
    second = await api.do("state_confidence", {"If-Match": seen}, project="P01", confidence="red", reason="It is.")
    assert first.status_code == 200
    found = problem(second, 412)
    assert found["version"] == 10
    assert f"{api.code}-P01 has changed since you saw it: it is at version 10." in found["detail"]


@pytest.mark.parametrize("tag", ["17", 'W/"17"', '"seventeen"', '"1", "2"'])
async def test_a_precondition_that_is_no_version_changes_nothing(api: Api, tag: str) -> None:
    answer = await api.do("reforecast_milestone", {"If-Match": tag}, **FORECAST)
    assert answer.status_code in (400, 412)
    assert (await api.get()).json()["version"] == 9


# -- what is shown -----------------------------------------------------------------------------------------------------


async def board_at_work(api: Api) -> None:
    await api.do("schedule_meeting", code="B01", date="2114-07-17", time="14:00", place="Guildhall")
    await api.do("add_agenda_item", meeting="B01", item=1, kind="decision", title="Pause it", about="P01")
    await api.do("open_meeting", meeting="B01", present=["U002", "U003"])
    await api.do("declare_interest", meeting="B01", item=1, person="U003", nature="A cousin.", follows="noted")
    await api.do(
        "record_decision",
        meeting="B01",
        item=1,
        code="D01",
        outcome="agreed",
        text="The project is paused.",
        vote={"for": ["U002", "U003"]},
        effect={"move_project": {"project": "P01", "stage": "paused"}},
    )
    await api.do("assign_action", decision="D01", code="A01", text="Tell them.", owner="BRE", due="2014-08-01")
    await api.do("raise_risk", code="R01", title="Delay", likelihood=2, impact=3, owner="BRE")
    await api.do("open_written_procedure", code="W01", title="Resume", text="It is resumed.", closes="2114-08-29T17:00")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/partners", ["BRE", "HAC"]),
        ("/people", ["U001", "U002", "U003"]),
        ("/commitments", ["C1"]),
        ("/projects", ["P01"]),
        ("/risks", ["R01"]),
        ("/meetings", ["B01"]),
        ("/decisions", ["D01"]),
        ("/actions", ["A01"]),
        ("/written-procedures", ["W01"]),
    ],
)
async def test_objects_are_listed_and_each_is_shown(api: Api, path: str, expected: list[str]) -> None:
    await board_at_work(api)
    listed = (await api.get(path)).json()
    found = [each.get("reference") or each.get("id") or each["code"] for each in listed]
    assert [each.removeprefix(f"{api.code}-") for each in found] == expected
    one = await api.get(f"{path}/{expected[0]}")
    assert one.status_code == 200
    assert one.headers["etag"].strip('"').isdecimal()
    missing = await api.get(f"{path}/Z99")
    told = problem(missing, 404)["detail"]
    assert any(instead in told for instead in ("there is only", "the p", "the directory"))


async def test_a_project_is_shown_with_its_workplan(api: Api) -> None:
    await api.do("reforecast_milestone", **FORECAST)
    await api.do("write_highlight", project="P01", progress="Ten services.", next="Twenty.")
    project = (await api.get(f"/projects/{api.code}-P01")).json()
    assert (project["stage"], project["highlight"]["progress"]) == ("in_delivery", "Ten services.")
    [milestone] = project["milestones"]
    assert (milestone["baseline"], milestone["forecast"], milestone["reforecasts"]) == ("2014-07-31", "2014-09-01", 1)


async def test_a_meeting_is_shown_with_its_agenda_and_record(api: Api) -> None:
    await board_at_work(api)
    meeting = (await api.get("/meetings/B01")).json()
    assert (meeting["date"], meeting["time"], meeting["place"]) == ("2114-07-17", "14:00", "Guildhall")
    assert [item["about"] for item in meeting["items"]] == [f"{api.code}-P01"]
    assert meeting["attendance"]["present"] == [f"{api.code}-U002", f"{api.code}-U003"]
    assert meeting["interests"][0]["follows"] == "noted"


async def test_a_decision_is_shown_with_its_vote_and_its_effect(api: Api) -> None:
    await board_at_work(api)
    decision = (await api.get("/decisions/D01")).json()
    assert decision["votes"]["for"] == [f"{api.code}-U002", f"{api.code}-U003"]
    assert decision["effect"] == {"move_project": {"project": f"{api.code}-P01", "stage": "paused"}}
    assert (decision["quorate"], decision["recommended"], decision["carried_out"]) == (True, False, True)


async def test_no_name_of_a_person_is_shown(api: Api) -> None:
    await board_at_work(api)
    assert "A Name" not in (await api.get("/people")).text
    assert "A Name" not in (await api.get("/events")).text


async def test_what_the_caller_has_already_is_not_sent_again(api: Api) -> None:
    tag = (await api.get("/projects/P01")).headers["etag"]
    assert (await api.get("/projects/P01", **{"If-None-Match": tag})).status_code == 304
    await api.do("admit_partner", code="LMA", name="LMA", kind="other", joined_on="2014-04-01")
    assert (await api.get("/projects/P01", **{"If-None-Match": tag})).status_code == 304
    await api.do("reforecast_milestone", **FORECAST)
    assert (await api.get("/projects/P01", **{"If-None-Match": tag})).status_code == 200


async def test_the_partnerships_of_whoever_asks_are_listed(api: Api, client: httpx.AsyncClient) -> None:
    own = by_system(api.settings, api.code)
    assert (await client.get(f"{ROOT}?limit=1000", headers=own)).json() == [{"code": api.code}]


# -- the log -----------------------------------------------------------------------------------------------------------


async def test_the_log_can_be_checked_from_scratch(api: Api) -> None:
    answer = await api.get("/events")
    assert answer.headers["content-type"] == "application/cloudevents-batch+json"
    position = Position()
    for event in json.loads(answer.content):
        chain = event.pop("chain")
        body = json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()
        recorded = read_with_chain(with_chain(body, chain))
        assert follows(position, recorded)
        position = recorded.position
    assert position.version == 9


async def test_the_log_is_read_in_pages(api: Api, client: httpx.AsyncClient) -> None:
    versions: list[int] = []
    path: str | None = f"{ROOT}/{api.code}/events?after=2&limit=3"
    while path is not None:
        answer = await client.get(path)
        versions += [event["version"] for event in answer.json()]
        path = answer.links["next"]["url"] if "next" in answer.links else None
    assert versions == [3, 4, 5, 6, 7, 8, 9]


async def test_the_log_of_no_partnership_is_nobodys(client: httpx.AsyncClient) -> None:
    problem(await client.get(f"{ROOT}/NONE/events"), 403)


# -- imports -----------------------------------------------------------------------------------------------------------

YAML = {"Content-Type": "application/yaml"}


async def bring_in(client: httpx.AsyncClient, content: str, headers: dict[str, str] = YAML) -> httpx.Response:
    return await client.post("/api/v1/imports", content=content, headers=headers)


async def test_a_programme_file_is_brought_in_whole(client: httpx.AsyncClient) -> None:
    code = next(_codes)
    answer = await bring_in(client, EXAMPLE.read_text().replace("code: LAP\n", f"code: {code}\n", 1))
    assert answer.status_code == 201, answer.text
    shown = (await client.get(f"{ROOT}/{code}")).json()
    assert answer.json()["version"] == shown["version"] > 1_000


async def test_what_is_logged_of_an_import_says_of_which_partnership(client: httpx.AsyncClient) -> None:
    code = next(_codes)
    with logged() as log:
        await bring_in(
            client, f"format: concordat/1\npartnership: {{code: {code}, name: One, formed_on: 2014-04-01}}\n"
        )
    [entry] = [each for each in log.entries if each["event"] == "a programme file was imported"]
    assert (entry["partnership"], entry["events"] > 0, "request_id" in entry) == (code, True, True)


LISTED = """people:
  - {key: secretary, name: The Office, email: office@example.org}
"""


@pytest.mark.parametrize(("people", "remarks"), [("", [NO_SECRETARY]), (LISTED, [])])
async def test_an_import_says_where_no_secretary_has_an_address(client: httpx.AsyncClient, people, remarks) -> None:
    head = f"format: concordat/1\npartnership: {{code: {next(_codes)}, name: One, formed_on: 2014-04-01}}\n"
    answer = await bring_in(client, head + people)
    assert answer.status_code == 201, answer.text
    assert answer.json()["remarks"] == remarks


async def test_a_faulty_programme_file_leaves_nothing_behind(client: httpx.AsyncClient) -> None:
    code = next(_codes)
    file = (
        "format: concordat/1\n"
        f"partnership: {{code: {code}, name: One, formed_on: 2014-04-01}}\n"
        "partners:\n"
        "  - {code: BRE, name: Brent, kind: borough, joined_on: 2014-04-01}\n"
        "  - {code: HAC, name: Hackney, kind: london_borough, joined_on: 2014-31-04}\n"
    )
    found = problem(await bring_in(client, file), 422)
    assert found["type"] == "urn:concordat:problem:faulty-file"
    assert [(each["line"], each["path"]) for each in found["faults"]] == [
        (4, "partners[0].kind"),
        (5, "partners[1].joined_on"),
    ]
    problem(await client.get(f"{ROOT}/{code}"), 403)


async def test_a_programme_file_may_not_run_ahead_of_the_deployments_clock(client: httpx.AsyncClient) -> None:
    code = next(_codes)
    file = (
        "format: concordat/1\n"
        f"partnership: {{code: {code}, name: One, formed_on: 2014-04-01}}\n"
        "history:\n"
        "  - {at: 2014-06-02T10:00, by: secretary, do: schedule_meeting, code: B01, date: 2014-07-17, time: 14:00}\n"
        "  - {at: 2190-06-02T10:00, by: secretary, do: schedule_meeting, code: B02, date: 2190-07-17, time: 14:00}\n"
    )
    found = problem(await bring_in(client, file), 422)
    assert [(each["line"], each["path"]) for each in found["faults"]] == [(5, "history[1].at")]
    assert "has not come yet" in found["faults"][0]["problem"]
    problem(await client.get(f"{ROOT}/{code}"), 403)


async def test_a_programme_file_is_sent_as_yaml(client: httpx.AsyncClient) -> None:
    problem(await bring_in(client, "{}", {"Content-Type": "application/json"}), 415)


async def test_a_programme_file_is_brought_in_by_those_who_may_write(host: Host) -> None:
    async with httpx.AsyncClient(base_url=host.url, timeout=60) as stranger:
        problem(await bring_in(stranger, "format: concordat/1"), 401)


# -- the description of it all -----------------------------------------------------------------------------------------


async def test_every_command_is_described_with_its_fields_and_its_problems(client: httpx.AsyncClient) -> None:
    document = (await client.get("/api/v1/openapi.json")).json()
    for name, command in COMMANDS.items():
        if command.by_system or name == "form_partnership":
            continue
        described = document["paths"][f"{ROOT}/{{partnership}}/commands/{name.replace('_', '-')}"]["post"]
        schema = described["requestBody"]["content"]["application/json"]["schema"]
        assert schema["$ref"].endswith(f"/{command.__name__}")
        assert {"400", "401", "403", "404", "409", "412", "415", "422"} <= set(described["responses"])


async def test_the_service_is_ready(client: httpx.AsyncClient) -> None:
    assert (await answered_ready(client)).ready


async def test_a_person_can_be_erased_from_the_directory_once_and_stays_in_the_register(api: Api) -> None:
    path = f"{ROOT}/{api.code}/people/U002/directory-entry"

    assert (await api.client.delete(path)).status_code == 204
    again = await api.client.delete(path)
    assert again.status_code == 404
    assert "erased before" in again.json()["detail"]
    assert (await api.get("/people/U002")).status_code == 200


async def test_only_the_secretary_may_erase_people(api: Api) -> None:
    path = f"{ROOT}/{api.code}/people/U003/directory-entry"

    answer = await api.client.delete(path, headers=api.as_person("U002"))

    assert answer.status_code == 403
    assert "This is for the secretary" in answer.json()["detail"]
