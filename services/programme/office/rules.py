"""What can be changed about the partnership itself: name and vision, the rules of its board, its holidays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from contracts.envelope import Recorded
from contracts.events import Fact
from contracts.events.partnership import HolidayAdded, HolidayRemoved, PartnershipAmended
from domain.calendar.working_days import NO_HOLIDAYS, HolidayChange
from domain.register import Register
from domain.wording.dates import plain_date
from domain.wording.happened.partnership import happened
from services.programme.core.command import Command
from services.programme.pages.changing import Ask, Change, Link, Place, offered
from services.programme.pages.fields import Choice, Field, Kind
from services.programme.pages.happened import Telling, by_kind
from services.programme.pages.partners import members
from services.programme.partnership.commands import AddHoliday, AmendPartnership, BoardChanges, RemoveHoliday
from services.runtime.web.partnership.view import View

_MOST_DAYS = 20
_MOST_PEOPLE = 60
_FROM = Field(
    "from",
    "From which day",
    Kind.DATE,
    "It holds for meetings on that day and later. Earlier ones stay as they are.",
    missing="Enter the first day that it holds for.",
)
_WHY = Field("reason", "Why", Kind.TEXT, missing="Say why. The board reads it.")
SETS: Mapping[str, str] = {
    "GB-ENG": "England and Wales",
    "GB-SCT": "Scotland",
    "GB-NIR": "Northern Ireland",
    "IE": "Ireland",
    NO_HOLIDAYS: "None: no bank holidays are kept",
}


def name_of_set(holiday_set: str) -> str:
    """Return a set of bank holidays in words, by its code where it is one that the pages do not offer."""
    return SETS.get(holiday_set, holiday_set)


def holidays_ahead(view: View) -> list[date]:
    """Return the days ahead that are holidays, as far as they are known, in order."""
    calendar = view.calendar
    today = calendar.local_date(view.at)
    known = {day for each in calendar.bank_holidays for day in each.days}
    changed = {each.on for each in calendar.changes if isinstance(each, HolidayChange)}
    return sorted(day for day in known | changed if day > today and calendar.is_holiday(day))


def _today(view: View) -> date:
    return view.calendar.local_date(view.at)


def _name(view: View, register: Register, actor: str) -> Ask:
    return Ask(
        "Name and vision",
        (
            Field("name", "Name", missing="Enter the name."),
            Field("vision", "Vision", Kind.TEXT, can_empty=True),
            _FROM,
            _WHY,
        ),
        "Save",
        {"name": (view.name,), "vision": (view.vision,)},
        lede="Packs that were issued keep what they say.",
    )


def _rules(view: View, register: Register, actor: str) -> Ask:
    rules = register.partnership.rules_on(_today(view))
    days = _numbers(0, max(_MOST_DAYS, rules.clear_days, rules.cutoff_working_days))
    people = _numbers(1, max(_MOST_PEOPLE, rules.quorum_count))
    partners = _numbers(1, max(len(register.partners), rules.quorum_partners, 1))
    return Ask(
        "Rules of the board",
        (
            Field(
                "clear_days",
                "Clear working days between papers and meeting",
                Kind.SELECT,
                "So many lie strictly between the day on which papers go out and the meeting.",
                choices=days,
                is_number=True,
                path="board.clear_days",
            ),
            Field(
                "cutoff_working_days",
                "Working days from the cut-off to the papers",
                Kind.SELECT,
                "What is recorded by 17:00 on the day of the cut-off is in the pack.",
                choices=days,
                is_number=True,
                path="board.cutoff_working_days",
            ),
            Field(
                "quorum_count",
                "Members that make a quorum",
                Kind.SELECT,
                choices=people,
                is_number=True,
                path="board.quorum_count",
            ),
            Field(
                "quorum_partners",
                "Different partners among them",
                Kind.SELECT,
                choices=partners,
                is_number=True,
                path="board.quorum_partners",
            ),
            Field(
                "must_attend",
                "Partners without whom there is no quorum",
                Kind.BOXES,
                choices=members(view),
                path="board.must_attend",
            ),
            _FROM,
            _WHY,
        ),
        "Change the rules",
        {
            "clear_days": (str(rules.clear_days),),
            "cutoff_working_days": (str(rules.cutoff_working_days),),
            "quorum_count": (str(rules.quorum_count),),
            "quorum_partners": (str(rules.quorum_partners),),
            "must_attend": rules.must_attend,
        },
        lede="Cut-offs that are past stay. A written procedure goes by the rules of the day on which it closes.",
    )


def _holidays(view: View, register: Register, actor: str) -> Ask:
    now = view.calendar.days_at(_today(view)).holiday_set
    offered_sets: list[Choice] = [*SETS.items()] if now in SETS else [(now, now), *SETS.items()]
    return Ask(
        "Bank holidays",
        (
            Field("holidays", "Whose bank holidays are kept", Kind.RADIOS, choices=offered_sets, missing="Choose one."),
            _FROM,
            _WHY,
        ),
        "Change the bank holidays",
        {"holidays": (now,)},
    )


def _add_holiday(view: View, register: Register, actor: str) -> Ask:
    return Ask(
        "Add a holiday",
        (
            Field("on", "Which day", Kind.DATE, "A day that is still ahead.", missing="Enter the day."),
            Field("name", "What it is called", missing="Enter what the day is called."),
        ),
        "Add the holiday",
        lede="A newly proclaimed one, or a day of the partnership’s own. Papers and cut-offs step around it.",
    )


def _remove_holiday(view: View, register: Register, actor: str) -> Ask:
    ahead: list[Choice] = [(day.isoformat(), plain_date(day)) for day in holidays_ahead(view)]
    return Ask(
        "Take a holiday away",
        (
            Field("on", "Which day", Kind.SELECT, choices=ahead, none_yet="Choose", missing="Choose the day."),
            Field("reason", "Why it is no holiday", Kind.TEXT, missing="Say why."),
        ),
        "Make it a working day",
    )


def _only_what_changes(view: View, register: Register, command: AmendPartnership) -> Command:
    """Return an amendment of those rules alone that are otherwise on its first day: the others stay open to change."""
    rules = register.partnership.rules_on(command.holds_from).model_dump()
    given = command.board.model_dump(exclude_none=True) if command.board else {}
    changed = {name: value for name, value in given.items() if not _alike(rules[name], value)}
    return command.model_copy(update={"board": BoardChanges.model_validate(changed) if changed else None})


def _alike(before: Any, after: Any) -> bool:
    return sorted(before) == sorted(after) if isinstance(before, tuple) else bool(before == after)


def _numbers(first: int, last: int) -> list[Choice]:
    return [(str(number), str(number)) for number in range(first, last + 1)]


def _whole(register: Register) -> Mapping[str, Any]:
    return {}


CHANGES: tuple[Change[Register], ...] = (
    Change("name", "Name and vision", AmendPartnership, _whole, _name),
    Change("rules", "Rules of the board", AmendPartnership, _whole, _rules, meant=_only_what_changes),
    Change("bank-holidays", "Bank holidays", AmendPartnership, _whole, _holidays),
    Change("add-holiday", "Add a holiday", AddHoliday, _whole, _add_holiday),
    Change(
        "remove-holiday",
        "Take a holiday away",
        RemoveHoliday,
        _whole,
        _remove_holiday,
        lambda view, register: bool(holidays_ahead(view)),
    ),
)
PARTNERSHIP: Place[Register] = Place(
    path="/office/{partnership}/partnership",
    address_of=lambda view, register: f"/office/{view.code}/partnership",
    find=lambda view, parts: view.register,
    version_of=lambda parts: "",
    shown_at=lambda to, register: to.room("office", "partnership"),
    called=lambda register: "Partnership",
    room=("Office", "office"),
)


def _put_right(fact: Fact) -> tuple[str, str]:
    if isinstance(fact, PartnershipAmended):
        return ("rules" if fact.board else "bank-holidays" if fact.holidays else "name"), "Correct this"
    return by_kind({HolidayAdded: ("remove-holiday", "Undo"), HolidayRemoved: ("add-holiday", "Undo")})(fact)


def _links(view: View, event: Recorded, reader: str) -> Sequence[Link]:
    return offered(view, PARTNERSHIP, view.register, CHANGES, reader)


TELLING = Telling(happened, _put_right, _links)
