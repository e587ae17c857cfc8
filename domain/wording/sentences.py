"""How words become lists and sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def listed(words: Iterable[str], nothing: str = "none") -> str:
    """``Brent, Hackney and Barnet``."""
    words = list(words)
    if not words:
        return nothing
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def listed_up_to(most: int, words: Iterable[str]) -> str:
    """``Brent, Hackney and Barnet``; of more than ``most`` the first ones: ``Brent, Hackney and 5 more``.

    What is left out is counted, and at least two are: one more name takes no more room than ``1 more``.
    """
    words = list(words)
    return listed(words if len(words) <= most + 1 else [*words[:most], f"{len(words) - most} more"])


def sentence(text: str) -> str:
    """Return ``text`` with a capital first letter and a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def before(needed: Sequence[str]) -> str:
    """``forecast before LAP-P01-M01, which it needs``; nothing where the order is right."""
    if not needed:
        return ""
    return f"forecast before {listed(needed)}, {'which it needs' if len(needed) == 1 else 'all of which it needs'}"
