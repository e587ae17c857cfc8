"""HTML and plain text of a letter say the same, and the HTML holds on screens of every width and colour."""

from __future__ import annotations

import re
from dataclasses import fields
from html import unescape

import pytest
from playwright.async_api import Browser

from services.notifications.letters.letter import Detail, Figure, HeadedList, Item, Letter, Link
from services.notifications.letters.rendering import html, plain_text

LETTER = Letter(
    subject="Board pack for 16 October 2014 – London Archives Partnership",
    heading="Board pack for 16 October 2014",
    opening=("The papers have been issued.", "They cover 2014-15 Q2 & what came since."),
    link=Link("Open the pack", "https://concordat.example/packs/LAP/B07"),
    why="You receive this as chair.",
    facts=(Detail("Meeting", "Thursday 16 October 2014, 14:00"),),
    sections=(
        HeadedList("What you are asked to decide", (Item("1. Approve <it>", ("Recommended: yes", "Owner: Brent")),)),
        HeadedList("Also", (), "Nothing else."),
        HeadedList("What needs you", (Item("Action <it>", ("Due soon.",), "https://concordat.example/board/A01"),)),
    ),
    figures=(Figure("65 %", "of commitments met", "64 of 99"),),
    figures_heading="At a glance",
    closing=("The pack never changes.",),
    choice=Link("Choose how often", "https://concordat.example/account/emails"),
)
PLACES = {
    LETTER.link.address,
    "https://concordat.example/board/A01",
    "https://concordat.example/account/emails",
}


def words(letter: Letter) -> list[str]:
    """Return every text of a letter that its reader is to see."""
    texts = [letter.heading, *letter.opening, letter.link.text, letter.link.address, letter.why, *letter.closing]
    texts += [text for fact in letter.facts for text in (fact.label, fact.text)]
    for section in letter.sections:
        texts += [section.heading, *([] if section.items else [section.empty])]
        texts += [text for item in section.items for text in (item.title, *item.notes)]
    texts += [letter.figures_heading]
    texts += [getattr(figure, field.name) for figure in letter.figures for field in fields(figure)]
    return texts


def squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("text", words(LETTER))
def test_everything_stands_in_the_plain_text_and_in_the_html(text: str) -> None:
    assert text in squeezed(plain_text(LETTER, "London Archives Partnership", "Dora"))
    assert text in squeezed(unescape(html(LETTER, "London Archives Partnership", "Dora")))


def test_the_html_needs_nothing_from_elsewhere_and_runs_nothing() -> None:
    document = html(LETTER, "London Archives Partnership", "Dora")
    assert re.findall(r"<(?:img|script|link|iframe)|url\(|@import", document) == []
    assert set(re.findall(r'(?:href|src)="([^"]+)"', document)) == PLACES


def test_each_address_is_a_line_of_its_own_in_the_plain_text() -> None:
    assert set(plain_text(LETTER, "London Archives Partnership", "Dora").splitlines()) > PLACES


def test_without_a_name_nobody_is_addressed() -> None:
    assert "Dear" not in plain_text(LETTER, "London Archives Partnership", "")
    assert "Dear" not in html(LETTER, "London Archives Partnership", "")


@pytest.mark.parametrize("width", [320, 360, 800])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_letter_fits_the_screen_and_can_be_read(browser: Browser, width: int, scheme: str) -> None:
    # given
    context = await browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = await context.new_page()
    # when
    await page.set_content(html(LETTER, "London Archives Partnership", "Dora"))
    # then
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    contrasts = await page.evaluate(_CONTRASTS)
    assert len(contrasts) > 10
    assert [each for each in contrasts if each["ratio"] < 4.5] == []
    await context.close()


_CONTRASTS = """() => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => {
    const [r, g, b] = parts(colour).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = element => {
    for (let here = element; here; here = here.parentElement) {
      const colour = getComputedStyle(here).backgroundColor;
      if (parts(colour)[3] !== 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  return [...document.querySelectorAll('h1, h2, p, td.label, td.text, a')].map(element => {
    const [a, b] = [light(getComputedStyle(element).color), light(ground(element))].sort((x, y) => y - x);
    return {text: element.textContent.trim().slice(0, 40), ratio: (a + 0.05) / (b + 0.05)};
  });
}"""
