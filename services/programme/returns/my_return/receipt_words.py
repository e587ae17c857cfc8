"""What a receipt lists, for the e-mail that tells of it: given to whoever proves to be one of our services."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel

from contracts.paths import path_of_return
from services.programme.api.access import Partnership
from services.programme.returns.my_return import receipts
from services.programme.returns.my_return.pages import PartnerInPath
from services.programme.returns.my_return.places import Quarter, quarter_in
from services.programme.returns.my_return.receipts import Receipt, ReceiptLine
from services.runtime.access.return_links import ReturnLinks
from services.runtime.base.problems import Problem
from services.runtime.store.database import Database

_RECORDED_WITHIN = timedelta(minutes=1)
"""A receipt has the instant at which its submission began, an event the one at which it was recorded."""


class ReceiptWords(BaseModel):
    """The lines of a receipt, each with its title, its code, what it was and what it is."""

    lines: list[ReceiptLine]


def routes(database: Database, links: ReturnLinks | None) -> APIRouter:
    """Return the route. Without ``links`` nobody can prove anything."""
    router = APIRouter(include_in_schema=False)

    @router.get("/return/{partnership}/{quarter}/{partner}/receipt.json")
    async def words(
        partnership: Partnership,
        quarter: Quarter,
        partner: PartnerInPath,
        at: AwareDatetime,
        word: Annotated[str, Query(max_length=100)] = "",
    ) -> ReceiptWords:
        label = quarter_in(quarter)
        path = path_of_return(partnership, label, partner)
        if links is None or not links.takes_word(word, "receipt", path, at.isoformat()):
            raise Problem(401, "What a receipt lists is told to our own services alone.")
        kept = await database.read(lambda connection: receipts.read(connection, partnership, label, partner))
        found = _of_submission(kept, at)
        if found is None:
            raise Problem(404, "There is no receipt of this submission: it did not come from the pages.")
        return ReceiptWords(lines=list(found.lines))

    return router


def _of_submission(kept: list[Receipt], at: datetime) -> Receipt | None:
    """Return the receipt of what was recorded at an instant; ``kept`` has the latest first."""
    return next((each for each in kept if at - _RECORDED_WITHIN < each.submitted_at <= at), None)
