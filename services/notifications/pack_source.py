"""Reporting as the files of editions are fetched from it."""

from __future__ import annotations

from hashlib import sha256

import httpx
from pydantic import SecretStr

from contracts.paths import below_its_address
from services.notifications import asking
from services.notifications.pack_files import Paper

_SECONDS = 30.0


class NotFetched(Exception):
    """A file could not be had; the message is a sentence without an address."""


class PackSource:
    """Reporting as it is asked for files, over HTTP, at the address that the settings name and at no other.

    The token goes there alone: a path in an event leads below that address or nowhere, and no redirect is followed.
    """

    def __init__(self, url: str, token: SecretStr | None) -> None:
        """``token`` is the service's own, with which nothing can be changed."""
        headers = {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}
        self._url = url
        self._client = asking.client(_SECONDS, headers)

    async def fetch(self, paper: Paper) -> bytes:
        """Return the bytes that were announced. Raises NotFetched where reporting does not give those."""
        try:
            address = f"{self._url}{below_its_address(paper.path)}{below_its_address(f'/{paper.name}')}"
        except ValueError:
            raise NotFetched(f"the path that was announced for {paper.name} does not lead to a file") from None
        try:
            async with self._client.stream("GET", address) as answer:
                if answer.status_code != httpx.codes.OK:
                    raise NotFetched(f"reporting answered {answer.status_code} when asked for {paper.name}")
                content = await _read(answer, paper)
        except httpx.HTTPError as error:
            raise NotFetched(f"reporting could not be asked for {paper.name} ({type(error).__name__})") from error
        if sha256(content).hexdigest() != paper.sha256:
            raise NotFetched(f"what reporting gave for {paper.name} is not what it announced: the SHA-256 differs")
        return content

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()


async def _read(answer: httpx.Response, paper: Paper) -> bytes:
    """Read no more than was announced: a wrong answer must not fill the memory."""
    content = bytearray()
    async for part in answer.aiter_bytes():
        content += part
        if len(content) > paper.size:
            raise NotFetched(f"what reporting gave for {paper.name} is longer than the {paper.size} bytes it announced")
    return bytes(content)
