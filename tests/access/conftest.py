"""A browser in front of whatever pages of access a test has deployed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

import httpx
import pytest
from fastapi import FastAPI

from tests.runtime.answering import calling


class Deployed(Protocol):
    """What a module's own fixture ``deployment`` gives."""

    app: FastAPI


@pytest.fixture
async def client(deployment: Deployed) -> AsyncIterator[httpx.AsyncClient]:
    """Asks for pages, signed in as nobody."""
    async with calling(deployment.app) as client:
        client.headers["Accept"] = "text/html"
        yield client
