"""The pictures of ``docs/guide``: real pages of the demonstration, as its history ends and when its board next meets.

``make guide`` plays the history anew and makes them. ``python -m tools.guide_pictures --data DIR`` takes a copy of
a demonstration that was played there before, and is done in a minute.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.async_api import Browser, FloatRect, Page

from tests.parts.chromium import chromium

FOLDER = Path(__file__).parents[1] / "docs" / "guide" / "pictures"
WIDTH, HEIGHT = 820, 420
_SAYS_WHERE = "become somebody at "

BARKING, BEXLEY, HACKNEY = "LAP-U006", "LAP-U008", "LAP-U017"
SECRETARY, CHAIR, MEMBER, OBSERVER = "LAP-U001", "LAP-U009", "LAP-U002", "LAP-U045"
RETURN = "/return/LAP/2015-16-Q2/BDG"
TO_THE_MEETING = 28
"""So many days after the history ends the board meets next."""


async def _nothing(page: Page) -> None:
    """Show the page as it is opened."""


async def _nothing_has_changed(page: Page) -> None:
    await page.get_by_role("button", name="Nothing has changed").click()


async def _move(page: Page) -> None:
    await page.get_by_label("New date").fill("30/10/15")
    await page.get_by_label("Why").first.fill("Two services come a month later.")


async def _choose_whom_to_remind(page: Page) -> None:
    await page.get_by_label("London Borough of Hillingdon").check()
    await page.get_by_role("button", name="Remind").first.click()


async def _say_who_is_there(page: Page) -> None:
    for seat in await page.locator("select[name^=seat-]").all():
        await seat.select_option("there")


async def _decide(page: Page) -> None:
    await _say_who_is_there(page)
    await page.get_by_role("button", name="Open the meeting").click()
    await page.get_by_role("link", name="Record the decision").first.click()
    await page.get_by_label("Agreed", exact=True).check()
    await page.locator("textarea[name=text]").fill("The project is approved: five universities have signed.")


@dataclass(frozen=True)
class Picture:
    """One picture: its file's name, who sees it, the page, what they have done there, and with what it begins.

    It is taken as the history ends, or so many ``days`` later.
    """

    name: str
    person: str
    path: str
    act: Callable[[Page], Awaitable[None]] = _nothing
    begins_with: str = "main"
    days: int = 0


PICTURES = (
    Picture("home-of-a-lead", HACKNEY, "/home/LAP", begins_with="#needs"),
    Picture("return", BARKING, RETURN),
    Picture("return-check", BARKING, RETURN, _nothing_has_changed),
    Picture("milestone-move", HACKNEY, "/projects/LAP/P01/M05/re-forecast", _move),
    Picture("project", HACKNEY, "/projects/LAP/P01", begins_with="#milestones"),
    Picture("office", SECRETARY, "/office/LAP"),
    Picture("returns", SECRETARY, "/office/LAP/returns", begins_with="main .table-scroll"),
    Picture("remind", SECRETARY, "/office/LAP/returns", _choose_whom_to_remind),
    Picture("add-a-person", SECRETARY, "/office/LAP/people/add"),
    Picture("corrections", SECRETARY, "/office/LAP/corrections"),
    Picture("home-of-the-chair", CHAIR, "/home/LAP", begins_with="#needs"),
    Picture("meeting", CHAIR, "/board/LAP/B06", begins_with="#agenda"),
    Picture("meeting-open", CHAIR, "/board/LAP/B06/open", _say_who_is_there, days=TO_THE_MEETING),
    Picture("decide", CHAIR, "/board/LAP/B06/open", _decide, "main form", TO_THE_MEETING),
    Picture("interest", BEXLEY, "/board/LAP/B06/items/2/interest"),
    Picture("packs", OBSERVER, "/packs/LAP"),
    Picture("pack", OBSERVER, "/packs/LAP/B05"),
)


def main() -> int:
    """Make all pictures anew."""
    parser = argparse.ArgumentParser(prog="python -m tools.guide_pictures", description="Make the guide's pictures.")
    parser.add_argument("--data", type=Path, metavar="DIR", help="a demonstration that was played and does not run")
    asyncio.run(_make(parser.parse_args().data))
    return 0


async def _make(played: Path | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "demo"
        if played is not None:
            shutil.copytree(played, data)
        FOLDER.mkdir(parents=True, exist_ok=True)
        for old in FOLDER.glob("*.png"):
            old.unlink()
        async with chromium() as browser:
            for days in sorted({picture.days for picture in PICTURES}):
                _begin_after_the_history(data, days)
                async with _demonstration(data) as url:
                    for picture in PICTURES:
                        if picture.days == days:
                            await _take(browser, url, picture)


def _begin_after_the_history(data: Path, days: int) -> None:
    """Have a demonstration that was played begin so many days after its history ended; one that was not plays it."""
    loaded = data / "loaded.json"
    if loaded.exists():
        written = json.loads(loaded.read_text())
        loaded.write_text(json.dumps({**written, "at": (datetime.now(UTC) - timedelta(days)).isoformat()}))


@asynccontextmanager
async def _demonstration(data: Path) -> AsyncIterator[str]:
    """Run the demonstration in a folder; give its address once everything is there."""
    arguments = ("-m", "services.cli", "demo", "--data", str(data), "--port", "0")
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        async for line in process.stdout:
            if _SAYS_WHERE in (said := line.decode()):
                yield said.split(_SAYS_WHERE)[1].strip().removesuffix("/become")
                break
        else:
            raise SystemExit("the demonstration ended before it could be seen")
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def _take(browser: Browser, url: str, picture: Picture) -> None:
    context = await browser.new_context(
        base_url=url, viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light", reduced_motion="reduce"
    )
    try:
        await context.request.post("/become", form={"person": picture.person})
        page = await context.new_page()
        answer = await page.goto(picture.path)
        if answer is None or not answer.ok:
            raise SystemExit(f"{picture.path} is not there for {picture.person}")
        await picture.act(page)
        await page.wait_for_load_state("networkidle")
        await page.evaluate("window.scrollTo(0, 0)")
        begins = await page.locator(picture.begins_with).first.bounding_box()
        assert begins is not None
        clip = FloatRect(x=0, y=begins["y"], width=WIDTH, height=HEIGHT)
        await page.screenshot(path=FOLDER / f"{picture.name}.png", clip=clip, full_page=True)
    finally:
        await context.close()


if __name__ == "__main__":
    sys.exit(main())
