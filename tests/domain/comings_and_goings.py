"""Histories of people who come and go for two partners that leave, or of which that is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import strategies as st

from contracts.events import Fact
from contracts.events.partners import PartnerAdmitted, PartnerLeavingWithdrawn, PartnerLeft
from contracts.events.partnership import PersonAppointed, Role, RolesEnded

DAYS = tuple(date(2014, 9, 1) + timedelta(days=number) for number in range(6))
ADMITTED = tuple(
    PartnerAdmitted(partner=code, name=f"Name of {code}", kind="other", joined_on=date(2014, 4, 1))
    for code in ("BEX", "BRO")
)

_people = st.sampled_from(("LAP-U002", "LAP-U003"))
_partners = st.sampled_from(("BEX", "BRO"))
_some_roles = st.sets(st.sampled_from((Role.CHAIR, Role.PARTNER_LEAD, Role.SECRETARY))).map(sorted).map(tuple)
_days = st.sampled_from(DAYS)
_facts = st.one_of(
    st.builds(
        PersonAppointed,
        person=_people,
        partner=st.none(),
        partners=st.sampled_from((("BEX",), ("BRO",), ("BEX", "BRO"), ())),
        roles=_some_roles,
    ),
    st.builds(RolesEnded, person=_people, partner=st.none() | _partners, roles=_some_roles, on=_days),
    st.builds(PartnerLeft, partner=_partners, left_on=_days, decision=st.none()),
    st.builds(PartnerLeavingWithdrawn, partner=_partners, left_on=st.just(DAYS[0]), reason=st.just("A mistake.")),
)


def comings_and_goings() -> st.SearchStrategy[list[Fact]]:
    """Return what may be recorded: who goes has come, and one leaving of a partner stands at most."""
    return st.lists(_facts, max_size=14).map(_possible)


def without_what_was_taken_back(facts: Sequence[Fact]) -> list[Fact]:
    """Return the same history without each leaving that was taken back, and without that it was."""
    kept: list[Fact] = []
    for fact in facts:
        if isinstance(fact, PartnerLeavingWithdrawn):
            kept.remove(next(each for each in reversed(kept) if _is_leaving_of(each, fact.partner)))
        else:
            kept.append(fact)
    return kept


def _is_leaving_of(fact: Fact, partner: str) -> bool:
    return isinstance(fact, PartnerLeft) and fact.partner == partner


def _possible(facts: Sequence[Fact]) -> list[Fact]:
    possible: list[Fact] = []
    came: set[str] = set()
    left: dict[str, date] = {}
    for fact in facts:
        match fact:
            case PersonAppointed():
                came.add(fact.person)
            case RolesEnded() if fact.person not in came:
                continue
            case PartnerLeft() if fact.partner in left:
                continue
            case PartnerLeft():
                left[fact.partner] = fact.left_on
            case PartnerLeavingWithdrawn() if fact.partner not in left:
                continue
            case PartnerLeavingWithdrawn():
                fact = fact.model_copy(update={"left_on": left.pop(fact.partner)})  # noqa: PLW2901 - as it stands now
        possible.append(fact)
    return possible
