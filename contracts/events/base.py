"""What every fact in a partnership's log has in common, and the field types that facts share."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, StringConstraints

_WORD_START = re.compile(r"(?<!^)(?=[A-Z])")

Reference = Annotated[str, StringConstraints(min_length=1, max_length=64)]
PartnerCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{0,11}$")]
PersonId = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Note = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
Text = Annotated[str, StringConstraints(max_length=10_000)]
Link = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
PeriodLabel = Annotated[str, StringConstraints(pattern=r"^(\d{4}(-\d{2})?( Q[1-4])?|once)$")]
QuarterLabel = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2})? Q[1-4]$")]
Amount = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2), PlainSerializer(str, return_type=str)]

__all__ = [
    "Amount",
    "Fact",
    "Link",
    "Note",
    "PartnerCode",
    "PeriodLabel",
    "PersonId",
    "QuarterLabel",
    "Reference",
    "Text",
    "Title",
    "date",
]


class Fact(BaseModel):
    """One thing that happened, named in the past tense. A fact is never changed once published: it gets a new version.

    ``schema_version`` rises when the shape changes incompatibly; an upcaster then lifts the older shape. A reader
    passes over members it does not know, so that a fact may gain an optional one while services are deployed in turn.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    schema_version: ClassVar[int] = 1

    @classmethod
    @cache
    def slug(cls) -> str:
        """Return the event's name in lower case with hyphens: ``milestone-reforecast``."""
        return _WORD_START.sub("-", cls.__name__).lower()

    @classmethod
    @cache
    def type_name(cls) -> str:
        """Return the CloudEvents type: ``org.concordat.milestone-reforecast.v1``."""
        return f"org.concordat.{cls.slug()}.v{cls.schema_version}"

    @classmethod
    @cache
    def schema_name(cls) -> str:
        """Return the name of the published JSON Schema, relative to ``contracts/schemas/``."""
        return f"{cls.slug()}.v{cls.schema_version}.json"

    def subject(self, partnership: str) -> str:
        """Return the reference of the object that the fact is about; the partnership itself unless a fact says more."""
        return partnership

    def touched(self, partnership: str) -> tuple[str, ...]:
        """Return the references of the objects that the fact changes: its subject, unless a fact says more."""
        return (self.subject(partnership),)
