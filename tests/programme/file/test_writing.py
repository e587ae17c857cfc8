"""A programme file that is made from a log leads, brought in where nothing is, to the very log again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

import pytest

from contracts.envelope import Cause, Recorded, seal
from domain.register import Register, apply
from services.programme.capabilities import CAPABILITIES
from services.programme.core.commands import HISTORY
from services.programme.core.deciding import SYSTEM, NewEvent
from services.programme.file.checking import ProgrammeFile, checked
from services.programme.file.faults import Faults
from services.programme.file.moments import instant_of, written, zone_of
from services.programme.file.nodes import plain
from services.programme.file.reading import read
from services.programme.file.shadow import Shadow
from services.programme.file.writing import WrittenFile, written_file
from services.programme.file.yaml_text import yaml_of
from services.programme.partnership.commands import AppointPerson
from services.runtime.access.directory import DirectoryEntry
from tests.programme.partnerships import SECRETARY, START, Partnership

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").rglob("*.yaml"))
NOON = datetime(2014, 5, 2, 11, 0, tzinfo=UTC)
Directory = Mapping[str, DirectoryEntry]


def log_of(file: ProgrammeFile) -> list[Recorded]:
    shadow = Shadow(file.partnership, file.entries)
    return [event for entry in file.entries for event in shadow.carry_out(entry)]


def directory_of(file: ProgrammeFile) -> Directory:
    commands = (entry.command for entry in file.entries)
    appointed = (each for each in commands if isinstance(each, AppointPerson))
    return {str(each.person): DirectoryEntry(str(each.person), each.key, each.name, each.email) for each in appointed}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_that_was_brought_in_is_written_out_to_the_same_events_and_people(example: Path) -> None:
    file = checked(example.read_bytes(), "example")
    # when
    written = written_file(log_of(file), directory_of(file))
    again = checked(written.text.encode(), "again")
    # then
    assert again.register == file.register  # the chain of all its events among it
    assert directory_of(again) == directory_of(file)
    assert written.inexact == 0


def test_every_command_that_a_person_can_send_is_written_by_its_capability() -> None:
    written = {way.command.do for capability in CAPABILITIES for ways in capability.written.values() for way in ways}
    assert written == {*HISTORY, "form_partnership"}


class Log(Partnership):
    """A partnership that keeps its events."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Recorded] = []

    def happened(self, *decided: NewEvent, who: str = SECRETARY) -> Self:
        cause = f"command-{self.register.position.version}"
        for each in decided:
            event = seal(
                "programme",
                self.register.code,
                self.register.position,
                each.fact,
                recorded_at=self.now,
                effective_on=each.effective_on,
                cause=Cause(SYSTEM if each.by_system else who, cause, cause),
            )
            apply(self.register, event)
            self.events.append(event)
        return self

    def written(self, directory: Directory | None = None) -> WrittenFile:
        return written_file(self.events, directory or {})

    def again(self, directory: Directory | None = None) -> Register:
        return checked(self.written(directory).text.encode(), "again").register


@pytest.fixture
def log() -> Log:
    """A partnership that was formed over the API, during a day, with partners and people added as they came."""
    log = Log()
    log.now = START + timedelta(hours=2, microseconds=17)
    log.given("form_partnership", code="LAP", name="London", formed_on="2014-04-01")
    for minute, code in enumerate(("BRE", "HAC")):
        log.later(minutes=minute + 1)
        log.given("admit_partner", code=code, name=f"Name of {code}", kind="london_borough", joined_on="2014-04-01")
    log.later(seconds=3, milliseconds=250)
    log.given("appoint_person", name="Ada", partner="BRE", roles=["partner_lead", "board_member"])
    log.given("appoint_person", name="Ben", partners=["BRE", "HAC"], roles=["chair", "contributor"])
    return log


def test_what_was_set_up_over_the_api_is_written_out_too(log: Log) -> None:
    log.given(
        "agree_commitment",
        code="C1",
        title="One",
        measure={"kind": "attestation"},
        in_force_from="2014-04-01",
        period="quarter",
        core=True,
    )
    log.later(days=1)
    milestones = [{"code": "M01", "title": "First", "owner": "HAC", "due": "2014-07-31", "person": "LAP-U003"}]
    log.given("bring_in_project", code="P01", title="Project", lead="BRE", stage="in_delivery", milestones=milestones)
    log.given("schedule_meeting", code="B01", date="2014-07-17", time="14:00")
    log.later(days=30)
    log.given("reforecast_milestone", who="LAP-U003", milestone="P01-M01", forecast="2014-09-01", reason="- yes: no")
    # when
    again = log.again()
    # then
    same = ("people", "partners", "commitments", "projects", "milestones", "meetings", "last_recorded", "recorded_at")
    for part in same:
        assert getattr(again, part) == getattr(log.register, part), part
    assert log.written().inexact == 0


def test_that_a_partner_leaves_and_that_it_was_taken_back_are_written_out_in_their_order(log: Log) -> None:
    # given: the wrong partner was ticked, then the wrong date; meanwhile somebody came and somebody went
    why = {"reason": "The wrong one was ticked."}
    log.later(days=1)
    log.given("record_partner_leaving", partner="HAC", left_on="2014-05-01")
    log.given("withdraw_partner_leaving", partner="HAC", **why)
    log.given("record_partner_leaving", partner="HAC", left_on="2014-06-01")
    log.given("appoint_person", name="Cyd", partner="HAC", roles=["observer"])
    log.given("end_roles", person="LAP-U003", partner="HAC", roles=["chair"], on="2014-05-20")
    log.given("withdraw_partner_leaving", partner="HAC", **why)
    # when
    again = log.again()
    # then
    for part in ("people", "partners", "amendments"):
        assert getattr(again, part) == getattr(log.register, part), part
    assert log.written().inexact == 0


def test_people_without_a_key_get_one_and_who_was_erased_stays_without_a_name(log: Log) -> None:
    directory = {
        "LAP-U001": DirectoryEntry("LAP-U001", None, "Dora Office", "dora@office.example"),
        "LAP-U002": DirectoryEntry("LAP-U002", "u003", "Ada", "ada@brent.example"),
        "LAP-U003": DirectoryEntry("LAP-U003", None, None, None, NOON),
    }
    text = log.written(directory).text
    again = directory_of(checked(text.encode(), "again"))
    assert again["LAP-U001"] == DirectoryEntry("LAP-U001", "secretary", "Dora Office", "dora@office.example")
    assert again["LAP-U002"] == directory["LAP-U002"]
    assert again["LAP-U003"] == DirectoryEntry("LAP-U003", "u003-", "A former colleague", None)


def test_an_item_that_the_system_put_on_an_agenda_becomes_the_secretarys_and_is_counted(log: Log) -> None:
    log.given(
        "agree_commitment",
        code="C1",
        title="One",
        measure={"kind": "attestation"},
        in_force_from="2014-04-01",
        period="quarter",
        core=True,
    )
    log.given("schedule_meeting", code="B01", date="2014-07-17", time="14:00")
    log.given("note_breach", who=SYSTEM, meeting="B01", commitment="C1", partner="BRE", periods=["2014-15 Q1"])
    # when
    written, again = log.written(), log.again()
    # then
    assert written.inexact == 1
    [item] = again.meetings["LAP-B01"].items.values()
    noted = log.register.meetings["LAP-B01"].items[item.number]
    assert item == replace(noted, breach=None)


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2014, 10, 26, 0, 30, tzinfo=UTC),  # clocks show 01:30, and an hour later once more
        datetime(2014, 10, 26, 1, 30, tzinfo=UTC),
        datetime(2014, 6, 1, 16, 0, 0, 1, tzinfo=UTC),  # a moment behind a cut-off
        datetime(2014, 6, 1, 16, 0, 5, tzinfo=UTC),
    ],
)
def test_an_instant_is_written_so_that_it_is_found_again(instant: datetime) -> None:
    assert instant_of(written(instant, zone_of("Europe/London")), zone_of("Europe/London")) == instant


WORDS = "yes no on 10:00 2014-07-31 0o14 1e3 0x1F 12 -0.5 null ~ true .inf = @home `x` *star &and !tag %per << {a} [b]"
SENTENCES = ("", "- a dash", "# none", "a: b", "'single'", '"double"', "two\nlines", "trailing\n", "tab\there", "a, b")
UNSEEN = ("line\u2028separator", "next\u0085line", "é–“”", "? key", "ends with:", " begins with a space")


@pytest.mark.parametrize("text", [*WORDS.split(), *SENTENCES, *UNSEEN])
def test_a_text_is_written_so_that_it_is_read_as_the_very_text(text: str) -> None:
    faults = Faults()
    root = read(yaml_of({"in": {"block": text}, "flow": [{"text": text, "list": [text]}]}).encode(), faults)
    assert list(faults) == []
    assert root is not None
    assert plain(root) == {"in": {"block": text}, "flow": [{"text": text, "list": [text]}]}
