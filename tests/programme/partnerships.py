"""A partnership to which things have happened, for tests that read: given, when, then."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Self

import pytest

from contracts.envelope import Cause, seal
from contracts.events import Fact
from domain.register import Register, apply
from services.programme.core.command import Command
from services.programme.core.commands import COMMANDS
from services.programme.core.deciding import SYSTEM, Context, NewEvent, Refused, decide

SECRETARY = "LAP-U001"
CHAIR = "LAP-U002"  # Brent, also its lead
HACKNEY = "LAP-U003"  # board member
LMA = "LAP-U004"  # board member
HACKNEY_SUBSTITUTE = "LAP-U005"
LMA_LEAD = "LAP-U006"
HACKNEY_CONTRIBUTOR = "LAP-U007"
OBSERVER = "LAP-U008"
HACKNEY_LEAD = "LAP-U009"

START = datetime(2014, 4, 1, 8, 0, tzinfo=UTC)
TODAY = date(2014, 4, 1)

__all__ = ["SYSTEM", "Partnership", "london"]


class Partnership:
    """A partnership in memory. What is given is decided by the same rules and must not be refused."""

    def __init__(self, code: str = "LAP") -> None:
        self.register = Register(code)
        self.now = START
        self.decided: list[NewEvent] = []

    def given(self, do: str, who: str = SECRETARY, **fields: Any) -> Self:
        """Have this happen."""
        self.decided = decide(self.register, command(do, fields), Context(who, self.now))
        self.happened(*self.decided, who=who)
        return self

    def happened(self, *decided: NewEvent, who: str = SECRETARY) -> Self:
        """Take these facts in."""
        for each in decided:
            apply(
                self.register,
                seal(
                    "programme",
                    self.register.code,
                    self.register.position,
                    each.fact,
                    recorded_at=self.now,
                    effective_on=each.effective_on,
                    cause=Cause(who, "test", "test"),
                ),
            )
        return self

    def at(self, day: date, hour: int = 12) -> Self:
        """Let time pass."""
        self.now = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        return self

    def later(self, **delta: float) -> Self:
        """Let some time pass."""
        self.now += timedelta(**delta)
        return self

    def when(self, do: str, who: str = SECRETARY, **fields: Any) -> list[Fact]:
        """Return the facts that a command leads to. It does not happen: the register stays as it is."""
        before = self.register.position
        self.decided = decide(self.register, command(do, fields), Context(who, self.now))
        assert self.register.position == before
        return [each.fact for each in self.decided]

    def refusal(self, do: str, who: str = SECRETARY, **fields: Any) -> Refused:
        """Return how a command is refused."""
        with pytest.raises(Refused) as refused:
            decide(self.register, command(do, fields), Context(who, self.now))
        return refused.value

    @property
    def effective_on(self) -> list[date]:
        """The effective dates of what was decided last."""
        return [each.effective_on for each in self.decided]


def command(do: str, fields: dict[str, Any]) -> Command:
    """Return a command from its fields as a programme file has them."""
    return COMMANDS[do].model_validate(fields)


def london() -> Partnership:
    """A partnership of four, with a board of three, six commitments and three projects; a quorum is two of two."""
    lap = Partnership()
    lap.given(
        "form_partnership",
        code="LAP",
        name="London Archives Partnership",
        formed_on="2014-04-01",
        board={"quorum_count": 2, "quorum_partners": 2, "must_attend": []},
    )
    for code in ("BRE", "HAC", "LMA", "HAR"):
        lap.given("admit_partner", code=code, name=f"Name of {code}", kind="london_borough", joined_on="2014-04-01")
    for partner, *roles in (
        ("BRE", "board_member", "chair", "partner_lead"),
        ("HAC", "board_member"),
        ("LMA", "board_member"),
        ("HAC", "substitute"),
        ("LMA", "partner_lead"),
        ("HAC", "contributor"),
        (None, "observer"),
        ("HAC", "partner_lead"),
    ):
        lap.given("appoint_person", name="A Name", partner=partner, roles=roles)
    _commitments(lap)
    _projects(lap)
    lap.given("raise_risk", code="R01", title="Supplier fails", likelihood=3, impact=4, owner="LMA")
    return lap


def _commitments(lap: Partnership) -> None:
    for code, measure, more in (
        ("C1", {"kind": "attestation", "evidence_required": True}, {}),
        ("C2", {"kind": "quantity", "unit": "days", "target": 6, "targets": {"LMA": 20}}, {}),
        ("C3", {"kind": "evidence", "minimum": 2}, {"period": "year"}),
        ("C4", {"kind": "attestation"}, {"period": "once", "by": "2014-12-31"}),
        ("C5", {"kind": "return_on_time"}, {}),
        ("C6", {"kind": "attestation"}, {"core": False}),
    ):
        fields = {"core": True, "in_force_from": "2014-04-01", "period": "quarter", **more}
        lap.given("agree_commitment", code=code, title=f"Title of {code}", measure=measure, **fields)


def _projects(lap: Partnership) -> None:
    for code, lead, stage in (("P01", "LMA", "in_delivery"), ("P02", "BRE", "proposed"), ("P03", "HAC", "idea")):
        milestones = [
            {"code": "M01", "title": "First", "owner": lead, "due": "2014-07-31"},
            {"code": "M02", "title": "Second", "owner": "BRE", "due": "2014-12-19", "depends_on": [f"{code}-M01"]},
        ]
        lap.given(
            "bring_in_project",
            code=code,
            title=f"Title of {code}",
            lead=lead,
            taking_part=["BRE", "HAC"],
            stage=stage,
            milestones=milestones,
        )
