"""The desk at which plans that exist are brought in: shown with what was guessed, corrected, then recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from contracts.references import short
from domain.register import Register
from domain.register.projects import PROJECTS
from services.programme.core import lookup
from services.programme.core.dispatcher import DatedCommand, Dispatcher
from services.programme.core.outcome import EntryRefused
from services.programme.projects.bring_in.headings import PlanTable
from services.programme.projects.bring_in.plan import ExternalPlan
from services.programme.projects.bring_in.proposal import Choices, NewProject, Proposal, propose
from services.programme.projects.bring_in.reading import Reading, read_plan
from services.programme.sheets import kept_uploads
from services.programme.sheets.cells import CellFault
from services.programme.sheets.in_turn import in_turn
from services.programme.sheets.kept_uploads import UploadOf
from services.runtime.store.database import Database
from services.runtime.web.chosen_file import ChosenFile


@dataclass(frozen=True, slots=True)
class BringingIn:
    """What a person says of a file so far: how it is read, what becomes of its lines, and of which project.

    ``into`` is the reference of one that is there, empty for a new one; ``title``, ``lead`` and ``purpose`` are the new
    one's, and where they are empty what the file says, or the first partner that the person speaks for.
    """

    reading: Reading = field(default_factory=Reading)
    owners: Mapping[str, str] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    milestones_alone: bool | None = None
    into: str = ""
    title: str = ""
    lead: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """What a file comes to: its plan, what is proposed of it, and everything that is in the way."""

    name: str
    plan: ExternalPlan
    table: PlanTable | None
    said: BringingIn
    proposal: Proposal
    project: str
    faults: tuple[CellFault, ...] = ()

    @property
    def can_be_recorded(self) -> bool:
        """Say whether nothing is in the way."""
        return bool(self.proposal.steps) and not self.faults


class BringInDesk:
    """Works on the files of one deployment."""

    def __init__(self, dispatcher: Dispatcher, database: Database) -> None:
        self._dispatcher = dispatcher
        self._database = database

    async def keep(self, partnership: str, actor: str, file: ChosenFile) -> str:
        """Keep a file that has a plan, and return by what it is found again. Raises FileRefused."""
        await in_turn(read_plan, file.content)
        now, of = self._dispatcher.now(), _of(partnership, actor)
        return await self._database.write(lambda connection: kept_uploads.keep(connection, of, file, now))

    async def look(self, partnership: str, actor: str, upload: str, said: BringingIn) -> BroughtIn:
        """Return what a file comes to by what was said. Raises UploadGone, FileRefused, Refused."""
        of = _of(partnership, actor)
        file = await self._database.read(lambda connection: kept_uploads.read(connection, of, upload))
        plan, table = await in_turn(read_plan, file.content, said.reading)
        brought = await self._dispatcher.view(
            partnership, lambda register: self._proposed(register, actor, file.name, plan, table, said)
        )
        steps = brought.proposal.steps
        refusals = await self._dispatcher.rehearse(partnership, [step.command for step in steps], actor)
        refused = (step.fault(refusal) for step, refusal in zip(steps, refusals, strict=True) if refusal is not None)
        first = next(refused, None)
        return brought if first is None else replace(brought, faults=(*brought.faults, first))

    async def record(self, partnership: str, actor: str, upload: str, said: BringingIn) -> BroughtIn:
        """Record a plan, all of it or nothing; return what it came to, or what is in the way.

        Raises UploadGone where it was recorded before, FileRefused, Refused.
        """
        brought = await self.look(partnership, actor, upload, said)
        if not brought.can_be_recorded:
            return brought
        steps = brought.proposal.steps
        try:
            await self._dispatcher.handle_all(
                partnership,
                [DatedCommand(step.command, actor) for step in steps],
                beside=partial(kept_uploads.spend, of=_of(partnership, actor), upload=upload),
            )
        except EntryRefused as refused:
            return replace(brought, faults=(steps[refused.index].fault(refused.refused),))
        return brought

    def _proposed(
        self,
        register: Register,
        actor: str,
        name: str,
        plan: ExternalPlan,
        table: PlanTable | None,
        said: BringingIn,
    ) -> BroughtIn:
        today = register.calendar.local_date(self._dispatcher.now())
        own = register.people[actor].partners_on(today) if actor in register.people else ()
        members = (each.code for each in register.partners.values() if each.is_member_on(today))
        said = replace(
            said,
            title=said.title or plan.title,
            lead=said.lead or next(iter(own), None) or next(members, ""),
            milestones_alone=plan.has_milestones if said.milestones_alone is None else said.milestones_alone,
        )
        choices = Choices(bool(said.milestones_alone), said.left_out, said.owners)
        if said.into:
            project = lookup.find(PROJECTS, register, said.into).reference
            proposal = propose(register, plan, project, choices, today)
        else:
            project = PROJECTS.next_reference(register.code, register.projects)
            new = NewProject(short(register.code, project), said.title, said.lead, said.purpose)
            proposal = propose(register, plan, new, choices, today)
        return BroughtIn(name, plan, table, said, proposal, project, proposal.faults)


def _of(partnership: str, actor: str) -> UploadOf:
    return UploadOf(partnership, actor, "bring in")
