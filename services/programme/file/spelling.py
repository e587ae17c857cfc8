"""What somebody who misspelt a word probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

_MOST_NAMED = 12


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that ``word`` is nearest to, None where none is near."""
    by_folded = {each.casefold().replace("-", "_"): each for each in known}
    close = get_close_matches(word[:100].casefold().replace("-", "_"), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


def suggestion(word: str, known: Sequence[str]) -> str:
    """Return the end of a sentence that says what would be right: ``was “title” meant?``."""
    near = nearest(word, known)
    if near is not None:
        return f"was “{near}” meant?"
    if not known:
        return "there are none"
    named = ", ".join(known[:_MOST_NAMED])
    return f"there are {named}{' and more' if len(known) > _MOST_NAMED else ''}"
