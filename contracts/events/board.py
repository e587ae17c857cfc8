"""Facts about the project board: meetings, agenda, interests, written procedures."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.events.base import Fact, PartnerCode, PeriodLabel, PersonId, Reference, Text, Title, date
from contracts.events.effects import Effect

ItemNumber = Annotated[int, Field(ge=1, le=9999)]
Place = Annotated[str, Field(max_length=200)]
Minutes = Annotated[int, Field(ge=1, le=1440)]


class ItemKind(StrEnum):
    """What an agenda item is for."""

    DECISION = "decision"
    DISCUSSION = "discussion"
    INFORMATION = "information"


class InterestFollows(StrEnum):
    """What follows from a declared interest: the last two end the vote, the last also the place in the quorum."""

    NOTED = "noted"
    SPEAKS_NO_VOTE = "speaks_no_vote"
    WITHDRAWS = "withdraws"


class Vote(StrEnum):
    """How a member answers."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class BreachNoted(BaseModel):
    """The breach that the system put on an agenda by an item of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    commitment: Reference
    partner: PartnerCode
    periods: tuple[PeriodLabel, ...]


class _OfMeeting(Fact):
    meeting: Reference

    def subject(self, partnership: str) -> str:
        return self.meeting


class MeetingScheduled(_OfMeeting):
    """A meeting of the project board was given a date and a local time; without ``minutes`` it lasts two hours."""

    date: date
    time: dt.time
    place: Place | None = None
    minutes: Minutes | None = None


class MeetingMoved(_OfMeeting):
    """A meeting moved to another date or time; where it names no place or length, these are as they were."""

    date: date
    time: dt.time
    place: Place | None = None
    minutes: Minutes | None = None


class MeetingCancelled(_OfMeeting):
    """A meeting will not be held."""

    reason: Text


class AgendaItemAdded(_OfMeeting):
    """An item joined a meeting's agenda; ``breach`` where the system put it there."""

    item: ItemNumber
    kind: ItemKind
    title: Title
    about: Reference | None = None
    recommendation: Text | None = None
    owner: PartnerCode | None = None
    breach: BreachNoted | None = None


class ChangeRequested(_OfMeeting):
    """A change that the board alone can make was asked for: an item for decision that carries its effect."""

    item: ItemNumber
    title: Title
    about: Reference | None = None
    recommendation: Text
    owner: PartnerCode | None = None
    effect: Effect

    def touched(self, partnership: str) -> tuple[str, ...]:
        return (self.meeting,) if self.about is None else (self.meeting, self.about)


class AgendaItemAmended(_OfMeeting):
    """An item of an agenda was put right: all of it, as it now stands."""

    item: ItemNumber
    kind: ItemKind
    title: Title
    about: Reference | None = None
    recommendation: Text | None = None
    owner: PartnerCode | None = None


class AgendaItemRemoved(_OfMeeting):
    """An item left a meeting's agenda; its number is not given again."""

    item: ItemNumber
    reason: Text


class MeetingOpened(_OfMeeting):
    """A meeting began; ``substitutes`` maps an absent member to the person present in its place."""

    present: tuple[PersonId, ...]
    apologies: tuple[PersonId, ...] = ()
    substitutes: dict[PersonId, PersonId] = Field(default={})


class InterestDeclared(_OfMeeting):
    """A person declared an interest in an item."""

    item: ItemNumber
    person: PersonId
    nature: Text
    follows: InterestFollows


class InterestWithdrawn(_OfMeeting):
    """The interests that a person had declared in an item were taken back."""

    item: ItemNumber
    person: PersonId
    reason: Text


class AttendanceAmended(_OfMeeting):
    """Who is at a meeting was put right: all of it, as it now stands."""

    present: tuple[PersonId, ...]
    apologies: tuple[PersonId, ...] = ()
    substitutes: dict[PersonId, PersonId] = Field(default={})


class MeetingClosed(_OfMeeting):
    """A meeting ended."""


class _OfProcedure(Fact):
    procedure: Reference

    def subject(self, partnership: str) -> str:
        return self.procedure


class WrittenProcedureOpened(_OfProcedure):
    """The secretary put a text to the members between meetings; ``about`` a recommendation that it would ratify."""

    title: Title
    text: Text
    closes_at: AwareDatetime
    about: Reference | None = None
    effect: Effect | None = None


class WrittenProcedureAnswered(_OfProcedure):
    """A member answered; the last answer before closing counts."""

    person: PersonId
    answer: Vote


class WrittenProcedureClosed(_OfProcedure):
    """The procedure ended: whether answers came from a quorum, and whether it passed."""

    quorate: bool
    passed: bool
