"""The board's meetings, their agendas, and written procedures between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.events.base import PartnerCode, PeriodLabel
from contracts.events.board import InterestFollows, ItemKind, Vote
from services.programme.core.command import Command, DateRule, Fields
from services.programme.core.fields import (
    MOST_ENTRIES,
    IsoDate,
    LocalInstant,
    PartnerOrNothing,
    Ref,
    RefOrNothing,
    Refs,
    Text,
    TimeOfDay,
    Title,
    Whole,
    Words,
)
from services.programme.decisions.effects import EffectEntry

MeetingRef = Annotated[Ref, Field(description="Reference of the meeting.", examples=["B01", "LAP-B01"])]
ItemNumber = Annotated[Whole, Field(ge=1, le=9_999, description="Number of the agenda item.", examples=[3])]
MeetingDate = Annotated[IsoDate, Field(description="Local date of the meeting.", examples=["2014-10-16"])]
MeetingTime = Annotated[TimeOfDay, Field(description="Local time at which it begins.", examples=["14:00"])]
Place = Annotated[Title | None, Field(description="Where it is held.", examples=["Guildhall"])]
Minutes = Annotated[
    Whole | None,
    Field(ge=1, le=1440, description="How many minutes it lasts; two hours where nobody says.", examples=[90]),
]
ProcedureRef = Annotated[Ref, Field(description="Reference of the written procedure.", examples=["W01", "LAP-W01"])]


class ScheduleMeeting(Command):
    """Give a new meeting of the project board its date."""

    dates: ClassVar[Mapping[str, DateRule]] = {"date": DateRule.IS_NOT_PAST}

    code: Annotated[Ref, Field(description="Reference of the new meeting.", examples=["B01"])]
    date: MeetingDate
    time: MeetingTime
    place: Place = None
    minutes: Minutes = None


class MoveMeeting(Command):
    """Move a meeting; everything that depends on its date moves too."""

    concerns: ClassVar[str | None] = "meeting"
    dates: ClassVar[Mapping[str, DateRule]] = {"date": DateRule.IS_NOT_PAST}

    meeting: MeetingRef
    date: MeetingDate
    time: MeetingTime
    place: Place = None
    minutes: Minutes = None


class CancelMeeting(Command):
    """Cancel a meeting."""

    concerns: ClassVar[str | None] = "meeting"

    meeting: MeetingRef
    reason: Annotated[Words, Field(description="Why it is not held.")]


class AddAgendaItem(Command):
    """Put an item on a meeting's agenda."""

    concerns: ClassVar[str | None] = "meeting"
    is_step: ClassVar[bool] = True

    meeting: MeetingRef
    item: ItemNumber
    kind: Annotated[ItemKind, Field(description="What the item is for.", examples=["decision"])]
    title: Annotated[Title, Field(description="Title.", examples=["Approve the shared catalogue"])]
    about: Annotated[
        Ref | None, Field(description="Reference of what it is about.", examples=["P01", "C1", "R01", "D01"])
    ] = None
    recommendation: Annotated[Words | None, Field(description="What the board is asked to decide.")] = None
    owner: Annotated[PartnerCode | None, Field(description="Code of the partner that brings it.", examples=["LMA"])] = (
        None
    )


class RequestChange(Command):
    """Ask the board for a change that it alone can make: an item of a meeting's agenda that carries its effect."""

    meeting: MeetingRef
    title: Annotated[Title, Field(description="Title.", examples=["Another year for the catalogue"])]
    recommendation: Annotated[Words, Field(description="What the board is asked to decide, and why.")]
    effect: Annotated[
        EffectEntry,
        Field(
            description="What it brings about if the board agrees.",
            examples=[{"move_project": {"project": "P01", "stage": "paused"}}],
        ),
    ]

    def brings_in(self, partnership: str) -> Iterable[str]:
        """Yield what its effect brings in."""
        return self.effect.brings_in(partnership)


class AmendAgendaItem(Command):
    """Put an item of an agenda right, until the meeting begins. An empty text takes away what stands there."""

    concerns: ClassVar[str | None] = "meeting"

    meeting: MeetingRef
    item: ItemNumber
    kind: Annotated[ItemKind | None, Field(description="What the item is for.", examples=["discussion"])] = None
    title: Annotated[Title | None, Field(description="The new title.", examples=["Approve the catalogue"])] = None
    about: Annotated[RefOrNothing | None, Field(description="Reference of what it is about.", examples=["P01"])] = None
    recommendation: Annotated[Text | None, Field(description="What the board is asked to decide.")] = None
    owner: Annotated[
        PartnerOrNothing | None, Field(description="Code of the partner that brings it.", examples=["LMA"])
    ] = None


class RemoveAgendaItem(Command):
    """Take an item off an agenda, until the meeting begins; its number is not given again."""

    concerns: ClassVar[str | None] = "meeting"

    meeting: MeetingRef
    item: ItemNumber
    reason: Annotated[Words, Field(description="Why.", examples=["It comes to the next meeting."])]


class Attendance(Fields):
    """Who is at a meeting."""

    people: ClassVar[tuple[str, ...]] = ("present", "apologies", "substitutes")

    meeting: MeetingRef
    present: Annotated[Refs, Field(description="Ids of everyone present.", examples=[["U002", "U003"]])]
    apologies: Annotated[Refs, Field(description="Ids of those who sent apologies.")] = ()
    substitutes: Annotated[
        dict[Ref, Ref],
        Field(
            default={},
            max_length=MOST_ENTRIES,
            description="By id of an absent member, the id of the person present in its place.",
            examples=[{"U004": "U009"}],
        ),
    ]


class OpenMeeting(Attendance, Command):
    """Open a meeting with those who are there."""

    concerns: ClassVar[str | None] = "meeting"
    is_step: ClassVar[bool] = True


class AmendAttendance(Attendance, Command):
    """Put right who is at a meeting while it is held: all of them, as they are there now."""

    concerns: ClassVar[str | None] = "meeting"


class DeclareInterest(Command):
    """Declare a person's interest in an item."""

    concerns: ClassVar[str | None] = "meeting"

    meeting: MeetingRef
    item: ItemNumber
    person: Annotated[Ref, Field(description="Id of the person.", examples=["U002"])]
    nature: Annotated[Words, Field(description="What the interest is.")]
    follows: Annotated[InterestFollows, Field(description="What follows from it.", examples=["withdraws"])]


class WithdrawInterest(Command):
    """Take back the interests that a person declared in an item, until the item is decided."""

    concerns: ClassVar[str | None] = "meeting"

    meeting: MeetingRef
    item: ItemNumber
    person: Annotated[Ref, Field(description="Id of the person.", examples=["U002"])]
    reason: Annotated[Words, Field(description="Why.", examples=["It was meant for item 4."])]


class CloseMeeting(Command):
    """Close a meeting."""

    concerns: ClassVar[str | None] = "meeting"

    meeting: MeetingRef


class NoteBreach(Command):
    """Put a breach on a meeting's agenda as an item of its own. The system asks for this, nobody else."""

    by_system: ClassVar[bool] = True
    concerns: ClassVar[str | None] = "meeting"

    meeting: MeetingRef
    commitment: Annotated[Ref, Field(description="Reference of the commitment.", examples=["LAP-C1"])]
    partner: Annotated[PartnerCode, Field(description="Code of the partner.", examples=["HAR"])]
    periods: Annotated[
        tuple[PeriodLabel, ...],
        Field(min_length=1, max_length=10, description="The periods in which it was not met."),
    ]


class OpenWrittenProcedure(Command):
    """Put a text to the board's members between meetings."""

    code: Annotated[Ref, Field(description="Reference of the new procedure.", examples=["W01"])]
    title: Annotated[Title, Field(description="Title.", examples=["Extend the catalogue contract"])]
    text: Annotated[Words, Field(description="What the members are asked to agree.")]
    closes: Annotated[
        LocalInstant, Field(description="Local date and time until which they answer.", examples=["2014-08-29T17:00"])
    ]
    about: Annotated[
        Ref | None, Field(description="A recommended decision that it would ratify.", examples=["D01"])
    ] = None
    effect: Annotated[EffectEntry | None, Field(description="What it brings about if it passes.")] = None

    def brings_in(self, partnership: str) -> Iterable[str]:
        """Yield what its effect brings in."""
        return () if self.effect is None else self.effect.brings_in(partnership)


class AnswerWrittenProcedure(Command):
    """Answer a written procedure; the last answer before closing counts."""

    concerns: ClassVar[str | None] = "procedure"

    procedure: ProcedureRef
    answer: Annotated[Vote, Field(description="The answer.", examples=["for"])]
    person: Annotated[
        Ref | None, Field(description="Id of the member who answers; the caller, without one.", examples=["U002"])
    ] = None


class CloseWrittenProcedure(Command):
    """Count the answers, once the closing instant has come."""

    concerns: ClassVar[str | None] = "procedure"

    procedure: ProcedureRef
    decision: Annotated[
        Ref | None,
        Field(
            description="Reference of the decision it becomes, where it is about none; else the next one is given.",
            examples=["D04"],
        ),
    ] = None
    gives: ClassVar[str] = "decision"
