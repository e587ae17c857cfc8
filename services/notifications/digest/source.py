"""What waits for the people of a partnership, asked of programme over HTTP: once a day, for all of them."""

from __future__ import annotations

import httpx
from pydantic import ValidationError

from services.notifications import asking
from services.notifications.digest.waiting import WaitingToday
from services.runtime.access.return_links import ReturnLinks

_SECONDS = 30.0


class NotTold(Exception):
    """Programme did not tell what waits; the message says of which partnership, and why."""


class WaitingSource:
    """Programme as it is asked, at the address that the settings name and at no other."""

    def __init__(self, url: str, links: ReturnLinks) -> None:
        self._url = url
        self._links = links
        self._client = asking.client(_SECONDS)

    async def today(self, partnership: str) -> WaitingToday:
        """Return what waits for each person of a partnership today. Raises NotTold."""
        asked = {"word": self._links.word("waiting", partnership)}
        try:
            answer = await self._client.get(f"{self._url}/home/{partnership}/waiting.json", params=asked)
            answer.raise_for_status()
            return WaitingToday.model_validate_json(answer.content)
        except httpx.HTTPStatusError as error:
            raise NotTold(f"{partnership}: programme answered {error.response.status_code}") from error
        except (httpx.HTTPError, ValidationError) as error:
            raise NotTold(f"{partnership}: {type(error).__name__}") from error

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()
