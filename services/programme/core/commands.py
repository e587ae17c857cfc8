"""All commands, by the name that stands under ``do`` in a programme file."""

from __future__ import annotations

from services.programme.board import commands as board
from services.programme.capacity import commands as capacity
from services.programme.commitments import commands as commitments
from services.programme.core.command import Command
from services.programme.decisions import commands as decisions
from services.programme.partners import commands as partners
from services.programme.partnership import commands as partnership
from services.programme.projects import commands as projects
from services.programme.returns import commands as returns
from services.programme.risks import commands as risks

__all__ = ["COMMANDS", "HISTORY", "Command"]

_ALL: tuple[type[Command], ...] = (
    partnership.FormPartnership,
    partnership.AppointPerson,
    partnership.AmendPartnership,
    partnership.AddHoliday,
    partnership.RemoveHoliday,
    partnership.EndRoles,
    partners.AdmitPartner,
    partners.AmendPartner,
    partners.RecordPartnerLeaving,
    commitments.AgreeCommitment,
    commitments.AdoptCommitment,
    commitments.AmendCommitment,
    projects.BringInProject,
    projects.ProposeProject,
    projects.AmendProject,
    projects.ChangeLead,
    projects.JoinProject,
    projects.LeaveProject,
    projects.MoveProject,
    projects.StateConfidence,
    projects.WriteHighlight,
    projects.AddMilestone,
    projects.AmendMilestone,
    projects.DropMilestone,
    projects.ReopenMilestone,
    projects.ReforecastMilestone,
    projects.CompleteMilestone,
    capacity.PledgeCapacity,
    capacity.ReleaseCapacity,
    capacity.WithdrawRelease,
    returns.AttestCommitment,
    returns.ReportQuantity,
    returns.SubmitEvidence,
    returns.WithdrawReport,
    returns.SubmitReturn,
    risks.RaiseRisk,
    risks.ReassessRisk,
    risks.CloseRisk,
    risks.AmendRisk,
    risks.ReopenRisk,
    board.ScheduleMeeting,
    board.MoveMeeting,
    board.CancelMeeting,
    board.AddAgendaItem,
    board.AmendAgendaItem,
    board.RemoveAgendaItem,
    board.OpenMeeting,
    board.DeclareInterest,
    decisions.RecordDecision,
    decisions.RatifyDecision,
    decisions.AssignAction,
    decisions.CompleteAction,
    decisions.MoveAction,
    decisions.ReassignAction,
    decisions.DropAction,
    decisions.ReopenAction,
    board.CloseMeeting,
    board.OpenWrittenProcedure,
    board.AnswerWrittenProcedure,
    board.CloseWrittenProcedure,
    board.NoteBreach,
)

COMMANDS: dict[str, type[Command]] = {command.do: command for command in _ALL}

HISTORY: dict[str, type[Command]] = {
    name: command for name, command in COMMANDS.items() if not command.sets_up and not command.by_system
}
"""Those that can stand in the history of a programme file."""
