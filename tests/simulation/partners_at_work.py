"""What partners ask for on an ordinary day: reports, returns, capacity, workplans, risks. Mostly plausible."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from contracts.events.projects import Stage
from domain.calendar import Period
from domain.register.commitments import Commitment
from services.programme.projects.stages import NEXT
from tests.simulation.chance import near, next_code, perhaps, several, some, soon, spelt
from tests.simulation.founding import project as new_project
from tests.simulation.world import Wish, World


def actor_for(world: World, partner: str | None = None) -> str:
    """Return who asks: the secretary, someone of the partner's, now and then anybody."""
    chance = world.rng.random()
    people = sorted(world.register.people)
    if chance < 0.5:
        return world.secretary
    if chance < 0.9 and partner is not None:
        own = [each for each in people if partner in world.register.people[each].partners]
        return some(world.rng, own) or world.secretary
    return world.rng.choice([*people, "nobody"])


def partner_of(world: World) -> str:
    """Return some partner, mostly one that has work to do."""
    return world.rng.choice(sorted(world.register.partners) or ["BRE"])


def quarter_for(world: World) -> Period:
    """Return the quarter that a report is about: mostly the last one that ended, or the present one."""
    back = world.rng.choice((0, 0, 1, 1, 1, 1, 2, 3, 5))
    present = world.register.calendar.quarter_of(world.today)
    return world.register.calendar.quarter_before(present, back)


def _commitment(world: World, *kinds: str) -> Commitment | None:
    those = [each for each in world.register.commitments.values() if each.measure.kind in kinds]
    return some(world.rng, those or world.register.commitments.values())


def attest_commitment(world: World) -> Wish | None:
    rng, of = world.rng, _commitment(world, "attestation")
    if of is None:
        return None
    partner = partner_of(world)
    label = of.period_of(world.register.calendar, quarter_for(world).last_day).label
    fields: dict[str, Any] = {
        "commitment": spelt(rng, world.code, of.reference),
        "partner": partner,
        "period": label,
        "answer": rng.choice(("yes", "yes", "yes", "partly", "no")),
    }
    evidence = {"evidence": {"title": "Minutes"} | perhaps(rng, 0.5, {"link": "https://brent.example/minutes"})}
    return Wish("attest_commitment", fields | perhaps(rng, 0.5, evidence), actor_for(world, partner))


def report_quantity(world: World) -> Wish | None:
    rng, of = world.rng, _commitment(world, "quantity")
    if of is None:
        return None
    partner = partner_of(world)
    target = str(getattr(of.measure, "target", "6"))
    halves = {"6": ("3", "2.99", "1.5"), "6.00": ("3", "2.99", "1.5"), "0.03": ("0.01", "0.02", "0.015")}
    return Wish(
        "report_quantity",
        {
            "commitment": spelt(rng, world.code, of.reference),
            "partner": partner,
            "on": near(rng, of.period_of(world.register.calendar, quarter_for(world).last_day)),
            "amount": rng.choice((target, *halves.get(target, ("1",)), "0", "0.01", 4.5, 7)),
        },
        actor_for(world, partner),
    )


def submit_evidence(world: World) -> Wish | None:
    of = _commitment(world, "evidence")
    if of is None:
        return None
    partner = partner_of(world)
    return Wish(
        "submit_evidence",
        {
            "commitment": of.reference,
            "partner": partner,
            "on": near(world.rng, of.period_of(world.register.calendar, quarter_for(world).last_day)),
            "title": "Exhibition",
        },
        actor_for(world, partner),
    )


def withdraw_report(world: World) -> Wish:
    rng = world.rng
    what = rng.choice(("quantity", "evidence"))
    books = world.register.returns.quantities if what == "quantity" else world.register.returns.evidence
    key = some(rng, books, ("C1", partner_of(world)))
    assert key is not None
    report = some(rng, books.get(key, ())[-4:])
    on = report.on.isoformat() if report and rng.random() < 0.9 else soon(rng, world.today, 200, 0)
    fields = {"what": what, "commitment": key[0], "partner": key[1], "on": on, "reason": "Counted twice."}
    return Wish("withdraw_report", fields, actor_for(world, key[1]))


def submit_return(world: World) -> Wish:
    partner = partner_of(world)
    fields: dict[str, Any] = {"partner": partner, "quarter": quarter_for(world).label}
    note = perhaps(world.rng, 0.3, {"note": f"Note of {world.today}"})
    more = perhaps(world.rng, 0.3, {"nothing_changed": True}) | note
    return Wish("submit_return", fields | more, actor_for(world, partner))


def pledge_capacity(world: World) -> Wish | None:
    reference, partner = some(world.rng, world.register.projects), partner_of(world)
    if reference is None:
        return None
    calendar = world.register.calendar
    quarter = world.rng.choice((quarter_for(world), calendar.quarter_after(calendar.quarter_of(world.today))))
    return Wish(
        "pledge_capacity",
        {
            "partner": partner,
            "project": spelt(world.rng, world.code, reference),
            "quarter": quarter.label,
            "days": world.rng.choice(("6.00", "0", "4.50", 10, "0.01", "9.01")),
        },
        actor_for(world, partner),
    )


def release_capacity(world: World) -> Wish | None:
    reference, partner = some(world.rng, world.register.projects), partner_of(world)
    if reference is None:
        return None
    return Wish(
        "release_capacity",
        {
            "partner": partner,
            "project": spelt(world.rng, world.code, reference),
            "on": near(world.rng, quarter_for(world)),
            "days": world.rng.choice(("3.00", "0", "2.25", 5, "0.01", "40", "4.5", "1", "15", "0.25")),
        },
        actor_for(world, partner),
    )


def adopt_commitment(world: World) -> Wish | None:
    optional = [each.reference for each in world.register.commitments.values() if not each.core]
    reference, partner = some(world.rng, optional or world.register.commitments), partner_of(world)
    if reference is None:
        return None
    fields = {"commitment": reference, "partner": partner, "from": near(world.rng, quarter_for(world))}
    return Wish("adopt_commitment", fields, actor_for(world, partner))


def propose_project(world: World) -> Wish:
    code = next_code(world.rng, "P", list(world.register.projects))
    fields = new_project(world.rng, code, world.today, sorted(world.register.partners))
    return Wish("propose_project", fields, actor_for(world, fields["lead"]))


def move_project(world: World) -> Wish | None:
    """Move a project: mostly to the next stage, or back from a pause."""
    project = some(world.rng, world.register.projects.values())
    if project is None:
        return None
    following = project.stage_before_pause if project.stage is Stage.PAUSED else NEXT.get(project.stage, Stage.CLOSED)
    stage = following if world.rng.random() < 0.8 else world.rng.choice(list(Stage))
    return Wish(
        "move_project",
        {"project": project.reference, "stage": stage.value},
        actor_for(world, project.participation.lead_on(world.today)),
    )


def state_confidence(world: World) -> Wish | None:
    project = some(world.rng, world.register.projects.values())
    if project is None:
        return None
    fields = {"project": project.reference, "confidence": world.rng.choice(("green", "amber", "red")), "reason": "So."}
    return Wish("state_confidence", fields, actor_for(world, project.participation.lead_on(world.today)))


def write_highlight(world: World) -> Wish | None:
    project = some(world.rng, world.register.projects.values())
    if project is None:
        return None
    fields = {"project": project.reference, "progress": "Much was done.", "next": "More."}
    return Wish("write_highlight", fields | perhaps(world.rng, 0.4, {"help_needed": "Staff."}), actor_for(world))


def add_milestone(world: World) -> Wish | None:
    project = some(world.rng, world.register.projects.values())
    if project is None:
        return None
    rng = world.rng
    fields = {
        "project": project.reference,
        "code": next_code(rng, "M", project.milestones),
        "title": "Another milestone",
        "owner": partner_of(world),
        "due": soon(rng, world.today, 20, 300),
        "depends_on": [spelt(rng, world.code, each) for each in several(rng, world.register.milestones, 3)],
    }
    return Wish("add_milestone", fields, actor_for(world, project.participation.lead_on(world.today)))


def _open_milestone(world: World) -> Any:
    still_open = [each for each in world.register.milestones.values() if each.actual is None]
    return some(world.rng, still_open or world.register.milestones.values())


def reforecast_milestone(world: World) -> Wish | None:
    milestone = _open_milestone(world)
    if milestone is None:
        return None
    shift = world.rng.choice((1, -1, 14, 15, 30, 0, 90, -20, milestone.tolerance_days, milestone.tolerance_days + 1))
    start = world.rng.choice((milestone.baseline or milestone.forecast, milestone.forecast, world.today))
    forecast = (start + timedelta(days=shift)).isoformat()
    fields = {"milestone": milestone.reference, "forecast": forecast, "reason": "Two services join later."}
    return Wish("reforecast_milestone", fields, actor_for(world, milestone.owner))


def complete_milestone(world: World) -> Wish | None:
    milestone = _open_milestone(world)
    if milestone is None:
        return None
    if milestone.forecast > world.today + timedelta(days=30) and world.rng.random() < 0.9:
        return None
    late = (milestone.baseline or milestone.forecast) + timedelta(days=milestone.tolerance_days)
    one = timedelta(days=1)
    on = world.rng.choice((world.today, world.today, milestone.forecast, late, late + one, world.today + one))
    fields = {"milestone": milestone.reference, "on": on.isoformat()}
    return Wish("complete_milestone", fields, actor_for(world, milestone.owner))


def raise_risk(world: World) -> Wish:
    rng, owner = world.rng, partner_of(world)
    fields = {
        "code": next_code(rng, "R", list(world.register.risks)),
        "title": "The supplier fails",
        "likelihood": rng.randint(1, 5),
        "impact": rng.randint(1, 5),
        "owner": owner,
    }
    return Wish("raise_risk", fields, actor_for(world, owner))


def reassess_risk(world: World) -> Wish | None:
    risk = some(world.rng, world.register.risks.values())
    if risk is None:
        return None
    scores = {"likelihood": world.rng.randint(1, 5), "impact": world.rng.randint(1, 5)}
    return Wish("reassess_risk", {"risk": risk.reference, "reason": "News.", **scores}, actor_for(world, risk.owner))


def close_risk(world: World) -> Wish | None:
    risk = some(world.rng, world.register.risks.values())
    if risk is None:
        return None
    return Wish("close_risk", {"risk": risk.reference, "reason": "Gone."}, actor_for(world, risk.owner))


def complete_action(world: World) -> Wish | None:
    action = some(world.rng, world.register.actions.values())
    if action is None:
        return None
    fields = {"action": action.reference, "on": soon(world.rng, world.today, 20, 1), "evidence": "It is done."}
    actor = action.person if action.person and world.rng.random() < 0.4 else actor_for(world, action.owner)
    return Wish("complete_action", fields, actor)


DAILY: tuple[tuple[Callable[[World], Wish | None], int], ...] = (
    (attest_commitment, 22),
    (report_quantity, 14),
    (submit_evidence, 12),
    (withdraw_report, 4),
    (submit_return, 14),
    (pledge_capacity, 6),
    (release_capacity, 8),
    (adopt_commitment, 3),
    (propose_project, 1),
    (move_project, 5),
    (state_confidence, 4),
    (write_highlight, 3),
    (add_milestone, 2),
    (reforecast_milestone, 5),
    (complete_milestone, 3),
    (raise_risk, 1),
    (reassess_risk, 2),
    (close_risk, 1),
    (complete_action, 4),
)
