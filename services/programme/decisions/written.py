"""How facts about decisions and actions are written as commands."""

from __future__ import annotations

from contracts.events import Fact
from contracts.events.decisions import (
    ActionAssigned,
    ActionCompleted,
    ActionDropped,
    ActionMoved,
    ActionReassigned,
    ActionReopened,
    DecisionRatifiedByPartner,
    DecisionRecorded,
)
from services.programme.core.written import Written, as_named
from services.programme.decisions import commands

WRITTEN: dict[type[Fact], tuple[Written, ...]] = {
    DecisionRecorded: (Written(commands.RecordDecision, as_named(decision="code", votes="vote")),),
    DecisionRatifiedByPartner: (Written(commands.RatifyDecision),),
    ActionAssigned: (Written(commands.AssignAction, as_named(action="code")),),
    ActionCompleted: (Written(commands.CompleteAction),),
    ActionMoved: (Written(commands.MoveAction),),
    ActionReassigned: (Written(commands.ReassignAction),),
    ActionDropped: (Written(commands.DropAction),),
    ActionReopened: (Written(commands.ReopenAction),),
}
