"""What a receipt lists, as programme keeps it: asked for over HTTP when the receipt is written.

It stands on the page to which the receipt leads as well. So an e-mail does not wait for programme: it goes out without.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import httpx
import structlog
from pydantic import BaseModel, ValidationError

from contracts.paths import path_of_return
from services.notifications import asking
from services.runtime.access.return_links import ReturnLinks

_SECONDS = 10.0
_log = structlog.get_logger(__name__)


class RecordedLine(NamedTuple):
    """One change that was recorded with a return, in the words of its page."""

    title: str
    code: str
    was: str
    now: str


class _Answer(BaseModel):
    lines: list[RecordedLine]


class ReceiptSource:
    """Programme as it is asked, at the address that the settings name and at no other."""

    def __init__(self, url: str, links: ReturnLinks | None) -> None:
        self._url = url
        self._links = links
        self._client = asking.client(_SECONDS)

    async def lines(self, partnership: str, quarter: str, partner: str, at: datetime) -> tuple[RecordedLine, ...]:
        """Return what was recorded with the return that was submitted at an instant; nothing where it is not told."""
        if self._links is None:
            return ()
        path = path_of_return(partnership, quarter, partner)
        asked = {"at": at.isoformat(), "word": self._links.word("receipt", path, at.isoformat())}
        try:
            answer = await self._client.get(f"{self._url}{path}/receipt.json", params=asked)
            if answer.status_code == httpx.codes.OK:
                return tuple(_Answer.model_validate_json(answer.content).lines)
        except (httpx.HTTPError, ValidationError) as error:
            _log.warning("a receipt goes out without its lines", partnership=partnership, reason=type(error).__name__)
        return ()

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()
