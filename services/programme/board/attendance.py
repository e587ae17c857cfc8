"""Who is at a meeting, and in whose place."""

from __future__ import annotations

from datetime import date

from domain.register import Register
from services.programme.board.commands import Attendance
from services.programme.board.seats import may_sit
from services.programme.core.decider import Refused
from services.programme.partnership.lookup import find_person


def attending(register: Register, command: Attendance, on: date) -> tuple[str, ...]:
    """Return everyone present at a meeting on the date ``on``, each once; a substitute whether it was listed or not.

    Raises Refused where somebody is unknown, both there and away, or sits for a member without right or twice.
    """
    for field, people in (("present", command.present), ("apologies", command.apologies)):
        for number, person_id in enumerate(people):
            find_person(register, person_id, f"{field}[{number}]")
    present = dict.fromkeys((*command.present, *command.substitutes.values()))
    for number, person_id in enumerate(command.apologies):
        if person_id in present:
            raise Refused(
                f"apologies[{number}]", f"{person_id} is present and cannot have sent apologies; name each person once"
            )
    _check_substitutes(register, command, on)
    return tuple(present)


def _check_substitutes(register: Register, command: Attendance, on: date) -> None:
    for absent, substitute in command.substitutes.items():
        field = f"substitutes.{absent}"
        if not find_person(register, absent, field).is_on_board_on(on):
            raise Refused(field, f"{absent} is not a member of the board, so nobody sits in that place")
        if absent in command.present:
            raise Refused(field, f"{absent} is present; a substitute sits for a member who is away")
        if not may_sit(find_person(register, substitute, field), on):
            raise Refused(field, f"{substitute} is neither a substitute nor a member of the board and cannot sit there")
    sitting = list(command.substitutes.values())
    for absent, substitute in command.substitutes.items():
        if sitting.count(substitute) > 1:
            raise Refused(f"substitutes.{absent}", f"{substitute} sits for two members; a person fills one seat only")
