"""From the journal to a pack: which registers, notice and edition go into one, and the files that come of it.

Synchronous: making one takes the best part of a second, in a thread of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from contracts.envelope import Position
from contracts.events.reporting import PackIssued
from domain.register import Register
from domain.register.papers import MeetingNotice, notice_of, pack_of, with_returns_due
from services.reporting import editions
from services.reporting.editions import Issued
from services.reporting.pack import (
    ISSUED,
    MANIFEST,
    PREVIEW,
    TEMPLATE_VERSION,
    Edition,
    PackContent,
    PreviousPack,
    make_content,
    manifest,
    previous_pack,
    recipients,
    render,
)
from services.reporting.registers import Registers
from services.runtime.base.gc_control import without_collecting
from services.runtime.store.database import Database

_LONGEST_TITLE = 200


class NothingRecorded(LookupError):
    """Nothing of the partnership had been recorded by the instant for which a pack is wanted."""


class OtherTemplate(ValueError):
    """The edition was made by another version of the templates, so its bytes cannot be made again here."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which edition of which meeting's pack is to be made, from what was recorded by ``at``, and who is sent it.

    ``of_pack`` is the issued pack that a supplement goes with, ``told_until`` up to when the editions before it told.
    """

    partnership: str
    notice: MeetingNotice
    edition: Edition
    at: datetime
    recipients: tuple[str, ...] = ()
    of_pack: Issued | None = None
    told_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class MadePack:
    """An edition that has been made and not been issued."""

    plan: Plan
    title: str
    position: Position
    previous_meeting: str | None
    files: Mapping[str, bytes]

    @property
    def manifest(self) -> bytes:
        """The file that names all the others."""
        return self.files[MANIFEST]

    def issued_at(self, instant: datetime) -> Issued:
        """Return the edition as issued at ``instant``."""
        notice = self.plan.notice
        return Issued(
            partnership=self.plan.partnership,
            meeting=notice.reference,
            supplement=self.plan.edition.number,
            meeting_on=notice.date,
            meeting_time=notice.time,
            place=notice.place,
            cut_off=notice.timetable.cut_off,
            taken_in_at=self.plan.at,
            issued_at=instant,
            version=self.position.version,
            chain=self.position.chain,
            previous_meeting=self.previous_meeting,
            template=TEMPLATE_VERSION,
            recipients=self.plan.recipients,
            files=editions.described(self.files),
            issue_on=notice.timetable.issue_on,
            quarter=notice.timetable.quarter.label,
        )

    def announcement(self, issued: Issued, due_at: datetime | None = None) -> PackIssued:
        """Return the fact that tells of the issue, which was due at an instant."""
        timetable = self.plan.notice.timetable
        return PackIssued(
            pack=issued.reference,
            meeting=issued.meeting,
            supplement=issued.supplement,
            quarter=timetable.quarter.label,
            meeting_on=issued.meeting_on,
            meeting_time=issued.meeting_time,
            cut_off=issued.cut_off,
            issue_on=timetable.issue_on,
            title=_shortened(self.title),
            path=issued.path,
            files=issued.files,
            recipients=issued.recipients,
            due_at=due_at,
        )


class PackMaker:
    """Makes packs from the journal."""

    def __init__(self, database: Database, registers: Registers) -> None:
        self._database = database
        self._registers = registers

    def make(self, plan: Plan) -> MadePack:
        """Make an edition. Raises NothingRecorded."""
        with without_collecting():
            return self._make(plan)

    def again(self, issued: Issued) -> Mapping[str, bytes]:
        """Make the files of an issued edition again, from the journal alone. Raises OtherTemplate."""
        if issued.template != TEMPLATE_VERSION:
            raise OtherTemplate(
                f"{issued.reference} was made with the templates of version {issued.template}; "
                f"this is version {TEMPLATE_VERSION}"
            )
        told_until = self._told_before(issued)
        register, before = self._compared(issued.partnership, issued.version, self._previous_of(issued), told_until)
        edition = Edition.supplement(issued.supplement) if issued.supplement else ISSUED
        plan = Plan(issued.partnership, self._notice(issued), edition, issued.taken_in_at)
        return self._made(register, plan, before).files

    def differences(self, issued: Issued) -> list[str]:
        """Return the names of the files that come out otherwise when the edition is made again: none, if all is well.

        Raises OtherTemplate.
        """
        again = {file.name: file for file in editions.described(self.again(issued))}
        before = {file.name: file for file in issued.files}
        return sorted(name for name in again.keys() | before.keys() if again.get(name) != before.get(name))

    def forms(self, content: PackContent) -> Mapping[str, bytes]:
        """Return the files of an edition, its manifest among them."""
        files = dict(render(content))
        return files | {MANIFEST: manifest(content, files)}

    def _make(self, plan: Plan) -> MadePack:
        # Nothing but the pack may outlive this call: a collection that finds the register takes as long as reading it.
        version = self._registers.version_at(plan.partnership, plan.at)
        previous = plan.of_pack or self._last_before(plan)
        register, before = self._compared(plan.partnership, version, previous, plan.told_until)
        if register.formed is None:
            raise NothingRecorded(f"nothing had been recorded of {plan.partnership} by {plan.at.isoformat()}")
        return self._made(register, plan, before)

    def _compared(
        self, partnership: str, version: int, previous: Issued | None, told_until: datetime | None
    ) -> tuple[Register, PreviousPack | None]:
        """Return the register as it stood after ``version``, and the pack before, from one reading of the past."""
        if previous is None:
            return self._registers.at_version(partnership, version), None
        then = self._registers.at_version(partnership, previous.version)
        before = previous_pack(then, self._notice(previous), told_until)
        return self._registers.at_version(partnership, version, onward=then), before

    def _made(self, register: Register, plan: Plan, before: PreviousPack | None) -> MadePack:
        content = make_content(register, plan.notice, before=before, edition=plan.edition, as_at=plan.at)
        previous_meeting = None if before is None else before.notice.reference
        return MadePack(plan, content.title, register.position, previous_meeting, self.forms(content))

    def _notice(self, issued: Issued) -> MeetingNotice:
        """Return the notice from which an edition was made."""
        return self._registers.view(
            issued.partnership,
            lambda live: with_returns_due(issued.notice(live.calendar), live, issued.issued_at),
        )

    def _last_before(self, plan: Plan) -> Issued | None:
        return self._database.read_sync(
            lambda connection: editions.last_before(connection, plan.partnership, plan.notice.timetable.cut_off)
        )

    def _told_before(self, issued: Issued) -> datetime | None:
        """Return up to when the editions before a supplement told; None for a pack."""
        known = self._database.read_sync(
            lambda connection: editions.editions(connection, issued.partnership, issued.meeting)
        )
        return max((each.taken_in_at for each in known if each.supplement < issued.supplement), default=None)

    def _previous_of(self, issued: Issued) -> Issued | None:
        meeting = issued.previous_meeting
        if meeting is None:
            return None
        return self._database.read_sync(lambda connection: editions.edition(connection, issued.partnership, meeting))


def plan_pack(register: Register, meeting: str, now: datetime, due_at: datetime | None = None) -> Plan:
    """Plan the pack of a meeting, as it is issued at ``now``.

    Nobody is sent one that was due before the history was imported.

    Where the meeting has moved since its papers were due, they are those of the date that they were due for.
    """
    out = pack_of(register, meeting)
    notice = notice_of(register, register.meetings[meeting]) if out is None else out.notice
    notice = with_returns_due(notice, register, now)
    return Plan(register.code, notice, ISSUED, notice.timetable.cut_off, _sent_to(register, now, due_at))


def plan_preview(register: Register, meeting: str, now: datetime) -> Plan:
    """Plan a preview of a meeting's pack: from what is recorded now, but nothing behind the cut-off."""
    notice = with_returns_due(notice_of(register, register.meetings[meeting]), register, now)
    return Plan(register.code, notice, PREVIEW, min(now, notice.timetable.cut_off))


def plan_supplement(
    register: Register,
    known: Sequence[Issued],
    at: datetime,
    *,
    now: datetime,
    notice: MeetingNotice | None = None,
    due_at: datetime | None = None,
) -> Plan:
    """Plan the supplement that comes after the ``known`` editions of a meeting: what was recorded since, by ``at``.

    It is for ``notice``, or else for the date that stands, and about the quarter of its pack. Nobody is sent one that
    was due before the history was imported.
    """
    pack = known[0]
    notice = notice or notice_of(register, register.meetings[pack.meeting])
    quarter = pack.notice(register.calendar).timetable.quarter
    notice = replace(notice, timetable=replace(notice.timetable, quarter=quarter))
    return Plan(
        register.code,
        with_returns_due(notice, register, now),
        Edition.supplement(len(known)),
        at,
        _sent_to(register, now, due_at),
        pack,
        max(each.taken_in_at for each in known),
    )


def _sent_to(register: Register, now: datetime, due_at: datetime | None) -> tuple[str, ...]:
    is_bygone = due_at is not None and register.partnership.was_imported_since(due_at)
    return () if is_bygone else _recipient_ids(register, now)


def _recipient_ids(register: Register, now: datetime) -> tuple[str, ...]:
    today = register.calendar.local_date(now)
    return tuple(sorted(person.id for person in recipients(register, today)))


def _shortened(title: str) -> str:
    return title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1]}…"
