"""What changed in the partners: who is one, who carries what, who is silent."""

from __future__ import annotations

from collections.abc import Iterator

from domain import wording
from domain.figures.load import LoadFlag
from services.reporting.comparing.comparison import Change, Way
from services.reporting.comparing.names import Names
from services.reporting.comparing.pairs import in_both, only_in
from services.reporting.comparing.reported import Reported, ReportedPartner


def partners(earlier: Reported, later: Reported, names: Names) -> Iterator[Change]:
    """Yield partners that joined, left, or are called or count otherwise; and what those that left leave to others."""
    if earlier.partners:
        for new in only_in(later.partners, earlier.partners, lambda each: each.code):
            yield Change(new.name, new.code, "Joined", wording.NOTHING, new.membership or "joined")
    for was, now in in_both(earlier.partners, later.partners, lambda each: each.code):
        yield from _partner(was, now)
    for left in only_in(later.to_hand_over, earlier.to_hand_over, lambda each: each.ref):
        said = f"still with {names.of(left.partner)}, which left"
        yield Change(names.of(left.ref), left.ref, "To hand over", wording.NOTHING, said, Way.WORSE)
    for settled in only_in(earlier.to_hand_over, later.to_hand_over, lambda each: each.ref):
        said = f"with {names.of(settled.partner)}, which left"
        yield Change(names.of(settled.ref), settled.ref, "To hand over", said, "settled", Way.BETTER)


def _partner(was: ReportedPartner, now: ReportedPartner) -> Iterator[Change]:
    if was.name != now.name:
        yield Change(now.name, now.code, "Name", was.name, now.name)
    if was.left_on != now.left_on:
        yield Change(now.name, now.code, "Leaving", _leaving(was), _leaving(now))
    if was.membership and was.membership != now.membership:
        yield Change(now.name, now.code, "Membership", was.membership, now.membership)


def _leaving(partner: ReportedPartner) -> str:
    return "stays" if partner.left_on is None else f"leaves on {wording.plain_date(partner.left_on)}"


def load(earlier: Reported, later: Reported, names: Names) -> Iterator[Change]:
    """Yield the partners whose load the board should look at now and not before, or the other way round."""
    then, now = ({each.partner: each.flags for each in pack.load} for pack in (earlier, later))
    for code in dict.fromkeys((*now, *then)):
        for flag in LoadFlag:
            was, is_now = flag in then.get(code, ()), flag in now.get(code, ())
            if was is not is_now:
                yield _flagged(code, names, flag, Way.WORSE if is_now else Way.BETTER)


def _flagged(code: str, names: Names, flag: LoadFlag, better: Way) -> Change:
    was, now = (wording.NOTHING, wording.FLAGS[flag]) if better is Way.WORSE else (wording.FLAGS[flag], "no longer so")
    return Change(names.of(code), code, "Load", was, now, better)


def silence(earlier: Reported, later: Reported, names: Names) -> Iterator[Change]:
    """Yield the partners that fell silent, and those of which something was recorded again."""
    for silent in only_in(later.silent, earlier.silent, lambda each: each.partner):
        said = wording.silence(silent.days)
        yield Change(names.of(silent.partner), silent.partner, "Silence", "reporting", said, Way.WORSE)
    for heard in only_in(earlier.silent, later.silent, lambda each: each.partner):
        said = wording.silence(heard.days)
        yield Change(names.of(heard.partner), heard.partner, "Silence", said, "reporting", Way.BETTER)


def notes(earlier: Reported, later: Reported, names: Names) -> Iterator[Change]:
    """Yield the partners of which the note to the board reads otherwise, is new, or is there no more."""
    then, now = ({each.partner: each.note for each in pack.notes} for pack in (earlier, later))
    for code in dict.fromkeys((*now, *then)):
        was, reads = then.get(code, wording.NOTHING), now.get(code, wording.NOTHING)
        if was != reads:
            yield Change(names.of(code), code, "Note", was, reads)
