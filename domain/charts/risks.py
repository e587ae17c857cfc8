"""The 5 × 5 map of risks: likelihood upwards, impact to the right; hatching and words tell the bands apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.charts.svg import SMALL_SIZE, TEXT_SIZE, WIDTH, drawing, filled, hatch, stroked, tag, text
from domain.figures.risks import HIGH, MODERATE
from domain.register.risks import Risk
from domain.wording.risks import LEVELS

LEFT = 110
TOP = 4
COLUMN = (WIDTH - LEFT - 2) / 5
ROW = 46
PER_LINE = 3
LINES = 2


def risk_map(risks: Sequence[Risk], *, chart_id: str) -> str:
    """Return the map of these risks, each shown by the last part of its reference."""
    places: dict[tuple[int, int], list[str]] = {}
    for risk in sorted(risks, key=lambda each: each.reference):
        judged = risk.assessment
        places.setdefault((judged.likelihood, judged.impact), []).append(risk.reference.rsplit("-", 1)[-1])
    parts = [
        part
        for likelihood in range(5, 0, -1)
        for impact in range(1, 6)
        for part in _place(likelihood, impact, places.get((likelihood, impact), []), chart_id)
    ]
    parts += _axes()
    definitions = hatch(f"{chart_id}-moderate", "rule", 7) + hatch(f"{chart_id}-high", "rule", 3.2)
    return drawing(parts, TOP + 5 * ROW + 44, chart_id=chart_id, definitions=definitions)


def _place(likelihood: int, impact: int, references: list[str], chart_id: str) -> Iterator[str]:
    x, y = LEFT + COLUMN * (impact - 1), TOP + ROW * (5 - likelihood)
    score = likelihood * impact
    box = {"x": x, "y": float(y), "width": COLUMN, "height": float(ROW)}
    if score >= MODERATE:
        yield tag("rect", **box, fill=f"url(#{chart_id}-{'high' if score >= HIGH else 'moderate'})")
    yield tag("rect", **box, **stroked("quiet", 0.7))
    yield text(str(score), x + COLUMN - 5, y + 12, size=SMALL_SIZE - 1, colour="quiet", text_anchor="end")
    for place, line in enumerate(_lines(references)):
        width = 8.2 * len(line) + 8
        middle = y + ROW / 2 + (place - (len(_lines(references)) - 1) / 2) * 16 + 2
        yield tag("rect", x=x + 5, y=middle - 8, width=min(width, COLUMN - 26), height=15.0, rx=2.0, **filled("paper"))
        yield text(line, x + 8, middle + 4, size=TEXT_SIZE, font_weight="600")


def _lines(references: list[str]) -> list[str]:
    """Return the references in at most two lines; what does not fit is counted."""
    room = PER_LINE * LINES
    if len(references) > room:
        references = [*references[: room - 1], f"+{len(references) - room + 1}"]
    return [" ".join(references[first : first + PER_LINE]) for first in range(0, len(references), PER_LINE)]


def _axes() -> Iterator[str]:
    for level, word in enumerate(LEVELS, start=1):
        y, x = TOP + ROW * (5 - level) + ROW / 2 + 4, LEFT + COLUMN * (level - 0.5)
        yield text(f"{word} {level}", LEFT - 8, y, size=SMALL_SIZE, colour="quiet", text_anchor="end")
        yield text(f"{level} {word}", x, TOP + 5 * ROW + 17, size=SMALL_SIZE, colour="quiet", text_anchor="middle")
    yield text("Likelihood", 0, TOP + 12, size=SMALL_SIZE, font_weight="600")
    yield text("Impact", LEFT, TOP + 5 * ROW + 36, size=SMALL_SIZE, font_weight="600")
    words = f"plain: low · wide hatching: moderate, from {MODERATE} · close hatching: high, from {HIGH}"
    yield text(words, WIDTH - 2, TOP + 5 * ROW + 36, size=SMALL_SIZE, colour="quiet", text_anchor="end")
