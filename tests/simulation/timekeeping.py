"""The timetable of a simulated partnership: breaches looked for, packs issued, and every figure counted twice."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256

from contracts.envelope import unseal
from domain.figures.breaches import breaches
from domain.figures.compliance import Compliance
from domain.figures.timetable import Done, Duty, DutyKind, duties_due, next_duty, start_of
from domain.register import Register, fold
from domain.register.board import Meeting, MeetingState
from domain.register.papers import MeetingNotice, notice_of, with_returns_due
from services.reporting.announcements import breach_facts, cancelled_meetings
from services.reporting.pack import (
    ISSUED,
    PREVIEW,
    Edition,
    PackContent,
    PreviousPack,
    make_content,
    previous_pack,
)
from tests.simulation import watching
from tests.simulation.oracle.log import Known
from tests.simulation.oracle.obligations import Obligations
from tests.simulation.oracle.pack import almanac_of, differences, expected
from tests.simulation.oracle.papers import Meeting as OfPack
from tests.simulation.oracle.papers import gone_out, meetings
from tests.simulation.world import World, by_system


@dataclass(frozen=True)
class Issued:
    """A pack as it went out: what it was made from, and its fingerprint."""

    notice: MeetingNotice
    issued_at: datetime
    version: int
    before: Issued | None
    digest: str


@dataclass
class Timekeeper:
    """Does what is due. ``issued`` is by meeting, ``announced`` the breaches that stand, by commitment and partner."""

    world: World
    issued: dict[str, Issued] = field(default_factory=dict)
    announced: dict[tuple[str, str], str] = field(default_factory=dict)
    looked_at: datetime | None = None
    settled: set[tuple[DutyKind, str]] = field(default_factory=set)
    supplements: dict[str, int] = field(default_factory=dict)
    taken_in: dict[str, datetime] = field(default_factory=dict)
    caught_up: int = 0
    coming: Duty | None = None

    def keep_until(self, instant: datetime) -> None:
        """Do what falls due up to ``instant``, each at its time, and come to stand there."""
        world = self.world
        self._catch_up()
        while (coming := self._next()) is not None and coming.due_at <= instant:
            world.now = coming.due_at
            self._catch_up(at_once=False)
        world.now = max(world.now, instant)

    def _catch_up(self, at_once: bool = True) -> None:
        """Do what is due; where nothing was recorded since the last time, nothing new can be due ``at_once``."""
        if at_once and self.caught_up == self.world.register.position.version:
            return
        for duty in self._due():
            self._do(duty)
        self.caught_up = self.world.register.position.version
        self.coming = None

    def _next(self) -> Duty | None:
        if self.coming is None:
            self.coming = next_duty(self.world.register, self.world.now)
        return self.coming

    def _due(self) -> list[Duty]:
        done = Done(frozenset(self.issued), self.looked_at, frozenset(self.settled), self.taken_in)
        began_at = self.world.events[0].recorded_at
        return [
            each for each in duties_due(self.world.register, done, self.world.now) if each.reference_instant >= began_at
        ]

    def _do(self, duty: Duty) -> None:
        self.world.tally[f"duty {duty.kind.value}"] += 1
        match duty.kind:
            case DutyKind.LOOK_FOR_BREACHES:
                self._look_for_breaches(duty)
            case DutyKind.ISSUE_PACK:
                self._issue(duty)
            case DutyKind.ISSUE_SUPPLEMENT | DutyKind.TELL_OF_AGENDA:
                self._supplement(duty)
            case _:
                self.settled.add((duty.kind, duty.key))

    # -- breaches -------------------------------------------------------------------------------------------------

    def _look_for_breaches(self, duty: Duty) -> None:
        world, cut_off, meeting = self.world, duty.reference_instant, duty.meeting
        assert meeting is not None
        if self.looked_at is not None and cut_off < self.looked_at:
            world.differ("breaches are looked for behind a later look", duty)
        self.looked_at = cut_off
        assert duty.notice is not None
        of_pack, notice = _of_pack(duty.notice), with_returns_due(duty.notice, world.register, world.now)
        standing = breaches(Compliance(world.register_at(cut_off), cut_off, notice))
        found = [
            {"commitment": each.commitment, "partner": each.partner, "periods": list(each.periods)} for each in standing
        ]
        known = Known(world.log, cut_off)
        almanac = almanac_of(known.entries)
        told = Known(world.log, world.now), almanac.covered(of_pack.on)
        counted = Obligations(known, almanac, of_pack, told).breaches()
        for difference in differences(counted, found):
            world.differ("breaches at a cut-off", f"{meeting}, {cut_off}: {difference}")
        for fact in breach_facts(self.announced, standing, meeting, cancelled_meetings(world.register)):
            key = (fact.commitment, fact.partner)  # type: ignore[attr-defined]
            world.tally[f"breach {type(fact).__name__}"] += 1
            if type(fact).__name__ == "BreachEnded":
                del self.announced[key]
                continue
            self.announced[key] = meeting
            if not world.ask(
                by_system("note_breach", **fact.model_dump(include={"meeting", "commitment", "partner", "periods"}))
            ):
                world.differ("a breach does not get onto the agenda", fact)

    # -- packs ----------------------------------------------------------------------------------------------------

    def _issue(self, duty: Duty) -> None:
        world, reference = self.world, duty.meeting
        assert reference is not None
        assert duty.notice is not None
        self._may_be_issued(world.register.meetings[reference], duty.notice.date)
        notice = with_returns_due(duty.notice, world.register, world.now)
        out = [each.meeting for each in gone_out(Known(world.log, world.now), almanac_of(world.log))]
        if _of_pack(notice) not in out:
            world.differ("a pack is issued that has not gone out", notice)
        register = world.register_at(notice.timetable.cut_off)
        before = self._last_before(notice.timetable.cut_off)
        content = self._content(register, notice, before, ISSUED)
        self.compare(content, notice)
        issued = Issued(notice, world.now, content.position.version, before, fingerprint(content))
        self.issued[reference] = issued
        self.taken_in[reference] = notice.timetable.cut_off

    def _supplement(self, duty: Duty) -> None:
        """Make a supplement upon a move, or upon changes of the agenda, and count it twice like a pack."""
        world, reference = self.world, duty.meeting
        assert reference is not None
        self.settled.add((duty.kind, duty.key))
        pack = self.issued[reference]
        self.supplements[reference] = self.supplements.get(reference, 0) + 1
        notice = duty.notice or notice_of(world.register, world.register.meetings[reference])
        notice = replace(notice, timetable=replace(notice.timetable, quarter=pack.notice.timetable.quarter))
        notice = with_returns_due(notice, world.register, world.now)
        at = duty.reference_instant
        edition = Edition.supplement(self.supplements[reference])
        content = self._content(world.register_at(at), notice, pack, edition, at)
        self.compare(content, notice, at, _of_pack(pack.notice))
        self.taken_in[reference] = max(at, self.taken_in.get(reference, at))

    def _may_be_issued(self, meeting: Meeting, called_for: date) -> None:
        """``called_for`` is the day that stood when the pack was due: a move recorded after that comes too late."""
        world = self.world
        almanac = almanac_of(world.log)
        if meeting.reference in self.issued:
            world.differ("a pack is issued twice", meeting)
        if meeting.state is not MeetingState.SCHEDULED or world.now >= start_of(world.register.calendar, meeting):
            world.differ("a pack is issued for a meeting that is over", meeting)
        if almanac.today(world.now) < almanac.issue_day(called_for) or world.now <= almanac.cut_off(called_for):
            world.differ("a pack is issued before its time", meeting)

    def _last_before(self, cut_off: datetime) -> Issued | None:
        earlier = [each for each in self.issued.values() if each.notice.timetable.cut_off < cut_off]
        return max(earlier, key=lambda each: (each.notice.timetable.cut_off, each.notice.reference), default=None)

    def _content(
        self,
        register: Register,
        notice: MeetingNotice,
        before: Issued | None,
        edition: Edition,
        at: datetime | None = None,
    ) -> PackContent:
        return make_content(
            register,
            notice,
            before=None if before is None else self._previous(before),
            edition=edition,
            as_at=at,
        )

    def _previous(self, issued: Issued) -> PreviousPack:
        return previous_pack(fold(self.world.code, self.world.events[: issued.version]), issued.notice)

    def look(self) -> None:
        """Look at the figures now, before a cut-off as in a preview or after it as in a supplement."""
        world = self.world
        standing = [each for each in world.register.meetings.values() if each.state is not MeetingState.CANCELLED]
        if not standing:
            return
        standing.sort(key=lambda each: abs(each.date - world.today))
        meeting = standing[0] if world.rng.random() < 0.6 else world.rng.choice(standing)
        notice = with_returns_due(notice_of(world.register, meeting), world.register, world.now)
        register = world.register_at(world.now)
        self.compare(self._content(register, notice, None, PREVIEW, world.now), notice, world.now)

    def compare(
        self, content: PackContent, notice: MeetingNotice, at: datetime | None = None, about: OfPack | None = None
    ) -> None:
        """Compare a pack's data with the same counted afresh."""
        world = self.world
        meeting = _of_pack(notice)
        afresh = expected(world.log, meeting, world.now, at, about)
        kind = "issued pack" if at is None else "look"
        if meeting not in meetings(Known(world.log, at or notice.timetable.cut_off)):
            kind += " of a meeting that was not known so at that instant"
        for difference in differences(afresh, content.data):
            world.differ(f"{kind}: {_place(difference)}", f"{notice.reference} on {notice.date}: {difference}")
        watching.counts(world, content.data["compliance"], notice.reference)
        for each in content.data["compliance"]["obligations"]:
            world.tally[f"status {each['status']}"] += 1
        for each in content.data["milestones"]:
            world.tally[f"milestone {each['status']}"] += 1
        world.tally["looks"] += 1

    def fingerprints(self) -> list[str]:
        """Return a line for each pack that was issued: its reference, its last event and its fingerprint."""
        return [f"{meeting}-PACK {issued.version} {issued.digest}" for meeting, issued in self.issued.items()]

    # -- at the end -----------------------------------------------------------------------------------------------

    def make_again(self) -> None:
        """Make every issued pack again from the bytes of the log alone: the bytes must be the same."""
        world = self.world
        events = [unseal(event.body, event.chain) for event in world.events]
        for issued in self.issued.values():
            cut_off = issued.notice.timetable.cut_off
            register = fold(world.code, (event for event in events if event.recorded_at <= cut_off))
            content = self._content(register, issued.notice, issued.before, ISSUED)
            if fingerprint(content) != issued.digest:
                world.differ("a pack made again is another one", issued.notice)
            world.tally["packs made again"] += 1
        if fold(world.code, events) != world.register:
            world.differ("the log folds to another register", world.code)


def _of_pack(notice: MeetingNotice) -> OfPack:
    return OfPack(notice.reference, notice.date, notice.time.isoformat())


def fingerprint(content: PackContent) -> str:
    """Return the SHA-256 of pack.json and of everything else that a pack says."""
    data = json.dumps(content.data, ensure_ascii=False, indent=1)
    return sha256(f"{data}{content.sections}{content.cover}{content.sheets}{content.furniture}".encode()).hexdigest()


def _place(difference: str) -> str:
    """Return where a difference is, without what is particular to it."""
    path = re.sub(r"\(.*?\)|\[.*?\]", "", difference.split(": ", 1)[0])
    return re.sub(r"(by_partner|by_commitment)\.[^.]+", r"\1", path)
