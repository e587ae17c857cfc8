"""What axe finds wrong with a page for people who see, hear or move otherwise than most."""

from __future__ import annotations

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Page

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


_OF_COLOUR = ["color-contrast", "link-in-text-block"]


async def faults(page: Page) -> list[str]:
    """Return each rule that the page breaks, with the first element that breaks it: WCAG 2.2 AA, and good practice."""
    return await _found(page, _RULES)


async def faults_by_day_and_night(page: Page) -> list[str]:
    """Return what ``faults`` finds in light colours, and which rules about colour the page breaks in dark ones.

    Nothing else can differ between the two, as they are the same elements. The page has its light colours in the end.
    """
    await page.emulate_media(color_scheme="light")
    by_day = await faults(page)
    await page.emulate_media(color_scheme="dark")
    by_night = await _found(page, {"type": "rule", "values": _OF_COLOUR})
    await page.emulate_media(color_scheme="light")
    return [*by_day, *(f"dark: {fault}" for fault in by_night)]


async def _found(page: Page, run_only: object) -> list[str]:
    await page.wait_for_load_state()  # a click is over once the next page has begun to come
    # Without resultTypes axe also describes every element that is well, which takes two thirds of its time.
    found = await Axe().run(page, options={"runOnly": run_only, "resultTypes": ["violations"]})
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found.response["violations"]]
