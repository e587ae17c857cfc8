"""Founding a partnership by chance: its calendar, its board's rules, its partners, people, commitments and projects."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from services.programme.partnership.decide import secretary_of
from tests.simulation.chance import perhaps, several
from tests.simulation.world import Wish, World

ZONES = (
    *("Europe/London", "Europe/London", "Europe/Dublin", "Pacific/Auckland", "America/St_Johns", "Asia/Kolkata"),
    *("Pacific/Apia", "Atlantic/Azores", "UTC", "Pacific/Kiritimati", "America/Los_Angeles", "Australia/Lord_Howe"),
)
HOLIDAYS = ("GB-ENG", "GB-ENG", "GB-SCT", "GB-NIR", "IE", "none", "FR", "US-CA", "JP", "IL", "NZ-AUK")
KINDS = ("london_borough", "county", "university", "fire", "charity", "other")
STAGES = ("idea", "proposed", "approved", "in_delivery", "in_delivery", "closing", "paused", "closed", "stopped")
MEASURES = (
    {"kind": "attestation"},
    {"kind": "attestation", "evidence_required": True},
    {"kind": "quantity", "unit": "days", "target": "6"},
    {"kind": "quantity", "unit": "hours", "target": "0.03"},
    {"kind": "evidence", "minimum": 1},
    {"kind": "evidence", "minimum": 3},
    {"kind": "return_on_time"},
    {"kind": "takes_part"},
)


def found(seed: int) -> World:
    """Return a partnership that has just been set up."""
    rng = Random(f"founding {seed}")
    formed_on = date(rng.randint(2001, 2030), 1, 1) + timedelta(days=rng.randint(0, 364))
    code = rng.choice(("LAP", "A", "P01", "SEM2", "FIVEFIREFIRE"))
    world = World(seed, code, datetime.combine(formed_on, datetime.min.time(), UTC) + timedelta(hours=9))
    partners = rng.sample(("BRE", "HAC", "LMA", "C1", "P02", "KENT", "U", "ZZ9", "CAM", "B01"), rng.randint(2, 7))
    ask = _Setting(world, formed_on)
    ask("form_partnership", _partnership(rng, code, formed_on, partners))
    for each in partners:
        joined = formed_on if rng.random() < 0.7 else formed_on + timedelta(days=rng.randint(-400, 400))
        admitted = {"code": each, "name": f"Borough of {each}", "kind": rng.choice(KINDS), "joined_on": str(joined)}
        supporting = perhaps(rng, 0.2, {"membership": "supporting"})
        ask("admit_partner", admitted | perhaps(rng, 0.3, {"gss": "E09000005"}) | supporting)
    _people(ask, rng, partners)
    for number in range(1, rng.randint(3, 8)):
        ask("agree_commitment", commitment(rng, f"C{number}", formed_on, partners))
    for number in range(1, rng.randint(2, 6)):
        entry = project(rng, f"P{number:02d}", formed_on, partners)
        ask("bring_in_project", entry | {"stage": rng.choice(STAGES)})
    return world


class _Setting:
    """Asks in the secretary's name."""

    def __init__(self, world: World, formed_on: date) -> None:
        self.world = world
        self.formed_on = formed_on

    def __call__(self, do: str, fields: dict[str, Any]) -> None:
        self.world.ask(Wish(do, fields, secretary_of(self.world.code)))


def _partnership(rng: Random, code: str, formed_on: date, partners: list[str]) -> dict[str, Any]:
    board = {
        "clear_days": rng.choice((5, 5, 0, 1, 3, 10, 40)),
        "cutoff_working_days": rng.choice((3, 3, 0, 1, 7, 60)),
        "quorum_count": rng.choice((1, 2, 3, 4)),
        "quorum_partners": rng.choice((1, 1, 2, 3)),
        "must_attend": several(rng, partners, 1),
    }
    return {
        "code": code,
        "name": f"Partnership {code}",
        "vision": "To share.",
        "formed_on": str(formed_on),
        "financial_year_start_month": rng.choice((4, 4, 1, 7, 8, 12, 2)),
        "timezone": rng.choice(ZONES),
        "holidays": rng.choice(HOLIDAYS),
    } | perhaps(rng, 0.9, {"board": board})


def _people(ask: _Setting, rng: Random, partners: list[str]) -> None:
    roles = ("chair", "board_member", "substitute", "partner_lead", "contributor", "observer")
    for partner in partners:
        ask("appoint_person", {"name": "Lead", "partner": partner, "roles": ["partner_lead", "board_member"]})
        ask("appoint_person", {"name": "Sub", "partner": partner, "roles": [rng.choice(("substitute", "contributor"))]})
        if rng.random() < 0.6:
            ask(
                "appoint_person", {"name": "Other", "partner": partner, "roles": several(rng, roles, 2) or ["observer"]}
            )
    if len(partners) > 2:
        shared = {"name": "Shared", "partners": partners[:2], "roles": ["board_member", "partner_lead"]}
        ask("appoint_person", shared)
    ask("appoint_person", {"name": "Chair", "partner": rng.choice(partners), "roles": ["chair"]})
    ask("appoint_person", {"name": "Guest", "roles": [rng.choice(("observer", "board_member", "secretary"))]})


def commitment(rng: Random, code: str, today: date, partners: list[str]) -> dict[str, Any]:
    """Return a commitment as it is entered, in force from about today."""
    measure = dict(rng.choice(MEASURES))
    if measure["kind"] == "quantity":
        measure["targets"] = {each: rng.choice(("1", "20", "7.01", "0")) for each in several(rng, partners, 2)}
    period = "quarter" if measure["kind"] == "return_on_time" else rng.choice(("quarter", "quarter", "year", "once"))
    start = today.replace(day=1) if rng.random() < 0.5 else today + timedelta(days=rng.randint(-200, 200))
    entry = {
        "code": code,
        "title": f"Commitment {code}",
        "core": rng.random() < 0.75,
        "in_force_from": start.isoformat(),
        "period": period,
        "measure": measure,
    }
    return entry | ({"by": str(start + timedelta(days=rng.randint(0, 500)))} if period == "once" else {})


def project(rng: Random, code: str, today: date, partners: list[str]) -> dict[str, Any]:
    """Return a project as it is entered, with a workplan from about today."""
    lead = rng.choice(partners)
    codes = [f"M{number:02d}" for number in range(1, rng.randint(1, 5))]
    return {
        "code": code,
        "title": f"Project {code}",
        "purpose": "For the good of all.",
        "lead": lead,
        "taking_part": several(rng, partners, 3),
        "tolerance_days": rng.choice((14, 14, 0, 30)),
        "milestones": [
            {
                "code": each,
                "title": f"Milestone {each}",
                "owner": rng.choice(partners),
                "due": str(today + timedelta(days=rng.randint(-30, 700))),
                "depends_on": [f"{code}-{other}" for other in several(rng, codes[:place], 2)],
            }
            for place, each in enumerate(codes)
        ],
    }
