"""Every list of the API: pages, filters, CSV and entity tags, over whatever lists there are."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.programme.api.reading import COLLECTIONS, LISTS, RECORDS
from services.runtime.base.settings import load_settings
from services.runtime.web.lists.filters import filters_of
from tests.parts.tokens import Software
from tests.programme.served import served

TOKEN = "a-token-for-tests"
LAP = "/api/v1/partnerships/LAP"
EXAMPLE = Path(__file__).parents[2] / "examples" / "london.yaml"
NAMES = [each.name for each in LISTS]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A caller of a service that has the London example, in which every list has rows."""
    settings = load_settings(data_dir=tmp_path_factory.mktemp("lists"), port=0, api_token=TOKEN, log_level="error")
    with served(settings) as url, httpx.Client(base_url=url, auth=Software(settings), timeout=60) as caller:
        yaml = {"Content-Type": "application/yaml"}
        assert caller.post("/api/v1/imports", content=EXAMPLE.read_bytes(), headers=yaml).status_code == 201
        for risk in ("R01", "R02", "R03"):
            put_right = {"risk": risk, "title": f"Put right, {risk}", "reason": "It was mistyped."}
            assert caller.post(f"{LAP}/commands/amend-risk", json=put_right).status_code == 200
        yield caller


def pages(client: httpx.Client, address: str) -> Iterator[httpx.Response]:
    """Yield the pages of a list, from one link to the next."""
    following: str | None = address
    while following is not None:
        answer = client.get(following)
        assert answer.status_code == 200, answer.text
        yield answer
        following = answer.links.get("next", {}).get("url")


def rows(client: httpx.Client, address: str) -> list[dict[str, Any]]:
    """Return all rows of a list."""
    return [row for page in pages(client, address) for row in page.json()]


def test_a_capability_shows_its_facts_as_well_as_its_objects() -> None:
    assert len(NAMES) == len(set(NAMES))
    assert {"milestones", "risks"} <= {each.name for each in COLLECTIONS}
    assert {"pledges", "reports", "highlights"} <= {each.name for each in RECORDS}


@pytest.mark.parametrize("name", NAMES)
def test_the_pages_of_a_list_have_every_row_once(client: httpx.Client, name: str) -> None:
    # given
    whole = rows(client, f"{LAP}/{name}?limit=1000")
    assert whole, f"the example has no {name}, so nothing here is tested"
    # when
    size = max(1, len(whole) // 3)
    parts = [page.json() for page in pages(client, f"{LAP}/{name}?limit={size}")]
    # then
    assert [len(part) for part in parts[:-1]] == [size] * (len(parts) - 1)
    assert [row for part in parts for row in part] == whole


@pytest.mark.parametrize("name", NAMES)
def test_a_list_as_csv_has_the_same_rows_and_is_whole(client: httpx.Client, name: str) -> None:
    # when
    answer = client.get(f"{LAP}/{name}?format=csv")
    # then
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers["content-disposition"] == f'attachment; filename="LAP-{name}.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf")
    table = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    shown = rows(client, f"{LAP}/{name}?limit=1000")
    assert len(table) == len(shown)
    for line, row in zip(table, shown, strict=True):
        for column, value in row.items():
            if isinstance(value, str) and not value.startswith(("=", "+", "-", "@")) and value.isprintable():
                assert line[column] == value


@pytest.mark.parametrize("name", NAMES)
def test_a_list_has_an_entity_tag_for_each_of_its_forms(client: httpx.Client, name: str) -> None:
    for query in ("", "?format=csv", "?limit=1"):
        tag = client.get(f"{LAP}/{name}{query}").headers["etag"]
        assert client.get(f"{LAP}/{name}{query}", headers={"If-None-Match": tag}).status_code == 304
    as_csv, as_json = (client.get(f"{LAP}/{name}?format={form}").headers["etag"] for form in ("csv", "json"))
    assert as_csv != as_json


@pytest.mark.parametrize("name", NAMES)
def test_each_filter_of_a_list_keeps_the_rows_that_fit_and_no_other(client: httpx.Client, name: str) -> None:
    [of] = [each for each in LISTS if each.name == name]
    whole = rows(client, f"{LAP}/{name}?limit=1000")
    filters = filters_of(of.list_shape)
    assert filters
    for parameter, each in filters.items():
        column = of.list_shape.model_fields[each.of].serialization_alias or each.of
        value = next((row[column] for row in whole if row[column] not in (None, [])), None)
        if value is None:
            continue
        wanted = value[0] if each.test == "has" else value
        found = client.get(
            f"{LAP}/{name}",
            params={parameter: str(wanted).lower() if isinstance(wanted, bool) else wanted, "limit": 1000},
        )
        assert found.status_code == 200, (parameter, found.text)
        fits = {
            "is": lambda its, wanted=wanted: its == wanted,
            "has": lambda its, wanted=wanted: wanted in its,
            "from": lambda its, wanted=wanted: its is not None and its >= wanted,
            "to": lambda its, wanted=wanted: its is not None and its <= wanted,
        }[each.test]
        assert found.json() == [row for row in whole if fits(row[column])], parameter


def dates_of(name: str) -> list[str]:
    """Return the filters of a list that take a date or an instant."""
    [of] = [each for each in LISTS if each.name == name]
    return [each.parameter for each in filters_of(of.list_shape).values() if each.test in ("from", "to")]


@pytest.mark.parametrize("name", NAMES)
def test_a_list_refuses_what_it_cannot_be_asked_for(client: httpx.Client, name: str) -> None:
    for query, field in (
        ("colour=red", "colour"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("format=xml", "format"),
        ("cursor=bm90IGE", "cursor"),
        *((f"{parameter}=1411200000", parameter) for parameter in dates_of(name)),
        ("cursor=%C3%A9", "cursor"),
    ):
        answer = client.get(f"{LAP}/{name}?{query}")
        assert answer.status_code == 422, query
        assert [each["field"] for each in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("name", [each.name for each in COLLECTIONS])
def test_an_object_has_the_entity_tag_that_a_change_of_it_is_measured_by(client: httpx.Client, name: str) -> None:
    [first, *_] = client.get(f"{LAP}/{name}?limit=1").json()
    reference = next(iter(first.values()))
    shown = client.get(f"{LAP}/{name}/{reference}")
    assert shown.status_code == 200
    assert shown.headers["etag"].strip('"').isdecimal()
    assert client.get(f"{LAP}/{name}/{reference}", headers={"If-None-Match": shown.headers["etag"]}).status_code == 304


def test_a_milestone_is_changed_under_the_tag_that_it_was_shown_with(client: httpx.Client) -> None:
    # given
    [milestone, *_] = [row for row in rows(client, f"{LAP}/milestones?actual=&limit=1000") if not row["dropped"]]
    tag = client.get(f"{LAP}/milestones/{milestone['reference']}").headers["etag"]
    change = {"milestone": milestone["reference"], "forecast": "2016-12-01", "reason": "Later than thought."}
    address = f"{LAP}/commands/reforecast-milestone"
    # then
    assert client.post(address, json=change, headers={"If-Match": tag}).status_code == 200
    assert client.post(address, json=change, headers={"If-Match": tag}).status_code == 412


def test_who_goes_through_a_list_while_it_grows_misses_nothing_and_sees_nothing_twice(client: httpx.Client) -> None:
    # given
    before = [row["reference"] for row in rows(client, f"{LAP}/risks?limit=1000")]
    walk = pages(client, f"{LAP}/risks?limit=2")
    seen = [row["reference"] for row in next(walk).json()]
    # when a risk is raised, and one that was shown is put right, before the next page is asked for
    new = {"title": "New", "cause": "One.", "effect": "One.", "owner": "BRE", "response": "None.", "likelihood": 1}
    [code, *_] = [f"R{number:02}" for number in range(1, 99) if f"LAP-R{number:02}" not in before]
    raised = client.post(f"{LAP}/commands/raise-risk", json={"code": code, "impact": 1, **new})
    assert raised.status_code == 201, raised.text
    seen += [row["reference"] for page in walk for row in page.json()]
    # then
    assert [each for each in seen if each in before] == before
    assert len(seen) == len(set(seen))


def test_rows_are_in_the_order_in_which_people_count(client: httpx.Client) -> None:
    numbers = [int(row["reference"].removeprefix("LAP-D")) for row in rows(client, f"{LAP}/decisions")]
    assert numbers == sorted(numbers)


def test_an_empty_filter_asks_for_what_has_none(client: httpx.Client) -> None:
    still_open = rows(client, f"{LAP}/risks?closed_on=")
    assert still_open
    assert {row["closed_on"] for row in still_open} == {None}
    assert len(rows(client, f"{LAP}/risks?closed_on_from={date.min}")) + len(still_open) == len(
        rows(client, f"{LAP}/risks")
    )


def test_several_values_of_one_filter_widen_it_and_several_filters_narrow(client: httpx.Client) -> None:
    both = rows(client, f"{LAP}/milestones?owner=BRE&owner=HAC&limit=1000")
    assert {row["owner"] for row in both} == {"BRE", "HAC"}
    one = rows(client, f"{LAP}/milestones?owner=BRE&owner=HAC&project={both[0]['project']}")
    assert one == [row for row in both if row["project"] == both[0]["project"]]


def test_the_document_describes_each_list_with_its_filters_and_forms(client: httpx.Client) -> None:
    document = client.get("/api/v1/openapi.json").json()
    for of in LISTS:
        operation = document["paths"][f"/api/v1/partnerships/{{partnership}}/{of.name}"]["get"]
        parameters = {each["name"] for each in operation["parameters"]}
        assert {"cursor", "limit", "format", *filters_of(of.list_shape)} <= parameters
        assert set(operation["responses"]["200"]["content"]) == {"application/json", "text/csv"}
        assert {"Link", "ETag"} <= set(operation["responses"]["200"]["headers"])
