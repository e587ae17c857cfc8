"""One change that is foreseen."""

from __future__ import annotations

from typing import NamedTuple


class Foreseen(NamedTuple):
    """Of what, what it is now and what it will be; ``was`` is empty where there is nothing yet."""

    what: str
    was: str
    will_be: str
