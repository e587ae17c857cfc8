"""The load is each partner's released days against the mean of those that were members all quarter."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from contracts.events.capacity import CapacityPledged, CapacityReleased
from contracts.events.partners import PartnerLeft
from domain.figures.load import Load, LoadFlag, loads
from tests.domain.history import CALENDAR, History

Q1 = CALENDAR.quarter("2014-15 Q1")


def releases(partner: str, days: str, on: str = "2014-05-01") -> CapacityReleased:
    return CapacityReleased(partner=partner, project="LAP-P01", on=date.fromisoformat(on), days=days)


def pledges(partner: str, days: str, project: str = "LAP-P01") -> CapacityPledged:
    return CapacityPledged(partner=partner, project=project, quarter="2014-15 Q1", days=days)


def load_of(history: History, partner: str) -> Load:
    return next(load for load in loads(history.register(), Q1) if load.partner == partner)


def test_the_ratio_is_to_the_mean_of_all_members_including_those_that_released_nothing():
    history = History("BRE", "HAC", "LMA").told("2014-06-01", releases("BRE", "4"), releases("LMA", "5"))
    # The mean of 4, 0 and 5 days is 3 days.
    assert load_of(history, "BRE").ratio == Decimal("1.33")
    assert load_of(history, "HAC").ratio == Decimal("0.00")
    assert load_of(history, "LMA").ratio == Decimal("1.67")


def test_half_a_hundredth_is_rounded_up():
    # The mean of 1.01, 0.99, 6 and 0 days is 2 days; 1.01 days are 0.505 of it.
    history = History("BRE", "HAC", "LMA", "SOU")
    history.told("2014-06-01", releases("BRE", "1.01"), releases("HAC", "0.99"), releases("LMA", "6"))
    assert load_of(history, "BRE").ratio == Decimal("0.51")


def test_there_is_no_ratio_where_nobody_released_anything():
    assert load_of(History("BRE"), "BRE").ratio is None


def test_over_twice_the_mean_is_carrying_more_than_its_share_and_twice_is_not():
    history = History("BRE", "HAC", "LMA").told("2014-06-01", releases("LMA", "6"), releases("BRE", "3"))
    assert load_of(history, "LMA").flags == ()
    history.told("2014-06-02", releases("LMA", "0.10"))
    assert load_of(history, "LMA").flags == (LoadFlag.CARRYING_MORE_THAN_ITS_SHARE,)


def test_less_than_half_of_the_pledge_is_under_it_and_half_is_not():
    history = History("BRE").told("2014-06-01", pledges("BRE", "6"), releases("BRE", "3"))
    assert load_of(history, "BRE").flags == ()
    history.told("2014-06-02", pledges("BRE", "0.01", "LAP-P02"))
    assert load_of(history, "BRE").flags == (LoadFlag.UNDER_ITS_PLEDGE,)


def test_a_later_pledge_for_the_same_project_and_quarter_replaces_the_earlier():
    history = History("BRE").told("2014-06-01", pledges("BRE", "6")).told("2014-06-02", pledges("BRE", "4"))
    assert load_of(history, "BRE").pledged == Decimal(4)


def test_days_outside_the_quarter_do_not_count():
    history = History("BRE").told("2014-06-01", releases("BRE", "3", on="2014-07-01"))
    assert load_of(history, "BRE").released == 0


def test_a_partner_that_was_no_member_all_quarter_does_not_lower_the_mean_yet_has_a_ratio():
    history = History("BRE").admitted("2014-05-01", "HAC")
    history.told("2014-06-01", releases("BRE", "4"), releases("HAC", "2"))
    assert load_of(history, "BRE").ratio == Decimal("1.00")
    assert load_of(history, "HAC").ratio == Decimal("0.50")


def test_a_partner_that_had_left_before_the_quarter_is_not_listed():
    history = History("BRE", "HAC").told("2014-04-01", PartnerLeft(partner="HAC", left_on=date(2014, 4, 1)))
    assert [load.partner for load in loads(history.register(), Q1)] == ["BRE"]


def test_a_partner_that_left_before_its_first_day_as_a_member_was_over_is_not_in_the_table():
    history = History("BRE", "HAC").told("2014-05-02", PartnerLeft(partner="HAC", left_on=date(2014, 5, 1)))
    joined_that_day = history.register()
    joined_that_day.partners["HAC"].joined_on = date(2014, 5, 1)
    assert [load.partner for load in loads(joined_that_day, Q1)] == ["BRE"]


def test_a_partner_that_was_a_member_for_one_day_of_the_quarter_is_in_the_table():
    history = History("BRE", "HAC").told("2014-05-02", PartnerLeft(partner="HAC", left_on=date(2014, 4, 2)))
    assert [load.partner for load in loads(history.register(), Q1)] == ["BRE", "HAC"]
