"""What goes wrong again and again, such as writing to a full disk: told once, with its reason, and when it is over."""

from __future__ import annotations

from typing import Any

import structlog


class Trouble:
    """What is the matter at one place, where anything is. The same reason is not told twice before it is over."""

    def __init__(self, logger: str, met: str, over: str, **context: Any) -> None:
        """``met`` and ``over`` are what the log says at its beginning and its end, with ``context`` beside them."""
        self._log = structlog.get_logger(logger)
        self._met = met
        self._over = over
        self._context = context
        self._told: set[str] = set()
        self.reason: str | None = None

    def met(self, reason: BaseException | str) -> None:
        """Say that it is there, and why."""
        self.reason = in_words(reason)
        if self.reason not in self._told:
            self._told.add(self.reason)
            self._log.warning(self._met, **self._context, reason=self.reason)

    def over(self) -> None:
        """Say that there is none, or no longer."""
        if self.reason is not None:
            self.reason = None
            self._told.clear()
            self._log.info(self._over, **self._context)


def in_words(reason: BaseException | str) -> str:
    """Return the first line of what an error says, or what kind of error it is where it says nothing.

    Of what a database or the system said, its own words: without the statement, our library's names or a number.
    """
    if isinstance(reason, str):
        return reason
    reason = getattr(reason, "orig", None) or reason  # SQLAlchemy wraps what a database said
    if isinstance(reason, OSError) and reason.strerror:
        return reason.strerror if reason.filename is None else f"{reason.filename}: {reason.strerror}"
    lines = str(reason).strip().splitlines()
    return lines[0] if lines else type(reason).__name__
