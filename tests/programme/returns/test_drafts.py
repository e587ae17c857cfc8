"""Drafts: one a partner and quarter, conflicts line by line, gone with the submission, a year or a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import Connection

from services.programme.returns import drafts
from services.programme.returns.drafts import DraftAnswer, DraftChanged, ReturnOf, Typed
from services.programme.returns.form.answer import Answer
from services.programme.schema import SCHEMA
from services.runtime.store.database import Database
from tests.parts.tables import make_schema

T = TypeVar("T")
NOON = datetime(2014, 8, 20, 11, 0, tzinfo=UTC)
LMA = ReturnOf("LAP", "2014-15 Q2", "LMA")
HACKNEY = LMA._replace(partner="HAC")
JO, SAM = "LAP-U006", "LAP-U007"
LINE = "milestone-P01-M01"


class Desk:
    """A database with drafts in it."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def do(self, work: Callable[[Connection], T]) -> T:
        return self.database.write_sync(work)

    def types(self, by: str, choice: str, seen: tuple[int, ...] = (), line: str = LINE, of: ReturnOf = LMA) -> None:
        typed = Typed(Answer(choice, {"reason": f"{choice}!"}), "2014-07-31", "31 July 2014", by, NOON)
        self.do(lambda connection: drafts.save(connection, of, line, typed, seen))

    def draft(self, of: ReturnOf = LMA) -> list[DraftAnswer]:
        return self.do(lambda connection: drafts.read(connection, of))

    def said(self, of: ReturnOf = LMA) -> list[tuple[str, str]]:
        return [(each.by, each.answer.choice) for each in self.draft(of)]

    def seen(self) -> tuple[int, ...]:
        return tuple(each.id for each in self.draft())


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    database = Database(database_url)
    make_schema(database, SCHEMA)
    yield Desk(database)
    database.close()


def test_what_is_typed_is_kept_with_who_typed_it_when_and_upon_what(desk: Desk) -> None:
    desk.types(JO, "done")
    (kept,) = desk.draft()
    assert (kept.answer, kept.base, kept.was) == (Answer("done", {"reason": "done!"}), "2014-07-31", "31 July 2014")
    assert (kept.by, kept.at, kept.line) == (JO, NOON, LINE)


def test_a_draft_is_one_partners_for_one_quarter(desk: Desk) -> None:
    desk.types(JO, "done")
    assert desk.said(HACKNEY) == []
    assert desk.said(LMA._replace(quarter="2014-15 Q3")) == []


def test_what_the_secretary_types_for_a_partner_is_a_draft_apart(desk: Desk) -> None:
    office = LMA._replace(by_office=True)
    desk.types(JO, "done")
    desk.types("LAP-U001", "keep", of=office)
    assert (desk.said(), desk.said(office)) == ([(JO, "done")], [("LAP-U001", "keep")])
    counts = desk.do(lambda connection: drafts.lines_answered(connection, "LAP"))
    assert counts == {("2014-15 Q2", "LMA"): 1}


def test_a_later_answer_of_the_same_person_takes_the_place_of_the_one_before(desk: Desk) -> None:
    desk.types(JO, "done")
    desk.types(JO, "keep")
    assert desk.said() == [(JO, "keep")]


def test_whoever_has_seen_a_colleagues_answer_replaces_it(desk: Desk) -> None:
    desk.types(JO, "done")
    desk.types(SAM, "keep", desk.seen())
    assert desk.said() == [(SAM, "keep")]


def test_what_a_colleague_typed_meanwhile_stays_beside_it(desk: Desk) -> None:
    # given a page that both opened when nothing was typed
    desk.types(JO, "done")
    # when
    desk.types(SAM, "keep", ())
    # then
    assert desk.said() == [(JO, "done"), (SAM, "keep")]


def test_two_who_say_the_same_do_not_contradict_each_other(desk: Desk) -> None:
    desk.types(JO, "done")
    desk.types(SAM, "done", ())
    assert desk.said() == [(JO, "done")]


def test_a_choice_between_two_answers_leaves_one(desk: Desk) -> None:
    desk.types(JO, "done")
    desk.types(SAM, "keep", ())
    desk.types(SAM, "done", desk.seen())
    assert desk.said() == [(SAM, "done")]


def test_numbers_are_not_given_again(desk: Desk) -> None:
    # given somebody whose page has shown an answer that was replaced since
    desk.types(JO, "done")
    shown = desk.seen()
    desk.do(lambda connection: drafts.discard(connection, LMA, LINE, shown))
    desk.types(JO, "keep")
    # when
    desk.types(SAM, "reforecast", shown)
    # then
    assert desk.said() == [(JO, "keep"), (SAM, "reforecast")]


def test_only_what_was_seen_is_discarded(desk: Desk) -> None:
    desk.types(JO, "done")
    seen = desk.seen()
    desk.types(SAM, "keep", ())
    desk.do(lambda connection: drafts.discard(connection, LMA, LINE, seen))
    assert desk.said() == [(SAM, "keep")]


def test_a_draft_that_is_submitted_goes_and_no_other(desk: Desk) -> None:
    desk.types(JO, "done")
    desk.types(JO, "keep", of=HACKNEY)
    answers = desk.draft()
    desk.do(lambda connection: drafts.submitted(connection, LMA, answers))
    assert (desk.said(), desk.said(HACKNEY)) == ([], [(JO, "keep")])


@pytest.mark.parametrize("meanwhile", ["typed", "submitted"])
def test_a_draft_that_changed_meanwhile_is_not_submitted(desk: Desk, meanwhile: str) -> None:
    # given
    desk.types(JO, "done")
    answers = desk.draft()
    if meanwhile == "typed":
        desk.types(SAM, "keep", line="note")
    else:
        desk.do(lambda connection: drafts.submitted(connection, LMA, answers))
    before = desk.said()
    # when
    with pytest.raises(DraftChanged):
        desk.do(lambda connection: drafts.submitted(connection, LMA, answers))
    # then
    assert desk.said() == before


def test_what_an_erased_person_typed_stays_and_that_it_was_they_goes(desk: Desk) -> None:
    desk.types(JO, "done")
    desk.types(SAM, "keep", line="note")
    desk.do(lambda connection: drafts.forget_person(connection, "LAP", JO))
    assert desk.said() == [(drafts.FORMER_COLLEAGUE, "done"), (SAM, "keep")]


def test_a_draft_is_kept_for_a_year(desk: Desk) -> None:
    desk.types(JO, "done")
    a_year_after = NOON + drafts.KEPT_FOR
    assert desk.do(lambda connection: drafts.forget(connection, a_year_after - drafts.KEPT_FOR)) == 0
    assert desk.do(lambda connection: drafts.forget(connection, a_year_after + timedelta(days=1))) == 1


def test_others_learn_no_more_of_a_draft_than_how_many_lines_have_an_answer(desk: Desk) -> None:
    desk.types(JO, "done")
    desk.types(SAM, "keep", ())
    desk.types(SAM, "write", line="note")
    desk.types(SAM, "keep", of=HACKNEY)
    counts = desk.do(lambda connection: drafts.lines_answered(connection, "LAP"))
    assert counts == {("2014-15 Q2", "LMA"): 2, ("2014-15 Q2", "HAC"): 1}


def test_drafts_outlast_a_restart(desk: Desk, database_url: str) -> None:
    desk.types(JO, "done")
    again = Database(database_url)
    try:
        assert len(again.read_sync(lambda connection: drafts.read(connection, LMA))) == 1
    finally:
        again.close()
