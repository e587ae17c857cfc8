"""Who comes into the office: its secretary, and whoever holds the deployment's token."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from starlette.requests import Request

from contracts.events.partnership import Role
from services.programme.api.access import actor_of
from services.runtime.access.identity import Caller, reader_of, refuse_all_but_the_secretary
from services.runtime.base.problems import Problem
from services.runtime.web.partnership.view import View


def admit(request: Request, view: View) -> str:
    """Return the id of the person as whom the reader works in the office. Raises Problem: 401 or 403."""
    caller = reader_of(request)
    if caller is None:
        raise Problem(401, "Sign in as the secretary to work in the office.")
    admit_caller(caller, view)
    return actor_of(caller, view.code)


def admit_caller(caller: Caller, view: View) -> None:
    """Raise Problem 403 for everybody but the secretary."""
    refuse_all_but_the_secretary(caller, view.code, partial(_roles, view), "work in the office")


def _roles(view: View, person_id: str) -> Collection[Role]:
    person = view.register.people.get(person_id)
    return () if person is None else person.roles_on(view.calendar.local_date(view.at))
