"""Whatever is sent to the API, fit or unfit, it answers as its OpenAPI document says, and never fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import cast

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import GenerationConfig
from schemathesis.config._checks import NegativeDataRejectionConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.generation.meta import CoveragePhaseData, CoverageScenario
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    negative_data_rejection,
    positive_data_acceptance,
    unsupported_method,
)

from services.programme.api import make_router
from services.programme.core.dispatcher import Dispatcher
from services.runtime.base.settings import load_settings
from services.runtime.web.app import make_app
from services.runtime.web.openapi import describe
from tests.parts.tokens import Software
from tests.programme.served import served

TOKEN = "a-token-for-tests"
EXAMPLES = 8
SHARES = 16
EVERY = 5
"""Of the further wrong types for a place, one in so many is sent."""
AHEAD = f"{datetime.now(UTC) + timedelta(days=90):%Y-%m-%d}"
#: An address that is too long for what it asks for is refused before that is looked at.
REFUSED = [*NegativeDataRejectionConfig().expected_statuses, "414"]

#: What a command may be is for the rules to say and not for its schema; what is read needs no token here.
LEFT_OUT = [positive_data_acceptance, ignored_auth, unsupported_method]


@pytest.fixture(scope="module")
def software(tmp_path_factory: pytest.TempPathFactory) -> Software:
    """What asks: with the deployment's token, or as a system of the partnership LAP."""
    folder = tmp_path_factory.mktemp("programme")
    return Software(load_settings(data_dir=folder, port=0, api_token=TOKEN, log_level="error"))


@pytest.fixture(scope="module")
def url(software: Software) -> Iterator[str]:
    """The address of a service with one partnership, LAP, in which something has happened."""
    with served(software.settings) as address:
        with httpx.Client(base_url=address, auth=software, timeout=60) as client:
            for path, body in HAPPENED:
                assert client.post(f"/api/v1/partnerships{path}", json=body).status_code in (200, 201)
        yield address


HAPPENED = (
    ("", {"code": "LAP", "name": "London", "formed_on": "2014-04-01"}),
    (
        "/LAP/commands/admit-partner",
        {"code": "BRE", "name": "Brent", "kind": "london_borough", "joined_on": "2014-04-01"},
    ),
    ("/LAP/commands/appoint-person", {"name": "Ann", "partner": "BRE", "roles": ["board_member", "chair"]}),
    (
        "/LAP/commands/bring-in-project",
        {
            "code": "P01",
            "title": "Catalogue",
            "lead": "BRE",
            "stage": "in_delivery",
            "milestones": [{"code": "M01", "title": "Begun", "owner": "BRE", "due": "2014-07-31"}],
        },
    ),
    ("/LAP/commands/schedule-meeting", {"code": "B01", "date": AHEAD, "time": "14:00"}),
)


@cache
def described() -> BaseSchema:
    """The OpenAPI document; most of what is sent concerns the partnership that is there."""
    config = schemathesis.Config()
    config.projects.default.parameters = {"path.partnership": "LAP", "path.reference": "P01"}
    config.projects.default.checks.negative_data_rejection.expected_statuses = REFUSED
    config.projects.default.generation = GenerationConfig(max_examples=EXAMPLES, deterministic=True, database="none")
    nobody = cast("Dispatcher", None)  # to describe the routes takes nobody who answers
    document = describe(make_app(load_settings(), [make_router(nobody)]))
    return schemathesis.openapi.from_dict(document, config=config).include(path_regex="^/api/v1/")


@pytest.mark.parametrize("share", range(SHARES))
def test_every_answer_is_one_that_is_described(share: int, url: str, software: Software) -> None:
    # What is sent is made up here: schemathesis' own decorator has each worker make up all of it to know which tests
    # there are.
    schema = described()
    operations = [each.ok() for each in schema.get_all_operations()]
    for operation in operations[share::SHARES]:
        sent = build_operation_test(
            config=schema.config,
            operation=operation,
            test_func=_answered_as_described,
            given_kwargs={},
            feedback=FeedbackSources(constants_value_source=None),
        )
        sent(url=url, software=software, mistyped=Counter())


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=EXAMPLES)
def _answered_as_described(case: schemathesis.Case, url: str, software: Software, mistyped: Counter[str]) -> None:
    if _is_one_more_of_a_wrong_type(case, mistyped):
        return
    asked_by = software.headers_for(case.method, case.path.replace("{partnership}", "LAP"))
    left_out = [*LEFT_OUT, negative_data_rejection] if _lacks_who_asks(case) else LEFT_OUT
    case.call_and_validate(base_url=url, headers=asked_by, excluded_checks=left_out)


def _lacks_who_asks(case: schemathesis.Case) -> bool:
    """Say whether what makes a request unfit is, among other things, that it says nothing of who asks: we say it."""
    phase = case.meta.phase.data if case.meta else None
    return any(
        each.parameter_location is ParameterLocation.HEADER and "required" in each.keywords
        for each in getattr(phase, "mutations", ())
    )


def _is_one_more_of_a_wrong_type(case: schemathesis.Case, mistyped: Counter[str]) -> bool:
    """Say whether a place has had a wrong type before: the first for each is sent, and of the others a few of each."""
    phase = case.meta.phase.data if case.meta else None
    if not isinstance(phase, CoveragePhaseData) or phase.scenario != CoverageScenario.INCORRECT_TYPE:
        return False
    place = f"{phase.parameter_location} {phase.parameter} {phase.location}"
    mistyped[place] += 1
    return mistyped[place] > 1 and mistyped.total() % EVERY != 0
