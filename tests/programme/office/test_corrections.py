"""What was recorded by mistake is put right from one page, or the page says why it cannot be."""

from __future__ import annotations

import html
import re

from contracts.events.capacity import CapacityReleased
from contracts.events.commitments import CommitmentAgreed, PeriodKind, QuantityMeasure
from contracts.events.returns import QuantityReported
from tests.programme.office.test_people import text_of
from tests.programme.office.test_people_forms import led_to, sent
from tests.programme.pages.rooms import BRENT, SECRETARY, Rooms

PAGE = "/office/LAP/corrections"
DAYS = CommitmentAgreed(
    commitment="LAP-C2",
    title="Release time",
    text="",
    core=True,
    in_force_from="2014-04-01",
    period=PeriodKind.QUARTER,
    measure=QuantityMeasure(kind="quantity", unit="days", target=6),
)
ROW = re.compile(r'<td data-label="What">(.*?)</td>.*?<td data-label="Put it right">(.*?)</td>', re.DOTALL)


async def rows(office: Rooms) -> list[tuple[str, str]]:
    """Return what was recorded and how it is put right, from all pages of the list."""
    found, query = [], {}
    while True:
        page = await office.read(PAGE, **query)
        found += [(text_of(what).strip(), how) for what, how in ROW.findall(page)]
        older = re.search(r'rel="next" href="\?before=(\d+)"', page)
        if older is None:
            return found
        query = {"before": older[1]}


def links_in(how: str) -> list[str]:
    return [html.unescape(each) for each in re.findall(r'href="([^"]+)"', how)]


async def test_everything_that_was_recorded_has_a_way_or_a_reason_and_each_way_is_open(office: Rooms) -> None:
    found = await rows(office)
    assert len(found) > 20
    for what, how in found:
        assert text_of(how).strip(), what
    for address in {each for _, how in found for each in links_in(how)}:
        assert (await office.get(address)).status == 200, address


async def test_an_amount_that_was_reported_by_mistake_is_taken_back(strangers: Rooms) -> None:
    given = await strangers.told(
        DAYS,
        QuantityReported(commitment="LAP-C2", partner="BRE", on="2014-09-30", amount="60"),
        CapacityReleased(partner="BRE", project="LAP-P01", on="2014-09-30", days="5"),
    )
    office = await given.read_by(SECRETARY)
    (_, days), (amount, way) = (await rows(office))[:2]
    assert "60" in amount
    # when
    said = await led_to(office, await sent(office, links_in(way)[0], reason="A nought too many."))
    # then
    assert "A nought too many." in said
    assert [how for what, how in await rows(office) if "60" in what and "It was taken back." in how]
    # and the days, by another command
    await led_to(office, await sent(office, links_in(days)[0], reason="They were Hackney’s."))
    register = await office.service.dispatcher.view(office.code, lambda its: dict(its.capacity.releases))
    assert register.get("BRE", []) == []


async def test_the_later_of_two_with_one_date_is_taken_back_first(strangers: Rooms) -> None:
    one = QuantityReported(commitment="LAP-C2", partner="BRE", on="2014-09-30", amount="60")
    office = await (await strangers.told(DAYS, one, one.model_copy(update={"amount": 6}))).read_by(SECRETARY)
    (_, later), (_, earlier) = (await rows(office))[:2]
    assert len(links_in(later)) == 1
    assert links_in(earlier) == []
    assert "a later one with the same date" in text_of(earlier)


async def test_a_decision_says_why_it_is_not_edited(office: Rooms) -> None:
    ways = [text_of(how) for what, how in await rows(office) if "LAP-D01" in what]
    assert any("A decision is never edited." in each for each in ways)


async def test_corrections_are_the_secretarys(strangers: Rooms) -> None:
    lead = await strangers.read_by(BRENT)
    assert (await lead.get(PAGE)).status == 403
    assert (await strangers.read_by_stranger().get(PAGE)).status == 303
