"""The partnership itself: who it is, by which rules its board works and from when, and the days that count."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Iterator
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from contracts.events.partnership import BoardRules
from domain.register.board import MeetingState, held_or_due
from domain.wording.dates import plain_date
from services.programme.office.rules import CHANGES, PARTNERSHIP, TELLING, holidays_ahead, name_of_set
from services.programme.pages.changing import offered, reader_in, routes_of
from services.programme.pages.happened import History
from services.programme.pages.room import Room
from services.runtime.web.partnership.view import View
from services.runtime.web.routing import joined

_MOST_HOLIDAYS = 12


class Rules(NamedTuple):
    """The rules that hold from a day on, and why; the first are those of the formation."""

    since: str
    rules: BoardRules
    must_attend: list[str]
    holidays: str
    reason: str


def routes(room: Room) -> APIRouter:
    """Return the routes of the partnership, and of what can be changed about it."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get(PARTNERSHIP.path)
    def partnership_page(request: Request, partnership: str) -> Response:
        history = History.of(room.dispatcher, partnership, partnership, TELLING)

        def content(view: View) -> dict[str, Any]:
            reader = reader_in(request, view.code)
            return {
                **_content(view),
                "changes": offered(view, PARTNERSHIP, view.register, CHANGES, reader),
                **history.shown(view, request.query_params, reader),
            }

        return room.site.form_page(request, "rules.html", partnership, content)

    return joined(router, routes_of(room, PARTNERSHIP, CHANGES))


def _content(view: View) -> dict[str, Any]:
    formed = view.register.partnership
    ahead = holidays_ahead(view)
    meetings = [each for each in held_or_due(view.register) if each.state is MeetingState.SCHEDULED]
    return {
        "formed_on": plain_date(formed.formed_on),
        "year_begins": month_name[view.calendar.start_month],
        "rules": list(_rules(view)),
        "meetings": [(each, view.calendar.timetable(each.date)) for each in meetings],
        "holidays": [plain_date(each) for each in ahead[:_MOST_HOLIDAYS]],
        "holidays_left_out": max(len(ahead) - _MOST_HOLIDAYS, 0),
    }


def _rules(view: View) -> Iterator[Rules]:
    """Yield what held from the formation on, and what each amendment made of it, the latest first."""
    formed = view.register.partnership
    days = {each.holds_from: each.reason for each in formed.amendments}
    for day, reason in reversed([(formed.formed_on, ""), *days.items()]):
        rules = formed.rules_on(day)
        names = [view.figures().partner_name(code) for code in rules.must_attend]
        since = "The formation" if not reason else plain_date(day)
        yield Rules(since, rules, names, name_of_set(view.calendar.days_at(day).holiday_set), reason)
