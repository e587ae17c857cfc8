"""Deciding on another name, vision or other rules for the meetings from a date on. Source: domain.md sections 9, 10."""

from __future__ import annotations

from contracts.events.partnership import BoardAmendment, PartnershipAmended
from domain.register import Register
from services.programme.core.decider import Context, Facts, Refused, decides
from services.programme.partners.lookup import check_partner_or_coming
from services.programme.partnership.bank_holidays import check_holiday_set
from services.programme.partnership.commands import AmendPartnership


@decides(AmendPartnership)
def amend(register: Register, command: AmendPartnership, context: Context) -> Facts:
    today = register.calendar.local_date(context.now)
    if command.holds_from < today:
        raise Refused(
            "from", f"{command.holds_from} is past; what earlier meetings went by stays, so give {today} or a later day"
        )
    board = BoardAmendment.model_validate(command.board.model_dump() if command.board else {})
    rules = board.model_dump(exclude_none=True)
    if not rules and not {"name", "vision", "holidays"} & command.model_fields_set:
        raise Refused("", "nothing is amended; give one or more of name, vision, holidays and board")
    if command.holidays is not None:
        check_holiday_set(command.holidays)
    for number, code in enumerate(board.must_attend or ()):
        check_partner_or_coming(register, code, context.forward_references, f"board.must_attend[{number}]")
    amended = PartnershipAmended(
        name=command.name,
        vision=command.vision,
        holidays=command.holidays,
        board=board if rules else None,
        holds_from=command.holds_from,
        reason=command.reason,
    )
    return [amended] if _changes(register, amended) else []


def _changes(register: Register, amended: PartnershipAmended) -> bool:
    """Say whether anything is otherwise, on the first day, than it would be without the amendment."""
    partnership, on = register.partnership, amended.holds_from
    rules = partnership.rules_on(on).model_dump()
    board = amended.board.model_dump(exclude_none=True) if amended.board else {}
    return (
        amended.name not in (None, partnership.name_on(on))
        or amended.vision not in (None, partnership.vision_on(on))
        or amended.holidays not in (None, partnership.calendar.days_at(on).holiday_set)
        or any(rules[key] != value for key, value in board.items())
    )
