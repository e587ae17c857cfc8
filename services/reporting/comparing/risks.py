"""What changed in the risks."""

from __future__ import annotations

from collections.abc import Iterator

from domain import wording
from services.reporting.comparing.comparison import Change, Way, way
from services.reporting.comparing.names import Names
from services.reporting.comparing.pairs import in_both, only_in
from services.reporting.comparing.reported import Reported, ReportedRisk


def risks(earlier: Reported, later: Reported, names: Names) -> Iterator[Change]:
    """Yield risks that are new, closed, or scored or owned otherwise."""
    for new in only_in(later.risks, earlier.risks, lambda each: each.ref):
        said, better = (_score(new), Way.WORSE) if new.open else (f"closed, {_score(new)}", Way.NEITHER)
        yield Change(new.title or new.ref, new.ref, "New risk", wording.NOTHING, said, better)
    for was, now in in_both(earlier.risks, later.risks, lambda each: each.ref):
        yield from _risk(was, now, names)


def _risk(was: ReportedRisk, now: ReportedRisk, names: Names) -> Iterator[Change]:
    name = now.title or now.ref
    if was.open and not now.open:
        yield Change(name, now.ref, "Closed", _score(was), "closed", Way.BETTER)
    elif was.score != now.score:
        better = way(was.score, now.score, more_is_better=False)
        yield Change(name, now.ref, "Score", str(was.score), str(now.score), better)
    if was.owner and was.owner != now.owner:
        yield Change(name, now.ref, "Owner", names.of(was.owner), names.of(now.owner))


def _score(risk: ReportedRisk) -> str:
    return f"score {risk.score}"
