"""The one oracle: what must be true of every house once it has come to rest, whatever happened to it before.

Every rule is a function of the evidence that yields sentences about what does not hold; none means that all is well.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from contracts.envelope import unseal
from domain.register import fold
from tests.faults.client import NOTE, Book
from tests.faults.digest import written_out
from tests.faults.evidence import Event, Evidence, Log, first_break, gather, instant
from tests.faults.house import House

Issues = tuple[tuple[str, str], ...]
"""Partnership and meeting of every pack that is to have been issued."""


async def verdict(house: House, book: Book, due: Issues = (), *, doubts: int = 0) -> list[str]:
    """Return what is wrong: nothing, if every promise was kept.

    ``due`` names the packs that must be there by now. ``doubts`` is how many e-mails may have arrived once more, as
    something happened between their last byte and the server's answer.
    """
    evidence = gather(house)
    return [*await verdict_on_records(house, evidence, book, due), *wrong_with_deliveries(evidence, doubts)]


async def verdict_on_records(house: House, evidence: Evidence, book: Book, due: Issues = ()) -> list[str]:
    """Return what is wrong with all that is kept, whatever became of e-mails."""
    return [*wrong_with_records(evidence, book, due), *[sentence async for sentence in _registers(house, evidence)]]


def wrong_with_records(evidence: Evidence, book: Book, due: Issues = ()) -> list[str]:
    """Return what is wrong with all that is stored; what is in memory is no part of it."""
    return [
        *_answered(evidence, book),
        *_logs(evidence),
        *_journal(evidence),
        *_packs(evidence, due),
        *_breaches(evidence),
    ]


def _answered(evidence: Evidence, book: Book) -> Iterator[str]:
    """What was answered with success is in the journal once, at the version that was answered; nothing is twice."""
    yield from book.wrongly_refused
    places = _places_of_notes(evidence.journal)
    for asked in book.asked:
        found = places.get((asked.partnership, asked.number), [])
        if len(found) > 1:
            yield f"note {asked.number} is {len(found)} times in the journal of {asked.partnership}: {found}"
        if asked.answer:
            last = asked.answer["version"]
            if found != [last]:
                yield f"note {asked.number} was answered to be event {last} of {asked.partnership}; it is at {found}"


def _places_of_notes(log: Log) -> dict[tuple[str, int], list[int]]:
    places: dict[tuple[str, int], list[int]] = defaultdict(list)
    for partnership, events in log.items():
        for event in events:
            for number in NOTE.findall(event.body):
                places[partnership, int(number)].append(event.version)
    return places


def _logs(evidence: Evidence) -> Iterator[str]:
    """Both logs are unbroken, are as long as they say, and never go back in time."""
    for name, log, heads in (
        ("programme", evidence.programme, evidence.programme_heads),
        ("reporting", evidence.reporting, evidence.reporting_heads),
    ):
        for partnership, events in log.items():
            if (version := first_break(events)) is not None:
                yield f"the log of {name} for {partnership} is broken at version {version}"
            times = [event.recorded_at for event in events]
            if times != sorted(times):
                yield f"the log of {name} for {partnership} goes back in time"
        lengths = {partnership: len(events) for partnership, events in log.items()}
        if lengths != {row["partnership"]: row["version"] for row in heads}:
            yield f"the heads of {name}'s log are not where it ends: {lengths}, {heads}"


def _journal(evidence: Evidence) -> Iterator[str]:
    """The journal is the log, byte for byte."""
    for partnership in evidence.programme.keys() | evidence.journal.keys():
        log, journal = evidence.programme.get(partnership, []), evidence.journal.get(partnership, [])
        if log != journal:
            apart = next((a.version for a, b in zip(log, journal, strict=False) if a != b), min(len(log), len(journal)))
            yield (
                f"the journal of {partnership} is not its log: {len(journal)} events for {len(log)}, apart at {apart}"
            )


def _packs(evidence: Evidence, due: Issues) -> Iterator[str]:
    """Each pack is issued once, rests on an unbroken beginning of the log, and holds nothing behind its cut-off."""
    issued = Counter((row["partnership"], row["meeting"]) for row in evidence.editions if row["supplement"] == 0)
    announced = Counter((each["partnership"], each["meeting"]) for each in evidence.packs_issued)
    for pack in {*due, *issued, *announced}:
        if issued[pack] != 1 or announced[pack] != 1:
            yield f"the pack of {pack} was issued {issued[pack]} times and announced {announced[pack]} times"
    for row in evidence.editions:
        log = evidence.programme.get(row["partnership"], [])
        if not 0 < row["version"] <= len(log) or log[row["version"] - 1].chain != row["chain"]:
            yield f"the pack of {row['meeting']} rests on version {row['version']}, which the log does not have so"
        elif log[row["version"] - 1].recorded_at > instant(row["cut_off"]):
            yield f"the pack of {row['meeting']} holds version {row['version']}, recorded after its cut-off"


def _breaches(evidence: Evidence) -> Iterator[str]:
    """Each breach that was announced is on an agenda once."""
    for partnership, log in evidence.reporting.items():
        on_agendas = Counter(
            event.attributes["causationid"]
            for event in evidence.programme.get(partnership, [])
            if event.kind == "agenda-item-added" and event.attributes["data"].get("breach")
        )
        for event in log:
            if event.kind == "breach-arisen" and on_agendas[event.attributes["id"]] != 1:
                yield f"the breach {event.attributes['id']} is on {on_agendas[event.attributes['id']]} agendas"


def wrong_with_deliveries(evidence: Evidence, doubts: int) -> Iterator[str]:
    """Each recipient got each edition once, and every other e-mail; twice only where nobody could know."""
    rows = {(row["partnership"], row["kind"], row["reference"], row["person"]): row for row in evidence.deliveries}
    for pack in evidence.packs_issued:
        for person in pack["recipients"]:
            row = rows.get((pack["partnership"], "pack", pack["pack"], person))
            if row is None or row["state"] != "sent":
                yield f"{pack['pack']} for {person} is {row and row['state']}"
    expected = set()
    excess = 0
    for row in evidence.deliveries:
        arrival = (row["message_id"], evidence.addresses.get((row["partnership"], row["person"]), ""))
        expected.add(arrival)
        times = evidence.arrived[arrival]
        if row["state"] == "sent" and times == 0:
            yield f"{row['reference']} for {row['person']} counts as sent and did not arrive"
        if times > 1 + row["doubts"]:
            yield f"{row['reference']} for {row['person']} arrived {times} times with {row['doubts']} doubts"
        excess += max(0, times - 1)
    if excess > doubts:
        yield f"{excess} e-mails arrived once more than they should have, where {doubts} had an excuse"
    for message, recipient in evidence.arrived.keys() - expected:
        yield f"{recipient} got {message}, which nobody was to send"


async def _registers(house: House, evidence: Evidence):  # type: ignore[no-untyped-def]
    """Every register in memory, of programme and of reporting, is the fold of the log."""
    for partnership, log in evidence.programme.items():
        expected = _folded(partnership, log)
        for member in house.members:
            if member[0] != "notifications":
                found = await house.written_out(member, partnership)
                if found != expected:
                    apart = _apart(expected, found)
                    yield f"the register of {partnership} in {member} is not the fold of the log: {apart}"


def _folded(partnership: str, log: list[Event]) -> str:
    try:
        return written_out(fold(partnership, [unseal(event.body, event.chain) for event in log]))
    except (ValueError, LookupError) as broken:
        return f"the log cannot be folded: {broken}"


def _apart(expected: str, found: str) -> Mapping[str, str]:
    pairs = zip(expected.splitlines(), found.splitlines(), strict=False)
    return next(({"expected": a, "found": b} for a, b in pairs if a != b), {"expected": "another length"})
