"""Two issued packs set side by side, for other software: what changed between them, in words and in figures."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict
from starlette.responses import Response

from services.reporting.comparing import Way
from services.reporting.pages.issued_packs import IssuedPacks
from services.reporting.pages.side_by_side import TOO_FEW, chosen, compared
from services.reporting.pages.site import Site
from services.runtime.base.problems import Problem
from services.runtime.web.openapi import problems
from services.runtime.web.partnership.view import View

Earlier = Annotated[
    str,
    Query(
        max_length=80,
        description="The reference of one edition; without it: the pack before the last one.",
        examples=["LAP-B02-PACK"],
    ),
]
Later = Annotated[
    str,
    Query(
        max_length=80,
        description="The reference of the other; without it: the last pack. Which is named first plays no part.",
        examples=["LAP-B03-PACK"],
    ),
]


def _word(way: object) -> object:
    return way.words if isinstance(way, Way) else way


WayWord = Annotated[Literal["worse", "better", "changed"], BeforeValidator(_word)]
"""Whether a change is one for the better; ``changed`` is neither."""


class Shape(BaseModel):
    """A part of a comparison, made from the comparison's own object."""

    model_config = ConfigDict(from_attributes=True)


class ComparedShape(Shape):
    """An edition that is compared: the quarter that it covers, and how far it took in the log."""

    pack: str
    quarter: str
    as_at: datetime
    events_taken_in: int
    chain: str


class FigureShape(Shape):
    """A figure in both packs and the difference with its sign, in words; ``way`` is null where it is as before."""

    name: str
    was: str
    now: str
    difference: str
    way: WayWord | None


class ChangeShape(Shape):
    """What changed about one thing: its name and code, what of it, what that was and what it is."""

    name: str
    code: str
    what: str
    was: str
    now: str
    way: WayWord


class GroupShape(Shape):
    """The changes of one kind: first what got worse, then what got better."""

    title: str
    changes: list[ChangeShape]


class ComparisonShape(Shape):
    """Two packs of one partnership side by side, the earlier first; ``says`` has in a sentence what came of it."""

    earlier: ComparedShape
    later: ComparedShape
    says: str
    figures: list[FigureShape]
    groups: list[GroupShape]


def add_routes(router: APIRouter, site: Site) -> None:
    """Add the comparison to the routes that answer with JSON about a partnership."""

    @router.get(
        "/{partnership}/comparison",
        response_model=ComparisonShape,
        responses=problems(422),
        summary="What changed between two issued packs",
        operation_id="compare_packs",
        description="What the page and `concordat compare` say of them: both are made by the same function.",
    )
    def comparison(request: Request, partnership: str, earlier: Earlier = "", later: Later = "") -> Response:
        def content(view: View, packs: IssuedPacks) -> dict[str, Any]:
            one, other = chosen(packs, earlier, later)
            if one is None or other is None:
                raise Problem(404, TOO_FEW)
            return ComparisonShape.model_validate(compared(site.queries, one, other)).model_dump(mode="json")

        return site.data_with_packs(request, partnership, content)
