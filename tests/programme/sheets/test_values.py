"""What cells mean: days in British forms, amounts, choices; what does not fit is said at its place."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from services.programme.sheets import values
from services.programme.sheets.cells import NoValue, SheetCell
from services.programme.sheets.values import DateOrder
from services.runtime.base.validation_messages import Unfit

SECOND = date(2015, 10, 2)
FIVE = datetime.fromisoformat("2015-10-02T17:00")


@pytest.mark.parametrize(
    "written",
    [
        SECOND,
        FIVE,
        "2/10/15",
        "02.10.2015",
        "2 Oct 2015",
        "Friday 2nd October 2015",
        "2015-10-02",
        "2015-10-02T17:00:00Z",
        "2015-10-02 17:00:00.000",
        "02/Oct/15 5:00 PM",
        "02/10/2015 00:00",
    ],
)
def test_a_day_is_read_as_people_and_programmes_write_it(written) -> None:
    assert values.day(written) == SECOND


@pytest.mark.parametrize("written", ["10/02/2015", "10/2/15", "10-02-2015 5:00 PM", "2 Oct 2015", "2015-10-02"])
def test_a_day_is_read_with_the_month_first_where_that_is_known(written: str) -> None:
    assert values.day(written, DateOrder.MONTH_FIRST) == SECOND


@pytest.mark.parametrize(
    ("column", "order"),
    [
        (["1/2/2015", "13/2/2015"], DateOrder.DAY_FIRST),
        (["1/2/2015", "2/13/2015", None], DateOrder.MONTH_FIRST),
        (["1/2/2015", SECOND], None),
        ([], None),
    ],
)
def test_a_column_tells_the_order_of_its_dates_where_one_of_them_can_be_read_in_one_way(column, order) -> None:
    assert values.order_of(column) is order


@pytest.mark.parametrize(
    ("reading", "value", "problem", "expected"),
    [
        (values.day, "soon", "“soon” is not a date.", "Give a date such as 2 October 2015 or 2/10/2015."),
        (
            values.day,
            Decimal(42279),
            "“42279” is a number, not a date; perhaps 2 October 2015 is meant.",
            "Format the cell as a date.",
        ),
        (values.day, Decimal("7.5"), "“7.5” is a number, not a date.", "Format the cell as a date."),
        (values.day, True, "“yes” is not a date.", "Give a date such as 2 October 2015 or 2/10/2015."),
        (values.amount, "4,5", "“4,5” is not an amount.", "Give an amount such as 6 or 4.50."),
        (values.amount, SECOND, "“2 October 2015” is not an amount.", "Give an amount such as 6 or 4.50."),
        (values.text, NoValue("No value.", "Save it."), "No value.", "Save it."),
    ],
)
def test_what_does_not_fit_is_said_in_two_sentences(reading, value, problem: str, expected: str) -> None:
    with pytest.raises(Unfit) as unfit:
        reading(value)
    assert (unfit.value.problem, unfit.value.expected) == (problem, expected)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (Decimal("7.00"), "7"),
        (Decimal(100), "100"),
        (True, "yes"),
        (False, "no"),
        (SECOND, "2 October 2015"),
        (FIVE, "2 October 2015, 17:00"),
        (time(9, 5), "09:05"),
    ],
)
def test_every_value_can_be_read_as_text(value, written: str) -> None:
    assert values.text(value) == written


@pytest.mark.parametrize(
    ("value", "amount"),
    [(None, None), (Decimal("4.5"), Decimal("4.5")), ("1,234.50", Decimal("1234.50")), ("-3", Decimal(-3))],
)
def test_amounts_are_read_as_numbers_or_text(value, amount) -> None:
    assert values.amount(value) == amount


def test_a_choice_is_found_however_it_is_capitalised() -> None:
    choices = {"Brent (BRE)": "BRE", "yes": "y"}
    assert values.choice("brent (bre)", choices) == "BRE"
    assert values.choice(True, choices) == "y"
    assert values.choice(None, choices) is None
    with pytest.raises(Unfit, match=r"“Bren” is not one of the choices. Choose one of: Brent \(BRE\), yes\."):
        values.choice("Bren", choices)


def test_a_fault_names_sheet_and_cell() -> None:
    faults = []
    assert values.read(SheetCell("Milestones", 7, 4, "soon"), values.day, faults) is None
    assert [str(each) for each in faults] == [
        "Milestones, D7: “soon” is not a date. Give a date such as 2 October 2015 or 2/10/2015."
    ]
