"""Who can be chosen where a member of the board is meant."""

from __future__ import annotations

from services.programme.board.seats import may_sit
from services.programme.pages.fields import Choice
from services.programme.pages.people import those
from services.runtime.web.partnership.view import View


def on_the_board(view: View) -> list[Choice]:
    """Return who may sit on the board today."""
    return those(view, may_sit)
