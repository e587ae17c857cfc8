"""What later entries of the same programme file bring in, so that an earlier one may already speak of it.

A project may depend on a milestone that stands further down, and a person may be listed for a partner that the history
admits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contracts.references import full
from services.programme.board.commands import OpenWrittenProcedure
from services.programme.core.command import Command
from services.programme.decisions.commands import RecordDecision
from services.programme.partners.commands import AdmitPartner
from services.programme.projects.commands import BringInProject
from services.programme.projects.workplan import milestone_reference


def brought_in(partnership: str, commands: Iterable[Command]) -> frozenset[str]:
    """Return the references of the milestones that projects bring in with them, and the codes of partners admitted."""
    return frozenset(reference for command in commands for reference in _brought_in_by(partnership, command))


def _brought_in_by(partnership: str, command: Command) -> Iterator[str]:
    if isinstance(command, BringInProject):
        project = full(partnership, command.code)
        yield from (milestone_reference(partnership, project, entry.code) for entry in command.milestones)
    elif isinstance(command, AdmitPartner):
        yield command.code
    elif isinstance(command, RecordDecision | OpenWrittenProcedure) and command.effect is not None:
        admitted = command.effect.admit_partner
        if admitted is not None:
            yield admitted.code
