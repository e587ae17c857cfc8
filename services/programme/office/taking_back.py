"""Taking back what was reported by mistake: an amount, evidence, or days. What was recorded stays in the history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.events.returns import ReportKind
from domain.register import Register
from domain.wording.dates import plain_date
from services.programme.capacity.commands import WithdrawRelease
from services.programme.core.command import Command
from services.programme.pages.changing import Ask, Change, Place
from services.programme.pages.fields import Field, Kind
from services.programme.returns.commands import WithdrawReport
from services.runtime.base.problems import Problem
from services.runtime.web.partnership.view import View


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was reported for a partner, for a commitment or a project: its ``thing``.

    ``about`` are the fields by which a command takes it back, ``number`` is the version of its event. ``is_latest``
    where no later one with its date stands: that one goes first.
    """

    number: int
    words: str
    partner: str
    thing: str
    on: date
    about: Mapping[str, Any]
    is_latest: bool


def entry_of(register: Register, number: int) -> Entry | None:
    """Return what was reported with this event, None where it was none, or was taken back."""
    return _report(register, number) or _release(register, number)


def _report(register: Register, number: int) -> Entry | None:
    returns = register.returns
    for what in ReportKind:
        for (commitment, partner), reports in returns.reports(what).items():
            found = next((each for each in reports if each.report == number and each.withdrawn_at is None), None)
            if found is not None:
                words = "the amount" if what is ReportKind.QUANTITY else "the evidence"
                about = {"what": what, "commitment": commitment, "partner": partner, "on": found.on}
                latest = returns.latest_standing(what, commitment, partner, found.on)
                return Entry(number, words, partner, commitment, found.on, about, found is latest)
    return None


def _release(register: Register, number: int) -> Entry | None:
    for partner, releases in register.capacity.releases.items():
        found = next((each for each in releases if each.release == number), None)
        if found is not None:
            about = {"partner": partner, "project": found.project, "on": found.on}
            latest = register.capacity.latest_release(partner, found.project, found.on)
            return Entry(number, "the days", partner, found.project, found.on, about, found == latest)
    return None


def _find(view: View, parts: Mapping[str, str]) -> Entry:
    number = parts["number"]
    found = entry_of(view.register, int(number)) if number.isascii() and number.isdecimal() else None
    if found is None:
        raise Problem(404, "There is nothing here to take back: it was taken back already, or never was.")
    return found


def _ask(view: View, entry: Entry, actor: str) -> Ask:
    figures = view.figures()
    partner, thing = figures.partner_name(entry.partner), figures.name(entry.thing)
    return Ask(
        "Take it back",
        (Field("reason", "Why", Kind.TEXT, missing="Say why. The board reads it."),),
        "Take it back",
        lede=f"This takes back {entry.words} of {partner} for {thing}, dated {plain_date(entry.on)}."
        " What is right is reported anew, in the return.",
    )


def _about(entry: Entry) -> Mapping[str, Any]:
    return entry.about


def _is_latest(view: View, entry: Entry) -> bool:
    return entry.is_latest


def _change(segment: str, command: type[Command]) -> Change[Entry]:
    return Change(segment, "Take it back", command, _about, _ask, _is_latest)


REPORTED, RELEASED = _change("report", WithdrawReport), _change("days", WithdrawRelease)
ENTRY: Place[Entry] = Place(
    path="/office/{partnership}/corrections/{number}",
    address_of=lambda view, entry: f"/office/{view.code}/corrections/{entry.number}",
    find=_find,
    version_of=lambda parts: "",
    shown_at=lambda to, entry: to.room("office", "corrections"),
    called=lambda entry: "Corrections",
    room=("Office", "office"),
)
