"""Forming a partnership; appointing the people who act in it, and ending what they hold."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from contracts.events.base import PartnerCode
from contracts.events.partnership import Role
from services.programme.core.command import Command, Fields
from services.programme.core.fields import MOST_ENTRIES, Email, IsoDate, PartnerCodes, Ref, Text, Title, Whole, Words
from services.runtime.base.validation_messages import Unfit

Days = Annotated[Whole, Field(ge=0, le=60)]
Count = Annotated[Whole, Field(ge=1, le=1_000)]


class Board(Fields):
    """How the project board works."""

    clear_days: Annotated[Days, Field(description="Working days strictly between issue and meeting.")] = 5
    cutoff_working_days: Annotated[Days, Field(description="Working days from the data cut-off to the issue day.")] = 3
    quorum_count: Annotated[Count, Field(description="Members, or their substitutes, needed for a quorum.")] = 1
    quorum_partners: Annotated[Count, Field(description="Different partners needed among them.")] = 1
    must_attend: Annotated[PartnerCodes, Field(description="Partners without whom there is no quorum.")] = ()


class FormPartnership(Command):
    """Form a partnership. Its secretary is there from the start."""

    sets_up: ClassVar[bool] = True

    code: Annotated[
        str,
        Field(
            pattern=r"^[A-Z][A-Z0-9]{0,11}$", description="Short code that begins every reference.", examples=["LAP"]
        ),
    ]
    name: Annotated[Title, Field(description="Full name.", examples=["London Archives Partnership"])]
    vision: Annotated[Text, Field(description="What the partners want to bring about together.")] = ""
    formed_on: Annotated[IsoDate, Field(description="Local date on which it was formed.", examples=["2014-04-01"])]
    financial_year_start_month: Annotated[
        Whole, Field(ge=1, le=12, description="Month in which the financial year starts, 1 to 12.")
    ] = 4
    timezone: Annotated[
        str, Field(min_length=1, max_length=64, description="Time zone of all local dates and times.")
    ] = "Europe/London"
    holidays: Annotated[
        str,
        Field(
            min_length=1,
            max_length=16,
            description="Set of bank holidays: a country, or a country and a part of it, or none.",
            examples=["GB-ENG", "GB-SCT", "IE", "none"],
        ),
    ] = "GB-ENG"
    board: Annotated[Board, Field(description="How the project board works.")] = Board()


class BoardChanges(Fields):
    """The rules of the project board that change; the others stay."""

    clear_days: Annotated[Days | None, Field(description="Working days strictly between issue and meeting.")] = None
    cutoff_working_days: Annotated[
        Days | None, Field(description="Working days from the data cut-off to the issue day.")
    ] = None
    quorum_count: Annotated[Count | None, Field(description="Members, or their substitutes, needed for a quorum.")] = (
        None
    )
    quorum_partners: Annotated[Count | None, Field(description="Different partners needed among them.")] = None
    must_attend: Annotated[
        PartnerCodes | None, Field(description="Partners without whom there is no quorum, all of them.")
    ] = None


class AmendPartnership(Command):
    """Change name, vision or rules for the meetings from a date on; what earlier ones went by stays."""

    name: Annotated[Title | None, Field(description="Full name.", examples=["Greater London Archives"])] = None
    vision: Annotated[Text | None, Field(description="What the partners want to bring about together.")] = None
    holidays: Annotated[
        str | None,
        Field(min_length=1, max_length=16, description="Set of bank holidays, or none.", examples=["GB-ENG", "none"]),
    ] = None
    board: Annotated[BoardChanges | None, Field(description="The rules of the board that change.")] = None
    holds_from: Annotated[
        IsoDate,
        Field(alias="from", description="First date of meetings that it holds for.", examples=["2014-07-01"]),
    ]
    reason: Annotated[Words, Field(description="Why.")]


class AddHoliday(Command):
    """Make a day ahead a holiday: one that was newly proclaimed, or a local one."""

    on: Annotated[IsoDate, Field(description="Local date, later than today.", examples=["2022-09-19"])]
    name: Annotated[Title, Field(description="What it is called.", examples=["State funeral"])]


class RemoveHoliday(Command):
    """Make a holiday ahead a working day."""

    on: Annotated[IsoDate, Field(description="Local date, later than today.", examples=["2020-05-04"])]
    reason: Annotated[Words, Field(description="Why it is no holiday.", examples=["Moved to Friday 8 May"])]


class AppointPerson(Command):
    """Give a person roles, or change them. Name, e-mail and key go to the directory and never into an event."""

    concerns: ClassVar[str | None] = "person"

    person: Annotated[
        Ref | None, Field(description="The person's id; without one the next is given.", examples=["LAP-U002"])
    ] = None
    key: Annotated[
        str | None, Field(max_length=64, description="The name used for the person in a programme file.")
    ] = None
    name: Annotated[Title, Field(description="Name, kept in the directory alone.", examples=["Lead for Brent"])]
    email: Annotated[
        Email | None, Field(description="E-mail address, kept in the directory alone.", examples=["lead@brent.example"])
    ] = None
    partner: Annotated[
        PartnerCode | None, Field(description="Code of the partner for whom the person acts.", examples=["BRE"])
    ] = None
    partners: Annotated[
        PartnerCodes, Field(description="Their codes, where the person acts for several.", examples=[["BEX", "BRO"]])
    ] = ()
    roles: Annotated[
        tuple[Role, ...],
        Field(
            max_length=len(Role),
            description="All roles of the person from now on.",
            examples=[["board_member", "chair"]],
        ),
    ]
    held_for: Annotated[
        dict[PartnerCode, Annotated[tuple[Role, ...], Field(min_length=1, max_length=len(Role))]],
        Field(
            default_factory=dict,
            max_length=MOST_ENTRIES,
            description="Of these roles, which the person holds for a partner; of one that is not named, all.",
            examples=[{"BEX": ["partner_lead"], "BRO": ["contributor"]}],
        ),
    ]

    @model_validator(mode="after")
    def _partner_or_partners(self) -> AppointPerson:
        check_one_or_several(self.partner, self.partners)
        return self

    @property
    def acts_for(self) -> tuple[str, ...]:
        """Every partner for which the person is to act, each once."""
        return tuple(dict.fromkeys(self.partners)) or (() if self.partner is None else (self.partner,))


class EndRoles(Command):
    """End roles of a person: all, or some of them, or those for one partner."""

    concerns: ClassVar[str | None] = "person"

    person: Annotated[Ref, Field(description="The person's id.", examples=["LAP-U002"])]
    partner: Annotated[
        PartnerCode | None,
        Field(description="Code of the partner for whom they were held; all, without it.", examples=["BRE"]),
    ] = None
    roles: Annotated[
        tuple[Role, ...],
        Field(max_length=len(Role), description="The roles that end; all, without them.", examples=[["partner_lead"]]),
    ] = ()
    on: Annotated[IsoDate, Field(description="First day without them.", examples=["2015-04-01"])]


def check_one_or_several(partner: str | None, partners: tuple[str, ...]) -> None:
    """Raise Unfit where a person is said to act for a partner and for several besides."""
    if partner is not None and partners:
        raise Unfit("Both partner and partners stand here.", "Give partner for one of them, or partners for several.")
