"""The two logs of a small partnership, as programme and reporting would have written them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256

from contracts.envelope import Cause, Position, Recorded, event_id, seal
from contracts.events import Fact
from contracts.events.board import AgendaItemAdded, ItemKind, MeetingScheduled
from contracts.events.partners import PartnerAdmitted, PartnerKind
from contracts.events.partnership import BoardRules, PartnershipFormed, PersonAppointed, Role
from contracts.events.reporting import PackFile, PackIssued, ReturnDue, ReturnOverdue
from contracts.references import short

CODE = "LAP"
MEETING = f"{CODE}-B07"
PACK = f"{MEETING}-PACK"
START = datetime(2014, 7, 1, 8, 0, tzinfo=UTC)
CUT_OFF = datetime(2014, 10, 3, 16, 0, tzinfo=UTC)

SECRETARY, CHAIR, MEMBER, SUBSTITUTE, LEAD, OTHER_LEAD, CONTRIBUTOR = (
    f"{CODE}-U{number:03d}" for number in range(1, 8)
)
BOARD = (SECRETARY, CHAIR, MEMBER, SUBSTITUTE)

PDF = b"%PDF-1.7\nthe papers of the board\n" + bytes(range(256)) * 40
DATA = json.dumps(
    {
        "format": "concordat-pack/1",
        "projects": [
            {"stage": "in_delivery", "schedule_status": "red"},
            {"stage": "approved", "schedule_status": "green"},
            {"stage": "closed", "schedule_status": "red"},
        ],
        "compliance": {
            "partnership": {"met": 60, "met_late": 4, "partly_met": 5, "not_met": 20, "not_reported": 10, "rate": 65},
            "trend": [
                {
                    "quarter": "2014-15 Q1",
                    "met": 50,
                    "met_late": 0,
                    "partly_met": 0,
                    "not_met": 50,
                    "not_reported": 0,
                    "rate": 50,
                }
            ],
            "breaches": [{"commitment": "LAP-C1", "partner": "CMD", "periods": ["2014-15 Q1", "2014-15 Q2"]}],
        },
        "silent": [{"partner": "CMD", "days": 91}],
    }
).encode()


class Log:
    """One partnership's log on one stream, which grows by facts."""

    def __init__(self, stream: str, partnership: str = CODE) -> None:
        self.stream = stream
        self.partnership = partnership
        self.events: list[Recorded] = []

    @property
    def position(self) -> Position:
        return self.events[-1].position if self.events else Position()

    def record(
        self, fact: Fact, *, at: datetime | None = None, causation: str = "a-request", by: str = "secretary"
    ) -> Recorded:
        """Append ``fact`` and return the event."""
        at = at or START + timedelta(seconds=len(self.events))
        event = seal(
            self.stream,
            self.partnership,
            self.position,
            fact,
            recorded_at=at,
            effective_on=at.date(),
            cause=Cause(by, "a-request", causation),
        )
        self.events.append(event)
        return event

    def record_all(self, facts: Iterable[Fact]) -> list[Recorded]:
        """Append several facts."""
        return [self.record(fact) for fact in facts]


def founding(partnership: str = CODE) -> list[Fact]:
    """Return the facts with which the partnership begins: three partners, seven people, no meeting yet."""
    return [
        PartnershipFormed(
            name="London Archives Partnership",
            vision="Archives for all",
            formed_on=date(2014, 4, 1),
            financial_year_start_month=4,
            timezone="Europe/London",
            holidays="GB-ENG",
            board=BoardRules(),
        ),
        *(
            PartnerAdmitted(partner=code, name=name, kind=PartnerKind.LONDON_BOROUGH, joined_on=date(2014, 4, 1))
            for code, name in (("BRE", "Brent"), ("CMD", "Camden"), ("EAL", "Ealing"))
        ),
        PersonAppointed(person=SECRETARY, roles=(Role.SECRETARY,)),
        PersonAppointed(person=CHAIR, partner="BRE", roles=(Role.CHAIR, Role.BOARD_MEMBER)),
        PersonAppointed(person=MEMBER, partner="CMD", roles=(Role.BOARD_MEMBER,)),
        PersonAppointed(person=SUBSTITUTE, partner="CMD", roles=(Role.SUBSTITUTE,)),
        PersonAppointed(person=LEAD, partner="BRE", roles=(Role.PARTNER_LEAD,)),
        PersonAppointed(person=OTHER_LEAD, partner="CMD", roles=(Role.PARTNER_LEAD,)),
        PersonAppointed(person=CONTRIBUTOR, partner="CMD", roles=(Role.CONTRIBUTOR,)),
    ]


def scheduled(meeting: str = MEETING) -> MeetingScheduled:
    """Return the fact that a meeting was scheduled for 16 October 2014."""
    return MeetingScheduled(meeting=meeting, date=date(2014, 10, 16), time=time(14, 0), place="Guildhall, Room 2")


def on_agenda(item: int = 1) -> AgendaItemAdded:
    """Return an item on which a decision is asked for."""
    return AgendaItemAdded(
        meeting=MEETING,
        item=item,
        kind=ItemKind.DECISION,
        title="Approve the shared catalogue",
        recommendation="Approve it as proposed",
        owner="BRE",
    )


def issued(*recipients: str, supplement: int = 0, data: bytes = DATA, pdf: bytes = PDF) -> PackIssued:
    """Return the announcement of the meeting's pack, or of a supplement to it."""
    tail = f"-S{supplement}" if supplement else ""
    below = f"/supplements/{supplement}" if supplement else ""
    return PackIssued(
        pack=PACK + tail,
        meeting=MEETING,
        supplement=supplement,
        quarter="2014-15 Q2",
        meeting_on=date(2014, 10, 16),
        meeting_time=time(14, 0),
        cut_off=CUT_OFF,
        issue_on=date(2014, 10, 8),
        title="Board pack",
        path=f"/packs/{CODE}/{short(CODE, MEETING)}{below}",
        files=(_file("pack.html", b"<p>"), _file("pack.json", data), _file("pack.pdf", pdf)),
        recipients=recipients or BOARD,
    )


def due(*missing: str, days_before: int = 14) -> ReturnDue:
    """Return the reminder of the second quarter's return."""
    return ReturnDue(quarter="2014-15 Q2", deadline=CUT_OFF, days_before=days_before, missing=missing)


def overdue(*missing: str) -> ReturnOverdue:
    """Return the announcement that the second quarter's deadline has passed."""
    return ReturnOverdue(quarter="2014-15 Q2", deadline=CUT_OFF, missing=missing)


def resting_on(log: Log) -> str:
    """Return the causation of an announcement that was made with all of ``log`` taken in."""
    return event_id(log.stream, log.partnership, log.position.version)


def _file(name: str, content: bytes) -> PackFile:
    return PackFile(name=name, size=len(content), sha256=sha256(content).hexdigest())
