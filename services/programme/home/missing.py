"""The returns that are missing, for whoever has to see that they come."""

from __future__ import annotations

from collections.abc import Iterator

from domain.wording.numbers import count
from services.programme.home.reader import Need, Reader


def missing_returns(reader: Reader) -> Iterator[Need]:
    """Yield one line for all returns that are missing of the last quarter that ended."""
    returns = reader.figures.returns
    if returns.missing:
        number = count(len(returns.missing), "return")
        what = f"{number} of {len(returns.expected)} missing for {returns.quarter.label}"
        yield reader.need(what, f"{reader.to.room('home')}#missing", returns.deadline)
