"""The board's quorum, and how far each decision has come, by the rules of the domain's section 6."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.simulation.oracle.log import Entry
from tests.simulation.oracle.people import BOARD, People

AGREED = ("agreed", "agreed_as_amended")


@dataclass
class Decision:
    """A decision as the log tells it; ``due`` is the event with which everything its effect waits for had happened.

    ``stood_so``: it moves a project to the stage where the project stood already, which takes no event.
    """

    recorded: Entry
    about: str | None = None
    ratified_by: str | None = None
    partners: set[str] = field(default_factory=set)
    superseded_by: str | None = None
    due: int | None = None
    carried_out: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    why_refused: str | None = None
    facts: list[Entry] = field(default_factory=list)
    stood_so: bool = False

    @property
    def agreed(self) -> bool:
        """Whether the board was for it."""
        return self.recorded["outcome"] in AGREED

    @property
    def stands(self) -> bool:
        """Whether a quorum was behind it, at once or later."""
        return bool(self.recorded["quorate"]) or self.ratified_by is not None

    @property
    def is_recommended(self) -> bool:
        """Whether it was agreed without a quorum and has not been ratified."""
        return self.agreed and not self.stands

    @property
    def awaits_partners(self) -> bool:
        """Whether partners' own committees still have to ratify it."""
        rule = self.recorded["ratified_by"]
        return self.agreed and rule is not None and len(self.partners) < rule["needed"]

    @property
    def is_complete(self) -> bool:
        """Whether nothing stands between it and its effect."""
        return self.agreed and self.stands and not self.awaits_partners and self.superseded_by is None


class Board:
    """What the board has done, told event by event. ``complaints`` says what should not have been."""

    def __init__(self) -> None:
        self.rules: dict[str, Any] = {}
        self.amended: list[tuple[str, dict[str, Any]]] = []
        self.people = People()
        self.held_on: dict[str, date] = {}
        self.zone = "UTC"
        self.items: dict[tuple[str, int], Entry] = {}
        self.opened: dict[str, Entry] = {}
        self.withdrawn: set[tuple[str, int, str]] = set()
        self.procedures: dict[str, Entry] = {}
        self.answers: dict[str, dict[str, str]] = {}
        self.decisions: dict[str, Decision] = {}
        self.casting_votes: dict[str, str | None] = {}
        self.stages: dict[str, str] = {}
        self.complaints: list[str] = []

    def hear(self, each: Entry) -> None:
        """Take in the next event."""
        self.people.hear(each)
        match each.kind:
            case "partnership-formed":
                self.rules = each["board"]
                self.zone = each["timezone"]
            case "partnership-amended":
                self.amended.append((each["holds_from"], each["board"] or {}))
            case "meeting-scheduled" | "meeting-moved":
                self.held_on[each["meeting"]] = date.fromisoformat(each["date"])
            case "agenda-item-added" | "agenda-item-amended":
                self.items[each["meeting"], each["item"]] = each
            case "meeting-opened":
                self.opened[each["meeting"]] = each
            case "interest-declared" if each["follows"] == "withdraws":
                self.withdrawn.add((each["meeting"], each["item"], each["person"]))
            case "project-proposed" | "project-moved":
                self.stages[each["project"]] = each["stage"]
            case kind if kind.startswith("written-procedure-"):
                self._hear_of_procedure(each)
        if "decision" in each.data:
            self._about_decision(each)

    # -- quorum ---------------------------------------------------------------------------------------------------

    def quorum_at(self, meeting: str, item: int) -> bool:
        """Count who sits at an item, each in one seat, without those who withdrew from it."""
        attendance, day = self.opened[meeting], self.held_on[meeting]
        substitutes: dict[str, str] = attendance.data.get("substitutes", {})
        seats = []
        for person in attendance["present"]:
            sits_for = next((absent for absent, present in substitutes.items() if present == person), person)
            if self._on_board(sits_for, day) and (meeting, item, person) not in self.withdrawn:
                seats.append(self.people.partners(sits_for, day, *BOARD))
        return self._is_quorum(seats, day)

    def quorum_of_answers(self, procedure: str) -> tuple[bool, bool]:
        """Return whether answers came from a quorum, and whether there was a majority for it among them."""
        answers = self.answers.get(procedure, {})
        closes_at = datetime.fromisoformat(self.procedures[procedure]["closes_at"])
        day = closes_at.astimezone(ZoneInfo(self.zone)).date()
        members = [person for person in answers if self._on_board(person, day)]
        silent = [each for each in self.people.appointed if self._on_board(each, day) and each not in answers]
        votes = [answers[person] for person in members]
        seats = [self.people.partners(person, day, *BOARD) for person in members]
        for person in answers:
            if person in members or "substitute" not in self.people.roles(person, day):
                continue
            theirs = self.people.partners(person, day, "substitute")
            for member in silent:
                of_member = self.people.partners(member, day, *BOARD)
                if set(theirs) & set(of_member) or (not theirs and not of_member):
                    silent.remove(member)
                    votes.append(answers[person])
                    seats.append(of_member)
                    break
        return self._is_quorum(seats, day), votes.count("for") > votes.count("against")

    def _on_board(self, person: str, day: date) -> bool:
        return bool(self.people.roles(person, day) & set(BOARD))

    def _is_quorum(self, seats: list[list[str]], day: date) -> bool:
        present = {partner for partners in seats for partner in partners}
        left = self.people.left
        rules = dict(self.rules)
        for holds_from, board in sorted(self.amended, key=lambda each: each[0]):
            rules |= board if holds_from <= day.isoformat() else {}
        return (
            len(seats) >= rules["quorum_count"]
            and len(present) >= rules["quorum_partners"]
            and all(must in present or (must in left and left[must] <= day) for must in rules["must_attend"])
        )

    # -- procedures -----------------------------------------------------------------------------------------------

    def _hear_of_procedure(self, each: Entry) -> None:
        match each.kind:
            case "written-procedure-opened":
                self.procedures[each["procedure"]] = each
            case "written-procedure-answered":
                self._answered(each)
            case "written-procedure-closed":
                self._closed(each)

    def _answered(self, each: Entry) -> None:
        if each.at >= datetime.fromisoformat(self.procedures[each["procedure"]]["closes_at"]):
            self.complaints.append(f"{each['procedure']} was answered by {each['person']} after its closing instant")
        self.answers.setdefault(each["procedure"], {})[each["person"]] = each["answer"]

    def _closed(self, each: Entry) -> None:
        quorate, majority = self.quorum_of_answers(each["procedure"])
        if (each["quorate"], each["passed"]) != (quorate, quorate and majority):
            self.complaints.append(
                f"{each['procedure']} was closed as {each.data}; counted afresh: quorate {quorate}, majority {majority}"
            )

    # -- decisions ------------------------------------------------------------------------------------------------

    def _about_decision(self, each: Entry) -> None:
        if each.kind == "decision-recorded":
            self._recorded(each)
        decision = self.decisions[each["decision"]]
        match each.kind:
            case "recommendation-ratified":
                self._ratified(decision, each)
            case "decision-ratified-by-partner":
                decision.partners.add(each["partner"])
            case "effect-carried-out":
                decision.carried_out.append(each.number)
                move = (decision.recorded["effect"] or {}).get("move_project")
                decision.stood_so = move is not None and self.stages[move["project"]] == move["stage"]
            case "effect-refused":
                decision.refused.append(each.number)
                decision.why_refused = each["reason"]
            case "decision-recorded" | "action-assigned":
                pass
            case _:
                decision.facts.append(each)
        self._supersede(decision)
        if decision.is_complete and decision.due is None:
            decision.due = each.number

    def _recorded(self, each: Entry) -> None:
        decision = Decision(each)
        self.decisions[each["decision"]] = decision
        self.casting_votes[each["decision"]] = self._casting_vote(each)
        if each["meeting"] is None:
            return
        decision.about = self.items[each["meeting"], each["item"]]["about"]
        quorate = self.quorum_at(each["meeting"], each["item"])
        if quorate != each["quorate"]:
            self.complaints.append(f"{each['decision']} has quorate {each['quorate']}; counted afresh: {quorate}")

    def _casting_vote(self, each: Entry) -> str | None:
        """Return how the chair on its date voted at a meeting with as many votes for as against."""
        votes = each["votes"]
        if each["meeting"] is None or votes is None or len(votes["for"]) != len(votes["against"]):
            return None
        day = self.held_on[each["meeting"]]
        chairs = {person for person in self.people.appointed if "chair" in self.people.roles(person, day)}
        return next((side for side in ("for", "against") if chairs & set(votes[side])), None)

    def _ratified(self, decision: Decision, each: Entry) -> None:
        if not decision.is_recommended or decision.superseded_by is not None:
            self.complaints.append(f"{each['decision']} was ratified by {each['by']} and was no recommendation")
        if each["by"] in self.procedures:
            about = self.procedures[each["by"]]["about"]
        else:
            about = self.decisions[each["by"]].about
            if not self.decisions[each["by"]].is_complete:
                self.complaints.append(f"{each['decision']} was ratified by {each['by']}, which has no effect itself")
        if about != each["decision"]:
            self.complaints.append(f"{each['decision']} was ratified by {each['by']}, which is about {about}")
        decision.ratified_by = each["by"]

    def _supersede(self, decision: Decision) -> None:
        earlier = self.decisions.get(decision.recorded["supersedes"] or "")
        if earlier is not None and decision.stands and earlier.superseded_by is None:
            earlier.superseded_by = decision.recorded["decision"]

    # -- what must be true once a command has been carried out -----------------------------------------------------

    def faults(self) -> list[str]:
        """Return what is wrong with decisions and their effects as they stand."""
        found = list(self.complaints)
        for reference, decision in self.decisions.items():
            found += [f"{reference} {fault}" for fault in self._faults_of(decision)]
        return found

    def _faults_of(self, decision: Decision) -> list[str]:
        effect, done = decision.recorded["effect"], len(decision.carried_out) + len(decision.refused)
        if effect is None or decision.due is None:
            why = "has no effect" if effect is None else "does not stand"
            return [f"{why}, and something was carried out"] if done or decision.facts else []
        if done != 1:
            return [f"took effect and was carried out or refused {done} times"]
        if decision.refused:
            return ["was refused, and something was carried out"] if decision.facts else []
        ratified = self._ratified_with_same_effect(decision)
        if ratified is not None and ratified.carried_out and not decision.facts:
            # The effect that both have is carried out once, by the one that was ratified.
            return []
        wanted = PRIMARY[next(iter(effect))]
        primary = [each for each in decision.facts if each.kind == wanted]
        if len(primary) > 1 or (not primary and not decision.stood_so):
            return [f"was carried out once and led to {len(primary)} facts {wanted}"]
        return []

    def _ratified_with_same_effect(self, decision: Decision) -> Decision | None:
        recommended = self.decisions.get(decision.about or "")
        if recommended is None or recommended.ratified_by != decision.recorded["decision"]:
            return None
        return recommended if recommended.recorded["effect"] == decision.recorded["effect"] else None


PRIMARY = {
    "move_project": "project-moved",
    "drop_milestone": "milestone-dropped",
    "set_baseline": "milestones-baselined",
    "adopt_commitment": "commitment-agreed",
    "withdraw_commitment": "commitment-withdrawn",
    "grant_derogation": "derogation-granted",
    "admit_partner": "partner-admitted",
    "record_partner_leaving": "partner-left",
}
