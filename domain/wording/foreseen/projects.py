"""What would change about projects and milestones."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.events import Fact
from contracts.events.projects import MilestoneDropped, MilestonesBaselined, ProjectMoved
from domain.register import Register
from domain.wording.dates import plain_date
from domain.wording.foreseen.change import Foreseen
from domain.wording.happened.sentences import Named
from domain.wording.projects import stage


def changes(register: Register, fact: Fact, named: Named) -> Iterator[Foreseen]:
    """Yield what a fact would change; nothing for a fact about something else."""
    match fact:
        case ProjectMoved():
            was = stage(register.projects[fact.project].stage)
            yield Foreseen(f"Stage of {named(fact.project)}", was, stage(fact.stage))
        case MilestonesBaselined():
            for reference, day in fact.baselines.items():
                before = register.milestones[reference].baseline
                was = "no baseline" if before is None else plain_date(before)
                yield Foreseen(f"Baseline of {named(reference)}", was, plain_date(day))
        case MilestoneDropped():
            forecast = plain_date(register.milestones[fact.milestone].forecast)
            yield Foreseen(named(fact.milestone), f"forecast for {forecast}", "dropped")
