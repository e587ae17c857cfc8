"""All that is said of one partner: what its page shows, and what its files hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.figures.breaches import Breach
from domain.figures.compliance import Obligation, QuarterCompliance, by_partner_and_commitment
from domain.figures.load import Load
from domain.figures.overview import Figures
from domain.figures.projects import MilestoneFigures, ProjectFigures
from domain.figures.silence import last_heard_of
from domain.register.commitments import Commitment
from domain.register.decisions import ACTIONS, Action
from domain.register.partners import Partner
from domain.register.people import Person
from domain.register.risks import RISKS, Risk


@dataclass(frozen=True, slots=True)
class Everything:
    """What is said of a partner on a day, by the figures of the pack.

    ``commitments`` has beside each its obligations in the ``quarters``, None where there is none. ``milestones`` are
    those of open projects that it owns and that are still to come; ``people`` are those who hold a role for it.
    """

    figures: Figures
    partner: Partner
    quarters: tuple[QuarterCompliance, ...]
    commitments: list[tuple[Commitment, list[Obligation | None]]]
    breaches: list[Breach]
    projects: list[ProjectFigures]
    milestones: list[MilestoneFigures]
    load: Load | None
    risks: list[Risk]
    actions: list[Action]
    people: list[Person]
    last_heard_of: date


def everything_of(partner: Partner, figures: Figures) -> Everything:
    """Return what ``figures`` say of one of the partners."""
    code = partner.code
    quarters = (*figures.trend, figures.covered)
    found = [by_partner_and_commitment(each.obligations) for each in quarters]
    return Everything(
        figures=figures,
        partner=partner,
        quarters=quarters,
        commitments=[
            (commitment, [each.get((code, commitment.reference)) for each in found])
            for commitment in figures.compliance.commitments
        ],
        breaches=[each for each in figures.breaches if each.partner == code],
        projects=[each for each in figures.open_projects if code in each.partners],
        milestones=[
            each
            for project in figures.open_projects
            for each in project.workplan
            if each.milestone.owner == code and not each.is_done
        ],
        load=next((each for each in figures.loads if each.partner == code), None),
        risks=[each for each in figures.by_number(RISKS) if each.owner == code and each.is_open],
        actions=[each for each in figures.by_number(ACTIONS) if each.owner == code and each.is_open],
        people=[
            person for _, person in sorted(figures.register.people.items()) if code in person.partners_on(figures.on)
        ],
        last_heard_of=last_heard_of(figures.register, code),
    )
