"""Which two issued packs are compared, and what came of it: for the page and for other software alike."""

from __future__ import annotations

from collections.abc import Sequence

from services.reporting import editions
from services.reporting.comparing import Comparison, NotComparable, Reported, compare, read
from services.reporting.editions import Issued
from services.reporting.pages.issued_packs import IssuedPacks
from services.reporting.pages.queries import Queries
from services.runtime.base.problems import Problem
from services.runtime.web.partnership.questions import unfit

TOO_FEW = "Two packs can be compared once two have been issued."
_FIGURES = "pack.json"


def chosen(packs: IssuedPacks, earlier: str, later: str) -> tuple[Issued | None, Issued | None]:
    """Return the editions of these references, or else the last pack and the one before it, None where there is none.

    Raises Problem 422 for a reference of none that has been issued.
    """
    before, last = _last_two(packs.all)
    one = _named(packs, "earlier", earlier) if earlier else before
    other = _named(packs, "later", later) if later else last
    return one, other


def compared(queries: Queries, one: Issued, other: Issued) -> Comparison:
    """Return what changed between two editions. Raises Problem 422 where they cannot be compared."""
    try:
        return compare(_reported(queries, one), _reported(queries, other))
    except NotComparable as reason:
        raise Problem(422, f"These cannot be compared: {reason}.") from None


def _named(packs: IssuedPacks, field: str, reference: str) -> Issued:
    found = next((each for each in packs.all if each.reference == reference), None)
    if found is None:
        known = ", ".join(each.reference for each in packs.all)
        raise unfit(field, reference, f"Issued are: {known}." if known else "None has been issued yet.")
    return found


def _last_two(there: Sequence[Issued]) -> tuple[Issued | None, Issued | None]:
    """Return the last two packs; a supplement is chosen by hand."""
    packs = [None, None, *(each for each in there if not each.supplement)]
    return packs[-2], packs[-1]


def _reported(queries: Queries, issued: Issued) -> Reported:
    file = next((each for each in issued.files if each.name == _FIGURES), None)
    if file is None:
        raise NotComparable(f"{issued.reference} was issued without its {_FIGURES}")
    content = queries.database.read_sync(lambda connection: editions.content(connection, file))
    return read(content, issued.reference)
