"""The returns that are missing, for whoever has to see that they come."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.events.partnership import Role
from domain.wording.numbers import count
from services.programme.home.reader import Need, Reader


def missing_returns(reader: Reader) -> Iterator[Need]:
    """Yield one line for all returns that are missing of the last quarter that ended.

    The secretary is led to where they are asked for, everybody else to who they are.
    """
    returns = reader.figures.returns
    if returns.missing:
        number = count(len(returns.missing), "return")
        what = f"{number} of {len(returns.expected)} missing for {returns.quarter.label}"
        asked_for, told = reader.to.room("office", "returns"), f"{reader.to.room('home')}#missing"
        yield reader.need(what, asked_for if reader.holds({Role.SECRETARY}) else told, returns.deadline)
