"""Forms: what was typed is checked by a model, and kept with what is wrong with it."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import httpx
import pytest
from fastapi import APIRouter, Request
from pydantic import BaseModel

from services.runtime.base.problems import FieldFault, Problem
from services.runtime.web.app import make_app
from services.runtime.web.dates import WrittenDate
from services.runtime.web.forms import Form, FormRefused, submitted
from tests.parts.doors import OPEN
from tests.runtime.answering import calling, settings

SENT = {"title": "Catalogue live", "on": "2 Oct 2015"}
WRONG = {"number": "eleven", "on": "31/2/2015"}


class Milestone(BaseModel):
    title: str
    on: WrittenDate
    number: int = 1
    told: list[Literal["lead", "board"]] = []


def form(**typed: Any) -> Form:
    return Form({name: [value] if isinstance(value, str) else value for name, value in typed.items()})


def test_what_was_typed_becomes_a_model() -> None:
    milestone = form(**SENT, number=" 7 ", told=["lead", "board"]).checked(Milestone)
    assert milestone == Milestone(title="Catalogue live", on=date(2015, 10, 2), number=7, told=["lead", "board"])


def test_a_field_left_empty_is_one_left_out() -> None:
    milestone = form(**SENT, number="", told=[" "]).checked(Milestone)
    assert (milestone.number, milestone.told) == (1, [])


def test_each_fault_stands_at_its_field_in_the_order_of_the_fields_and_nothing_typed_is_lost() -> None:
    typed = form(**WRONG, told=["lead", "nobody"])
    with pytest.raises(FormRefused) as refused:
        typed.checked(Milestone, missing={"title": "Enter the title of the milestone."})
    kept = refused.value.form
    assert kept.typed == typed.typed
    assert list(kept.faults) == ["title", "on", "number", "told"]
    assert kept.fault("title") == "Enter the title of the milestone."
    assert kept.fault("on").startswith("“31/2/2015” is not a date: February 2015 has no day 31.")
    assert kept.fault("number") == "“eleven” is not a whole number. Give a whole number."
    assert kept.fault("act") == ""
    assert refused.value.status == 422


def test_what_the_core_refuses_stands_at_the_field_that_it_names() -> None:
    fault = FieldFault(field="on", place="body", problem="It is a Sunday.", expected="Give a working day.")
    named = form(**SENT).refused(Problem(422, "One field needs correcting.", errors=[fault]))
    whole = form(**SENT).refused(Problem(409, "The milestone was dropped meanwhile.", headers={"Retry-After": "1"}))
    assert named.form.faults == {"on": "It is a Sunday. Give a working day."}
    assert whole.form.faults == {"": "The milestone was dropped meanwhile."}
    assert (whole.status, whole.headers) == (409, {"Retry-After": "1"})


def test_a_form_that_nobody_has_touched_has_what_is_known() -> None:
    untouched = Form.of(title="Catalogue live")
    assert (untouched.value("title"), untouched.value("on"), untouched.values("told")) == ("Catalogue live", "", ())
    assert untouched.faults == {}


async def post(**request: Any) -> httpx.Response:
    router = APIRouter()

    @router.post("/form")
    async def read(request: Request) -> dict[str, Any]:
        return dict((await submitted(request)).typed)

    async with calling(make_app(settings(), [router], table=OPEN)) as client:
        return await client.post("/form", **request)


async def test_text_arrives_as_it_was_typed() -> None:
    typed = {"note": "one\r\ntwo\x00 – <three> ", "told": ["lead", "board"]}
    expected = {"note": ["one\ntwo\ufffd – <three> "], "told": ["lead", "board"]}
    assert (await post(data=typed)).json() == expected
    assert (await post(data=typed, files={"file": b"left out"})).json() == expected


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", ""])
async def test_what_is_no_form_is_refused(content_type: str) -> None:
    answer = await post(content=b"title=x", headers={"Content-Type": content_type})
    assert answer.status_code == 415
    assert "application/x-www-form-urlencoded" in answer.json()["detail"]


@pytest.mark.parametrize("body", [b"x", b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--"])
async def test_a_broken_form_is_refused_in_words(body: bytes) -> None:
    answer = await post(content=body, headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert answer.status_code == 400
    assert answer.json()["title"] == "The request cannot be read"


async def test_a_form_without_fields_has_nothing_in_it() -> None:
    answer = await post(content=b"", headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.json() == {}
