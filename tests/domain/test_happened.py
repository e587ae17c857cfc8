"""What happened in words: every fact that can stand in a log is told, with its reason where it has one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from contracts.events import Fact
from contracts.events.board import MeetingClosed
from contracts.events.capacity import CapacityReleased, ReleaseWithdrawn
from contracts.events.decisions import (
    ActionMoved,
    DecisionRatifiedByPartner,
    DecisionRecorded,
    EffectCarriedOut,
    EffectRefused,
    RecommendationRatified,
)
from contracts.events.partners import PartnerAmended, PartnerLeavingWithdrawn
from contracts.events.partnership import HolidayAdded, PersonAppointed, Role, RolesEnded
from contracts.events.returns import (
    CommitmentAttested,
    PartnersReminded,
    QuantityReported,
    ReportWithdrawn,
    ReturnSubmitted,
)
from domain.wording.happened.anything import happened

DAY = date(2014, 10, 2)


@pytest.mark.parametrize(
    ("fact", "told"),
    [
        (
            PersonAppointed(person="U2", partner="BRE", roles=(Role.PARTNER_LEAD, Role.BOARD_MEMBER)),
            "<U2> became partner lead and board member for <BRE>.",
        ),
        (PersonAppointed(person="U2", roles=()), "<U2> holds no role any more."),
        (RolesEnded(person="U2", on=DAY), "<U2> holds no role from 2 October 2014."),
        (
            RolesEnded(person="U2", partner="BRE", roles=(Role.CHAIR,), on=DAY),
            "<U2> no longer holds the role of chair for <BRE> from 2 October 2014.",
        ),
        (
            PartnerAmended(partner="BRE", name="Brent Council", reason="so they say"),
            "The partner is now called “Brent Council”. So they say.",
        ),
        (
            PartnerAmended(partner="BRE", name="Brent Council", gss="E09000005", reason="so they say"),
            "The partner is now called “Brent Council”. GSS code of the partner put right. So they say.",
        ),
        (HolidayAdded(on=DAY, name="Local fair"), "2 October 2014 became a holiday: Local fair."),
        (
            CapacityReleased(partner="BRE", project="P1", on=DAY, days=Decimal("1.5")),
            "<BRE> gave 1.50 days to “<P1>” on 2 October 2014.",
        ),
        (
            ReleaseWithdrawn(partner="BRE", project="P1", on=DAY, release=4, reason="twice"),
            "Days that <BRE> gave to “<P1>” on 2 October 2014 were taken back. Twice.",
        ),
        (
            PartnerLeavingWithdrawn(partner="BRE", left_on=DAY, reason="the wrong one was ticked"),
            "That <BRE> is no longer a member from 2 October 2014 was taken back. The wrong one was ticked.",
        ),
        (
            CommitmentAttested(commitment="C1", partner="BRE", period="2014-15 Q2", answer="partly"),
            "<BRE> answered “partly” on “<C1>” for 2014-15 Q2.",
        ),
        (
            QuantityReported(commitment="C1", partner="BRE", on=DAY, amount=Decimal(12)),
            "<BRE> reported 12.00 on “<C1>” for 2 October 2014.",
        ),
        (
            ReportWithdrawn(what="quantity", commitment="C1", partner="BRE", on=DAY, report=4, reason="A slip."),
            "An amount of <BRE> on “<C1>” for 2 October 2014 was taken back. A slip.",
        ),
        (
            ReturnSubmitted(partner="BRE", quarter="2014-15 Q2", nothing_changed=True),
            "<BRE> submitted its return for 2014-15 Q2: nothing had changed.",
        ),
        (
            PartnersReminded(quarter="2014-15 Q2", deadline=datetime(2014, 10, 2, tzinfo=UTC), partners=("BRE", "CMD")),
            "<BRE> and <CMD> were reminded of the return for 2014-15 Q2.",
        ),
        (MeetingClosed(meeting="B1"), "The meeting ended."),
        (
            ActionMoved(action="A1", due=DAY, reason="it takes longer"),
            "The action is now due 2 October 2014. It takes longer.",
        ),
        (
            DecisionRecorded(decision="D1", meeting="B1", item=2, outcome="agreed", text="So.", quorate=False),
            "The decision on item 2 of B1 was recorded: agreed, without a quorum, as a recommendation.",
        ),
        (
            DecisionRecorded(
                decision="D2", procedure="W1", outcome="not_agreed", text="So.", quorate=True, supersedes="D1"
            ),
            "The decision on the written procedure W1 was recorded: not agreed. It supersedes D1.",
        ),
        (RecommendationRatified(decision="D1", by="W1"), "The recommendation was ratified by W1."),
        (
            DecisionRatifiedByPartner(decision="D1", partner="BRE", on=DAY),
            "<BRE> ratified it on 2 October 2014.",
        ),
        (EffectCarriedOut(decision="D1"), "What it brings about was carried out."),
        (
            EffectRefused(decision="D1", reason="the project was stopped"),
            "What it brings about could not be carried out. The project was stopped.",
        ),
    ],
)
def test_a_fact_is_told_in_a_sentence(fact: Fact, told: str) -> None:
    assert happened(fact, lambda reference: f"<{reference}>") == told
