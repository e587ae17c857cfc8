"""What is issued never changes: the database refuses, and the pack can be made again and compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Table, delete, update
from sqlalchemy.exc import DBAPIError

from contracts.envelope import Position
from services.reporting import editions, journal, packs
from services.reporting.editions import AlreadyIssued, Issued
from services.reporting.packs import MadePack, NothingRecorded, OtherTemplate, PackMaker, plan_pack, plan_preview
from services.reporting.pages.freshness import Freshness
from services.reporting.pages.queries import Queries
from services.reporting.registers import Registers
from services.runtime.base.clock import SystemClock
from services.runtime.store.database import Database
from services.runtime.store.event_store import EventStore
from tests.domain.history import History, at

Make = Callable[[str], Issued]


@pytest.fixture
def history(database: Database) -> History:
    """Two partners, a commitment and two meetings."""
    told = History("BRE", "HAC").agreed("C1", {"kind": "attestation"})
    told.meeting("2014-06-02", "B01", "2014-07-17").meeting("2014-06-02", "B02", "2014-10-16")
    told.admitted("2014-09-01", "NEW")
    database.write_sync(lambda connection: journal.write(connection, told.events))
    return told


@pytest.fixture
def maker(database: Database) -> PackMaker:
    return PackMaker(database, Registers(database))


@pytest.fixture
def issue(database: Database, maker: PackMaker, history: History) -> Make:
    """Issue the pack of a meeting and return it as the store has it."""

    def issue(meeting: str) -> Issued:
        made = _made(maker, history, meeting)
        issued = made.issued_at(at("2014-10-08", "09:00"))
        database.write_sync(lambda connection: editions.store(connection, issued, made.files))
        return _stored(database, meeting)

    return issue


class Elsewhere:
    """A follower that takes nothing in: what pages know of editions they know without it."""

    def takes_in(self, _partnership: str) -> bool:
        return False

    def position(self, _partnership: str) -> Position:
        return Position()


def _made(maker: PackMaker, history: History, meeting: str) -> MadePack:
    return maker.make(plan_pack(history.register(), meeting, history.events[-1].recorded_at))


def _stored(database: Database, meeting: str) -> Issued:
    found = database.read_sync(lambda connection: editions.edition(connection, "LAP", meeting))
    assert found is not None
    return found


def test_an_edition_comes_back_as_it_was_issued(database: Database, maker: PackMaker, history: History):
    made = _made(maker, history, "LAP-B01")
    issued = made.issued_at(at("2014-07-09", "09:00"))
    database.write_sync(lambda connection: editions.store(connection, issued, made.files))
    assert _stored(database, "LAP-B01") == issued
    for file in issued.files:
        assert (
            database.read_sync(lambda connection, file=file: editions.content(connection, file))
            == made.files[file.name]
        )


def test_each_edition_of_a_partnership_comes_with_its_own_files(database: Database, issue: Make):
    first, second = issue("LAP-B01"), issue("LAP-B02")
    assert first.files != second.files
    assert database.read_sync(lambda connection: editions.editions(connection, "LAP")) == [first, second]


def test_pages_read_what_is_issued_once_and_again_when_any_replica_has_issued_more(database: Database, issue: Make):
    freshness = Freshness(database, EventStore("reporting"), Elsewhere(), SystemClock())
    queries = Queries(database, Registers(database), SystemClock(), freshness)
    first = issue("LAP-B01")
    seen = queries.editions("LAP")
    assert seen == [first]
    assert queries.editions("LAP") is seen
    second = issue("LAP-B02")
    assert queries.editions("LAP") == [first, second]


def test_a_pack_is_issued_once(database: Database, maker: PackMaker, history: History, issue: Make):
    first = issue("LAP-B01")
    again = replace(first, issued_at=at("2014-10-09"))
    files = _made(maker, history, "LAP-B01").files
    with pytest.raises(AlreadyIssued):
        database.write_sync(lambda connection: editions.store(connection, again, files))
    assert _stored(database, "LAP-B01") == first


@pytest.mark.parametrize(
    "table", [editions._editions, editions._files, editions._contents.table], ids=lambda table: table.name
)
@pytest.mark.parametrize("change", ["altered", "removed"])
def test_the_database_refuses_to_have_what_was_issued(database: Database, issue: Make, table: Table, change: str):
    issued = issue("LAP-B01")
    first = next(iter(table.c))
    statement = update(table).values({first: "LAX"}) if change == "altered" else delete(table)
    with pytest.raises(DBAPIError, match="an issued pack never changes"):
        database.write_sync(lambda connection: connection.execute(statement))
    assert _stored(database, "LAP-B01") == issued


def test_a_pack_made_again_has_the_same_bytes(maker: PackMaker, issue: Make):
    for meeting in ("LAP-B01", "LAP-B02"):
        assert maker.differences(issue(meeting)) == []


def test_a_pack_made_again_has_the_same_bytes_though_the_log_has_gone_on_and_the_meeting_was_moved(
    database: Database, maker: PackMaker, history: History, issue: Make
):
    issued = issue("LAP-B02")
    later = history.meeting("2014-11-01", "B02", "2014-12-04").admitted("2014-11-01", "LATE").events[-2:]
    database.write_sync(lambda connection: journal.write(connection, later))
    assert maker.differences(issued) == []


def test_the_pack_of_a_meeting_entered_after_another_ones_pack_has_the_same_bytes_made_again(
    database: Database, maker: PackMaker, history: History, issue: Make
):
    # given: B02's pack fixed the deadline after the cut-off of B03, which was entered for an earlier day
    issue("LAP-B02")
    history.meeting("2014-10-09", "B03", "2014-10-14")
    database.write_sync(lambda connection: journal.write(connection, history.events[-1:]))
    made = _made(maker, history, "LAP-B03")
    # then
    assert b"not_yet_due" in made.files["pack.json"]
    assert maker.differences(made.issued_at(at("2014-10-09"))) == []


def test_another_file_than_the_one_that_was_issued_is_found_out(maker: PackMaker, issue: Make):
    issued = issue("LAP-B01")
    forged = tuple(
        file.model_copy(update={"sha256": "0" * 64}) if file.name == "pack.json" else file for file in issued.files
    )
    assert maker.differences(replace(issued, files=forged)) == ["pack.json"]


def test_a_pack_of_another_template_is_not_called_different(
    maker: PackMaker, issue: Make, monkeypatch: pytest.MonkeyPatch
):
    issued = issue("LAP-B01")
    monkeypatch.setattr(packs, "TEMPLATE_VERSION", "of the next release")
    with pytest.raises(OtherTemplate, match="LAP-B01-PACK was made with the templates of version"):
        maker.differences(issued)


def test_a_pack_is_compared_with_the_last_one_issued_before_its_cut_off(issue: Make):
    assert issue("LAP-B01").previous_meeting is None
    assert issue("LAP-B02").previous_meeting == "LAP-B01"


def test_equal_files_are_kept_once(database: Database, maker: PackMaker, history: History, issue: Make):
    issued = issue("LAP-B01")
    twin = replace(issued, meeting="LAP-B09")
    files = _made(maker, history, "LAP-B01").files
    database.write_sync(lambda connection: editions.store(connection, twin, files))
    assert _stored(database, "LAP-B09").files == issued.files


def test_a_preview_takes_in_what_is_recorded_now_and_nothing_behind_the_cut_off(maker: PackMaker, history: History):
    early = maker.make(plan_preview(history.register(), "LAP-B02", at("2014-08-01")))
    late = maker.make(plan_preview(history.register(), "LAP-B02", at("2014-11-01")))
    assert early.position.version == history.events[-2].version
    assert late.plan.at == at("2014-10-03", "17:00")
    assert b'"state": "preview"' in late.files["pack.json"]


def test_there_is_no_pack_of_a_time_before_anything_was_recorded(maker: PackMaker, history: History):
    history.meeting("2014-06-03", "B00", "2014-04-03")
    with pytest.raises(NothingRecorded):
        _made(maker, history, "LAP-B00")
