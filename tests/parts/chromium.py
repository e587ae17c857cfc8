"""Debian's Chromium, driven by Playwright for Python."""

from __future__ import annotations

import ctypes
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.parts.waiting import STILL_SECONDS

NAMES = ("chromium", "chromium-browser", "google-chrome")
#: The one library of its driver that a small Debian lacks.
PLAYWRIGHT_NEEDS = "libatomic.so.1"
#: How long a page may take, in milliseconds: Playwright's own 5 seconds for what is expected of one, and 30 for all
#: else, are soon over on a busy machine.
_PATIENCE = STILL_SECONDS * 1000


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Run Chromium without a window; raises RuntimeError when it is not installed.

    Its pages are patient, and so is all that is expected of them.
    """
    expect.set_options(timeout=_PATIENCE)
    async with async_playwright() as playwright:
        # Its sandbox refuses to start for root and in most containers; the tests open only our own pages.
        browser = await playwright.chromium.launch(
            executable_path=chromium_binary(), args=["--no-sandbox"], timeout=_PATIENCE
        )
        _have_patient_pages(browser)
        try:
            yield browser
        finally:
            await browser.close()


def _have_patient_pages(browser: Browser) -> None:
    for opens in ("new_context", "new_page"):
        setattr(browser, opens, _patient(getattr(browser, opens)))


def _patient(opens: Callable[..., Awaitable[BrowserContext | Page]]) -> Callable[..., Awaitable[BrowserContext | Page]]:
    async def opened(**options: Any) -> BrowserContext | Page:
        made = await opens(**options)
        made.set_default_timeout(_PATIENCE)
        return made

    return opened


def chromium_binary() -> str:
    """Return the path of Chromium; raises RuntimeError when it, or what Playwright drives it with, is not installed."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise RuntimeError(
            "Chromium is missing: install it (Debian: apt-get install chromium), "
            "or leave its tests out with WITHOUT_BROWSER=1"
        )
    try:
        ctypes.CDLL(PLAYWRIGHT_NEEDS)
    except OSError:
        raise RuntimeError(
            f"{PLAYWRIGHT_NEEDS}, which Playwright needs, is missing: install it (Debian: apt-get install libatomic1), "
            "or leave the tests with Chromium out with WITHOUT_BROWSER=1"
        ) from None
    return found
