"""For whom an answer was made: it is given to nobody who may see less, or something else."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from services.runtime.access.elsewhere import Elsewhere, elsewhere_of
from services.runtime.access.identity import Caller, reader_of


@dataclass(frozen=True, slots=True)
class Audience:
    """All who are shown the same: one caller in one role, or everybody who did not say who they are.

    A page names the partnerships ``elsewhere`` that its reader can go to.
    """

    caller: Caller | None
    elsewhere: Elsewhere


def audience_of(request: Request) -> Audience:
    """Return for whom the answer to a request is made. Raises Problem: 401 or 403, as asking who reads does."""
    return Audience(reader_of(request), elsewhere_of(request))
