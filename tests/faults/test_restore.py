"""The drill: people work, a backup is made, they work on, everything is lost, the backup is restored, they work on."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.faults.at_work import at_work, through_the_cut_off, working
from tests.faults.client import NOTE, Asked
from tests.faults.conftest import Houses
from tests.faults.evidence import Evidence, gather
from tests.faults.house import House
from tests.faults.oracle import verdict_on_records
from tests.faults.rest import at_rest, issued
from tests.faults.story import MEETINGS, SETTLED, packs
from tests.parts.postgres import PostgresServer
from tests.parts.waiting import until

Sent = Counter[tuple[str, str]]


class OneInstant:
    """A backup of one instant: our own command's where databases are SQLite files, else PostgreSQL's base backup."""

    def begin(self, house: House, folder: Path) -> None:
        """Nothing is kept before."""

    def back_up(self, house: House, folder: Path) -> None:
        if house.postgres is not None:
            house.postgres.back_up(house.postgres.directory / folder.name)
            return
        code, said = house.command("backup", str(folder))
        assert code == 0, said

    def bring_back(self, house: House, folder: Path) -> str:
        """Do what docs/operations.md says; return what the command says."""
        if house.postgres is not None:
            house.postgres.restore(house.postgres.directory / folder.name)
            house.postgres.start()
            return restored_all(house)
        code, said = house.command("restore", "--check", str(folder))
        assert code == 0, said
        code, said = house.command("restore", str(folder), "--lost-at", house.clock.now().isoformat())
        assert code == 0, said
        return said


class Archive:
    """PostgreSQL's recovery to an instant: a base backup, and the archive of all that it wrote since."""

    _at: datetime

    def begin(self, house: House, folder: Path) -> None:
        assert house.postgres is not None
        house.postgres.back_up(house.postgres.directory / folder.name)

    def back_up(self, house: House, folder: Path) -> None:
        assert house.postgres is not None
        self._at = house.postgres.archived()

    def bring_back(self, house: House, folder: Path) -> str:
        assert house.postgres is not None
        house.postgres.restore_to(self._at, house.postgres.directory / folder.name)
        house.postgres.start()
        return restored_all(house)


def restored_all(house: House) -> str:
    code, said = house.command("restored", "all", "--lost-at", house.clock.now().isoformat())
    assert code == 0, said
    return said


@pytest.mark.parametrize("streams", [pytest.param("emptied", marks=pytest.mark.short_form("sqlite")), "kept"])
async def test_what_was_accepted_before_the_backup_is_there_and_nobody_is_mailed_again(
    houses: Houses, streams: str, tmp_path: Path
) -> None:
    with houses.house() as house:
        await drill(house, OneInstant(), streams, tmp_path / "backup")


@pytest.mark.postgresql
@pytest.mark.parametrize("streams", ["emptied", "kept"])
async def test_what_was_accepted_before_an_instant_of_the_archive_is_there_and_nobody_is_mailed_again(
    archiving: PostgresServer, streams: str, tmp_path: Path
) -> None:
    with House(tmp_path, postgres=archiving) as house:
        await drill(house, Archive(), streams, tmp_path / "backup")


@pytest.fixture
def archiving() -> Iterator[PostgresServer]:
    """A PostgreSQL server that keeps an archive."""
    directory = Path(tempfile.mkdtemp(prefix="concordat-postgres-"))
    try:
        with PostgresServer(directory, archiving=True) as server:
            yield server
    finally:
        shutil.rmtree(directory, ignore_errors=True)


async def drill(house: House, way: OneInstant | Archive, streams: str, folder: Path) -> None:
    """Lose everything while people work, bring it back in a way, and have them work on."""
    # given: people at work, a backup in the midst of it, and a pack that was issued and mailed after it
    async with at_work(house) as people:
        await asyncio.to_thread(way.begin, house, folder)
        await asyncio.sleep(1)
        accepted = people.book.answered
        await asyncio.to_thread(way.back_up, house, folder)
        await through_the_cut_off(house)
        assert await issued(house, packs("B01")) == []
        await until(lambda: packs_arrived(house, "B01"))
    sent = gather(house).arrived

    # when: everything is lost, and the backup restored
    lose_everything(house, streams=streams)
    told = await asyncio.to_thread(way.bring_back, house, folder)
    house.heal()

    # then: what had been accepted when it was made is there
    async with working(house, first=10_001) as others:
        await asyncio.sleep(1)
    assert await at_rest(house, packs("B01")) == [], told
    evidence = gather(house)
    assert missing(evidence, accepted) == []
    assert await verdict_on_records(house, evidence, others.book, packs("B01")) == []

    # and: the pack was issued again, which nobody is told of, and the next one reaches everybody
    assert again(evidence.arrived, sent) == []
    house.clock.move_to(MEETINGS["B02"][2] + SETTLED)
    assert await at_rest(house, packs("B02")) == []
    assert await packs_arrived(house, "B02")
    evidence = gather(house)
    assert again(evidence.arrived, sent) == []
    assert of_packs(evidence, "B01", "sent") == 0 < of_packs(evidence, "B02", "sent")
    code, said = await asyncio.to_thread(house.command, "verify")
    assert code == 0, said


def lose_everything(house: House, *, streams: str) -> None:
    """Kill all processes and have nothing left of what they kept, but the broker's store where it is ``kept``."""
    for member in house.members:
        house.kill(member)
    house.nats.kill()
    if house.postgres is not None:
        house.postgres.kill()
    shutil.rmtree(house.data)
    if streams == "emptied":
        shutil.rmtree(house.nats.directory / "jetstream")
    house.nats.start()


async def packs_arrived(house: House, meeting: str) -> bool:
    """Say whether everybody has the packs of a meeting: three recipients in each of two partnerships."""
    return of_packs(gather(house), meeting, "sent") == 2 * 3


def of_packs(evidence: Evidence, meeting: str, state: str) -> int:
    of = [row for row in evidence.deliveries if row["kind"] == "pack" and f"-{meeting}-" in row["reference"]]
    return sum(row["state"] == state for row in of)


def missing(evidence: Evidence, accepted: list[Asked]) -> list[str]:
    """Return what was answered with success and is not in the log, at the version that was answered."""
    places = {
        (partnership, int(number), event.version)
        for partnership, log in evidence.programme.items()
        for event in log
        for number in NOTE.findall(event.body)
    }
    return [
        f"note {each.number} of {each.partnership}"
        for each in accepted
        if each.answer and (each.partnership, each.number, each.answer["version"]) not in places
    ]


def again(arrived: Sent, before: Sent) -> list[tuple[str, str]]:
    """Return what somebody got before and has got once more."""
    return [each for each, times in before.items() if arrived[each] > times]
