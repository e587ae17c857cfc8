"""The kinds of field that commands are made of: how each is written, checked and explained.

Checks here are those that need no register. A fault says what is wrong and what would be right.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from contracts.events.base import PartnerCode
from services.runtime.base.addresses import NoAddress, address
from services.runtime.base.validation_messages import Unfit, quoted

FIRST_YEAR, LAST_YEAR = 1900, 2199
MOST_ENTRIES = 1_000
LONGEST_REFERENCE = 64

_REFERENCE = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)*")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_LOCAL = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_PENNY = Decimal("0.01")


class Ref(str):
    """A reference as somebody wrote it: ``LAP-P03-M02``, or ``P03-M02`` for short."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.str_schema(strip_whitespace=True, min_length=1, max_length=LONGEST_REFERENCE)
        return core_schema.no_info_after_validator_function(cls._checked, text)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), "pattern": f"^{_REFERENCE.pattern}$"}

    @classmethod
    def _checked(cls, written: str) -> Ref:
        if _REFERENCE.fullmatch(written) is None:
            raise Unfit(
                f"{quoted(written)} is not a reference.", "Write one such as LAP-P03-M02, or P03-M02 for short."
            )
        return cls(written)


def _unless_empty(written: Any, check: ValidatorFunctionWrapHandler) -> Any:
    return "" if isinstance(written, str) and not written.strip() else check(written)


def _printable(text: str) -> str:
    found = _UNPRINTABLE.search(text)
    if found is not None:
        raise Unfit(f"The text has the control character U+{ord(found[0]):04X}.", "Leave it out.")
    return text


def _iso_date(value: object) -> date:
    expected = "Give a date as year-month-day, such as 2014-10-03."
    if isinstance(value, str) and _DATE.fullmatch(value.strip()):
        try:
            value = date.fromisoformat(value.strip())
        except ValueError:
            raise Unfit(f"{quoted(value)} is not a day of the calendar.", expected) from None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise Unfit(f"{quoted(value)} is not a date.", expected)
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise Unfit(f"{quoted(value)} is too far away.", f"Give a date of the years {FIRST_YEAR} to {LAST_YEAR}.")
    return value


def _time_of_day(value: object) -> time:
    if isinstance(value, time) and value.tzinfo is None:
        return value
    found = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        if found is not None:
            return time(int(found[1]), int(found[2]), int(found[3] or 0))
    except ValueError:
        pass
    raise Unfit(f"{quoted(value)} is not a time of day.", "Give a time such as 14:00.")


def _local_instant(value: object) -> datetime:
    if isinstance(value, datetime) and value.tzinfo is None:
        return value
    found = _LOCAL.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise Unfit(
            f"{quoted(value)} is not a local date and time.", "Write it such as 2014-10-03T17:00, with no offset."
        )
    return datetime.combine(_iso_date(found[1]), _time_of_day(found[2]))


def _whole(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unfit(f"{quoted(value)} is not a whole number.", "Give a whole number, such as 3.")
    return value


def _number(value: object) -> object:
    """Take a number as JSON or YAML has it; a float stands for the digits that people wrote."""
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        try:
            return Decimal(str(value).strip())
        except InvalidOperation:
            value = str(value)
    if not isinstance(value, Decimal):
        raise Unfit(f"{quoted(value)} is not an amount.", "Give an amount such as 6 or 4.50.")
    return value


def _email(written: str) -> str:
    try:
        address(written)
    except NoAddress as reason:
        raise Unfit(
            f"{quoted(written)} is not an e-mail address: {reason}.", "Write one such as lead@brent.example."
        ) from None
    return written


def _two_places(amount: Decimal) -> Decimal:
    return abs(amount).quantize(_PENNY)


Title = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_printable)]
Text = Annotated[str, Field(max_length=10_000), AfterValidator(_printable)]
Note = Annotated[str, Field(min_length=1, max_length=1_000), AfterValidator(_printable)]
Words = Annotated[str, Field(min_length=1, max_length=10_000), AfterValidator(_printable)]
Link = Annotated[str, Field(min_length=1, max_length=2_000), AfterValidator(_printable)]
Email = Annotated[str, Field(min_length=3, max_length=254), AfterValidator(_email), AfterValidator(_printable)]
IsoDate = Annotated[date, BeforeValidator(_iso_date)]
TimeOfDay = Annotated[
    time, BeforeValidator(_time_of_day), WithJsonSchema({"type": "string", "pattern": f"^{_TIME.pattern}$"})
]
LocalInstant = Annotated[
    datetime, BeforeValidator(_local_instant), WithJsonSchema({"type": "string", "pattern": f"^{_LOCAL.pattern}$"})
]
Whole = Annotated[int, BeforeValidator(_whole)]
_Number = Annotated[Decimal, BeforeValidator(_number), Field(max_digits=14, decimal_places=2)]
Amount = Annotated[_Number, Field(ge=0), AfterValidator(_two_places)]
Target = Annotated[_Number, Field(gt=0), AfterValidator(_two_places)]

RefOrNothing = Annotated[
    Ref, WrapValidator(_unless_empty), WithJsonSchema({"type": "string", "pattern": f"^({_REFERENCE.pattern})?$"})
]
"""A reference, or an empty text that takes away the one that stands there."""
PartnerOrNothing = Annotated[
    PartnerCode, WrapValidator(_unless_empty), WithJsonSchema({"type": "string", "pattern": "^([A-Z][A-Z0-9]{0,11})?$"})
]
"""The code of a partner, or an empty text that takes away the one that stands there."""

Refs = Annotated[tuple[Ref, ...], Field(max_length=MOST_ENTRIES)]
PartnerCodes = Annotated[tuple[PartnerCode, ...], Field(max_length=MOST_ENTRIES)]
