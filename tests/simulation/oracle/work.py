"""Workplans, silence, load and actions, by the rules of the domain's section 5."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.simulation.oracle.almanac import Almanac, Span
from tests.simulation.oracle.log import Entry, Known
from tests.simulation.oracle.obligations import is_full, is_member
from tests.simulation.oracle.silence import ENDED, Heard


class Work:
    """The projects, milestones and days of a partnership as at an instant, for a covered quarter."""

    def __init__(self, known: Known, almanac: Almanac, quarter: Span) -> None:
        self.known = known
        self.almanac = almanac
        self.quarter = quarter
        self.today = almanac.today(known.by)
        self.proposed = {each["project"]: each for each in known.of("project-proposed")}
        self.added = {each["milestone"]: each for each in known.of("milestone-added")}
        self._heard = Heard(known, almanac).on

    # -- projects and milestones ----------------------------------------------------------------------------------

    def projects(self) -> list[dict[str, Any]]:
        """Return each project as a pack shows it, by number."""
        return [self._project(reference) for reference in sorted(self.proposed, key=_number)]

    def milestones(self) -> list[dict[str, Any]]:
        """Return each milestone as a pack shows it, project by project."""
        return [
            self._milestone(each) for project in sorted(self.proposed, key=_number) for each in self._plan_of(project)
        ]

    def _project(self, reference: str) -> dict[str, Any]:
        said = self.known.last("confidence-stated", project=reference)
        stated = said["confidence"] if said else None
        stage = self._stage(reference)
        silent = None if stage in ENDED else self._silent_days(reference)
        return {
            "ref": reference,
            "lead": lead_on(self.known, self.proposed[reference], self.today),
            "stage": stage,
            "confidence": {
                "stated": stated,
                "shown": "amber" if stated == "green" and silent is not None else stated,
                "silent_days": silent,
            },
            "schedule_status": self._schedule(reference),
        }

    def _stage(self, project: str) -> str:
        moved = self.known.last("project-moved", project=project)
        stage: str = (moved or self.proposed[project])["stage"]
        return stage

    def _schedule(self, project: str) -> str:
        plan = [self._milestone(each) for each in self._plan_of(project)]
        plan = [each for each in plan if each["status"] != "dropped"]
        if not any(each["baseline"] for each in plan):
            return "none"
        statuses = [each["status"] for each in plan]
        if "red" in statuses or "overdue" in statuses:
            return "red"
        return "amber" if "amber" in statuses else "green"

    def _milestone(self, reference: str) -> dict[str, Any]:
        self.added[reference]
        done = self._completion(reference)
        dropped = self._is_dropped(reference)
        changes = [each for each in self.known.of("milestone-reforecast") if each["milestone"] == reference]
        forecast = self._forecast(reference)
        baseline = self._baseline(reference)
        actual = date.fromisoformat(done["actual"]) if done else None
        tolerance = timedelta(days=self.proposed[_project_of(reference)]["tolerance_days"])
        is_done = actual is not None and actual <= self.today
        return {
            "ref": reference,
            "baseline": _iso(baseline),
            "forecast": _iso(forecast),
            "actual": _iso(actual),
            "slip_days": None if baseline is None else (forecast - baseline).days,
            "status": "dropped" if dropped else "done" if is_done else self._open_status(baseline, forecast, tolerance),
            "done_late": bool(is_done and baseline and actual and actual > baseline + tolerance),
            "reforecasts": len(changes),
            "silent_days": None if done or dropped else self._silent_days(reference),
            "before": [] if is_done or dropped else self._before(reference, forecast),
        }

    def _before(self, milestone: str, forecast: date) -> list[str]:
        """Return what is not done, is needed, and is expected later than this."""
        needed = [each for each in self._needed_by(milestone) if each in self.added]
        return [each for each in needed if not self._is_over(each) and self._forecast(each) > forecast]

    def _needed_by(self, milestone: str) -> list[str]:
        needed: list[str] = self.added[milestone].data.get("depends_on", [])
        for each in self.known.of("milestone-amended"):
            if each["milestone"] == milestone and each["depends_on"] is not None:
                needed = each["depends_on"]
        return needed

    def _is_over(self, milestone: str) -> bool:
        done = self._completion(milestone)
        return self._is_dropped(milestone) or (done is not None and done["actual"] <= self.today.isoformat())

    def _is_dropped(self, milestone: str) -> bool:
        return self.known.last("milestone-dropped", milestone=milestone) is not None

    def _completion(self, milestone: str) -> Entry | None:
        """Return the completion that stands: the last one, if nothing took it back."""
        done = self.known.last("milestone-completed", milestone=milestone)
        back = self.known.last("milestone-reopened", milestone=milestone)
        return None if done is None or (back is not None and back.number > done.number) else done

    def _forecast(self, milestone: str) -> date:
        changed = self.known.last("milestone-reforecast", milestone=milestone)
        return date.fromisoformat((changed or self.added[milestone])["forecast"])

    def _open_status(self, baseline: date | None, forecast: date, tolerance: timedelta) -> str:
        if baseline is None:
            return "not_baselined"
        if forecast < self.today:
            return "overdue"
        if forecast > baseline + tolerance:
            return "red"
        return "amber" if forecast > baseline else "green"

    def _baseline(self, milestone: str) -> date | None:
        baseline = self.added[milestone].day("baseline")
        for each in self.known.of("milestones-baselined"):
            if milestone in each["baselines"]:
                baseline = date.fromisoformat(each["baselines"][milestone])
        return baseline

    def _plan_of(self, project: str) -> list[str]:
        return sorted((each for each in self.added if _project_of(each) == project), key=_number)

    # -- silence --------------------------------------------------------------------------------------------------

    def silent_partners(self) -> list[dict[str, Any]]:
        """Return the full members that have said nothing in the quarter or since, by code."""
        admitted = {each["partner"]: each for each in self.known.of("partner-admitted")}
        found = []
        for partner, entry in sorted(admitted.items()):
            joined = entry.day("joined_on")
            assert joined is not None
            heard_on = self._heard.get(partner, max(joined, self.almanac.today(entry.at)))
            if is_full(self.known, partner, self.today) and heard_on < self.quarter.first:
                found.append({"partner": partner, "days": (self.today - heard_on).days})
        return found

    def _silent_days(self, subject: str) -> int | None:
        heard_on = self._heard[subject]
        return (self.today - heard_on).days if heard_on < self.quarter.first else None

    def notes(self) -> list[dict[str, Any]]:
        """Return the last note to the board that came with each partner's return for the covered quarter."""
        said: dict[str, str] = {}
        for each in self.known.of("return-submitted"):
            if each["quarter"] == self.quarter.label and each["note"]:
                said[each["partner"]] = each["note"]
        return [{"partner": partner, "note": said[partner]} for partner in sorted(said)]

    # -- load -----------------------------------------------------------------------------------------------------

    def load(self) -> list[dict[str, Any]]:
        """Return each partner's days in the covered quarter, by code."""
        partners = sorted(each["partner"] for each in self.known.of("partner-admitted"))
        released = {partner: self._released(partner) for partner in partners}
        all_quarter = [
            released[partner]
            for partner in partners
            if all(is_full(self.known, partner, day) for day in self.quarter.days())
        ]
        return [
            self._load(partner, self._pledged(partner), released[partner], all_quarter)
            for partner in partners
            if released[partner] or self._pledged(partner) or self._was_member(partner)
        ]

    def _load(self, partner: str, pledged: Decimal, released: Decimal, all_quarter: list[Decimal]) -> dict[str, Any]:
        ratio = None
        if sum(all_quarter):
            hundredths = 100 * released * len(all_quarter) / sum(all_quarter)
            ratio = hundredths.quantize(Decimal(1), ROUND_HALF_UP) / 100
        flags = ["carrying_more_than_its_share"] if ratio is not None and ratio > 2 else []
        flags += ["under_its_pledge"] if released < pledged / 2 else []
        return {
            "partner": partner,
            "pledged": f"{pledged:.2f}",
            "released": f"{released:.2f}",
            "ratio": None if ratio is None else f"{ratio:.2f}",
            "flags": flags,
        }

    def _released(self, partner: str) -> Decimal:
        first, last = self.quarter.first.isoformat(), self.quarter.last.isoformat()
        of_partner = [each for each in self.known.of("capacity-released") if each["partner"] == partner]
        taken_back = {each["release"] for each in self.known.of("release-withdrawn")}
        standing = [each for each in of_partner if each.number not in taken_back]
        return sum((Decimal(each["days"]) for each in standing if first <= each["on"] <= last), Decimal(0))

    def _pledged(self, partner: str) -> Decimal:
        latest: dict[str, Decimal] = {}
        for each in self.known.of("capacity-pledged"):
            if (each["partner"], each["quarter"]) == (partner, self.quarter.label):
                latest[each["project"]] = Decimal(each["days"])
        return sum(latest.values(), Decimal(0))

    def _was_member(self, partner: str) -> bool:
        return any(is_member(self.known, partner, day) for day in self.quarter.days())

    # -- actions --------------------------------------------------------------------------------------------------

    def actions(self) -> list[dict[str, Any]]:
        """Return the actions, by number."""
        assigned = sorted(self.known.of("action-assigned"), key=lambda each: _number(each["action"]))
        return [self._action(each) for each in assigned]

    def _action(self, assigned: Entry) -> dict[str, Any]:
        status, due, owner, moves = "open", assigned["due"], assigned["owner"], 0
        told = ("action-completed", "action-dropped", "action-reopened", "action-moved", "action-reassigned")
        for each in self.known.of(*told):
            if each["action"] != assigned["action"]:
                continue
            match each.kind:
                case "action-completed":
                    status = "done"
                case "action-dropped":
                    status = "dropped"
                case "action-reopened":
                    status = "open"
                case "action-moved":
                    due, moves = each["due"], moves + 1
                case "action-reassigned":
                    owner = each["owner"]
        if status == "open" and date.fromisoformat(due) < self.today:
            status = "overdue"
        return {
            "ref": assigned["action"],
            "status": status,
            "due": due,
            "original_due": assigned["due"],
            "moves": moves,
            "owner": owner,
        }


def lead_on(known: Known, proposed: Entry, day: date) -> str:
    """Return who leads a project on a day: the change that was recorded last of those that had begun."""
    lead: str = proposed["lead"]
    for each in known.of("lead-changed"):
        if each["project"] == proposed["project"] and each["since"] <= day.isoformat():
            lead = each["lead"]
    return lead


def _project_of(milestone: str) -> str:
    return milestone[: milestone.rindex("-M")]


def _number(reference: str) -> int:
    return int("".join(filter(str.isdigit, reference.rsplit("-", 1)[1])))


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
