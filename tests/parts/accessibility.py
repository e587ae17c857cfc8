"""What axe finds wrong with a page for people who see, hear or move otherwise than most."""

from __future__ import annotations

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Page

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


async def faults(page: Page) -> list[str]:
    """Return each rule that the page breaks, with the first element that breaks it: WCAG 2.2 AA, and good practice."""
    # Without resultTypes axe also describes every element that is well, which takes two thirds of its time.
    found = await Axe().run(page, options={"runOnly": _RULES, "resultTypes": ["violations"]})
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found.response["violations"]]
