"""Published schemas are what the models say, and never accept less than they once did."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, date, datetime
from pathlib import Path

import jsonschema_rs
import pytest

from contracts.envelope import Cause, Position, seal, unseal, with_chain
from contracts.events import PROGRAMME_FACTS, REPORTING_FACTS, Fact, UnknownFact, fact_of, lift
from tests.contracts.samples import SAMPLES
from tools.compatibility import narrowings
from tools.schemas import ENVELOPE, SCHEMAS, documents, incompatibilities, schema_of

GOLDEN = Path(__file__).parent / "golden"


def sealed(fact: Fact):
    return seal(
        "programme",
        "LAP",
        Position(),
        fact,
        recorded_at=datetime(2014, 10, 3, 16, 0, tzinfo=UTC),
        effective_on=date(2014, 10, 3),
        cause=Cause("LAP-U001", "request-1", "request-1"),
    )


@pytest.mark.parametrize("name", sorted(documents()))
def test_the_published_document_is_the_one_that_the_models_give(name: str):
    published = (SCHEMAS / name).read_text("utf-8")
    assert published == documents()[name], "run: python -m tools.schemas"


def test_no_model_accepts_less_than_its_published_schema():
    assert incompatibilities() == []


def test_every_fact_has_a_sample_and_every_sample_fits_its_published_schema():
    assert {type(sample) for sample in SAMPLES} == {*PROGRAMME_FACTS, *REPORTING_FACTS}
    for sample in SAMPLES:
        event = json.loads(with_chain(sealed(sample).body, sealed(sample).chain))
        jsonschema_rs.validate(json.loads((SCHEMAS / ENVELOPE).read_text("utf-8")), event)
        jsonschema_rs.validate(json.loads((SCHEMAS / sample.schema_name()).read_text("utf-8")), event["data"])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda schema: schema["properties"].pop("reason"), "data.reason: is gone"),
        (lambda schema: schema["required"].append("note"), "data.note: is now required"),
        (
            lambda schema: schema["properties"]["forecast"].update(type="integer"),
            "data.forecast: was string, is integer",
        ),
        (lambda schema: schema["properties"]["reason"].update(maxLength=10), "data.reason: maxLength fell to 10"),
        (lambda schema: schema["properties"]["reason"].update(minLength=3), "data.reason: minLength rose to 3"),
        (lambda schema: schema["properties"]["reason"].update(pattern="^x"), "data.reason: pattern changed to '^x'"),
    ],
)
def test_a_schema_that_accepts_less_is_found_out(change, reason: str):
    published = schema_of(next(fact for fact in PROGRAMME_FACTS if fact.slug() == "milestone-reforecast"))
    changed = deepcopy(published)
    change(changed)
    assert narrowings(published, changed) == [reason]


def test_a_value_that_may_no_longer_be_given_is_found_out_through_references():
    published = schema_of(next(fact for fact in PROGRAMME_FACTS if fact.slug() == "project-moved"))
    changed = deepcopy(published)
    changed["$defs"]["Stage"]["enum"].remove("paused")
    assert narrowings(published, changed) == ["data.stage: 'paused' is no longer a value"]


def test_a_new_optional_member_is_no_narrowing():
    published = schema_of(next(fact for fact in PROGRAMME_FACTS if fact.slug() == "milestone-reforecast"))
    changed = deepcopy(published)
    changed["properties"]["note"] = {"type": "string"}
    assert narrowings(published, changed) == []


def test_a_fact_with_a_member_of_a_later_schema_is_still_read():
    fact = fact_of("org.concordat.meeting-closed.v1", {"meeting": "LAP-B01", "minutes": "to follow"})
    assert fact.model_dump() == {"meeting": "LAP-B01"}


def test_an_event_that_no_model_knows_is_refused_by_name():
    with pytest.raises(UnknownFact, match=r"org\.concordat\.tea-served\.v1"):
        fact_of("org.concordat.tea-served.v1", {})


@pytest.mark.parametrize("golden", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_every_event_ever_written_can_still_be_read(golden: Path):
    body = golden.read_bytes()
    event = unseal(body, "0" * 64)
    assert event.fact == next(sample for sample in SAMPLES if isinstance(sample, type(event.fact)))


def test_there_is_a_golden_file_for_every_schema():
    assert {path.name for path in GOLDEN.glob("*.json")} >= {fact.schema_name() for fact in PROGRAMME_FACTS}


def test_an_old_version_is_lifted_step_by_step_to_the_present_one():
    upcasters = {
        "org.concordat.visit-made.v1": ("org.concordat.visit-made.v2", lambda data: {"on": data["date"]}),
        "org.concordat.visit-made.v2": ("org.concordat.visit-made.v3", lambda data: {**data, "hours": 1}),
    }
    lifted = lift("org.concordat.visit-made.v1", {"date": "2014-10-03"}, upcasters)
    assert lifted == ("org.concordat.visit-made.v3", {"on": "2014-10-03", "hours": 1})
