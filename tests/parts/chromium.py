"""Debian's Chromium, driven by Playwright for Python."""

from __future__ import annotations

import ctypes
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
#: The one library of its driver that a small Debian lacks.
PLAYWRIGHT_NEEDS = "libatomic.so.1"


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Run Chromium without a window; raises RuntimeError when it is not installed."""
    async with async_playwright() as playwright:
        # Its sandbox refuses to start for root and in most containers; the tests open only our own pages.
        browser = await playwright.chromium.launch(executable_path=chromium_binary(), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            await browser.close()


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
