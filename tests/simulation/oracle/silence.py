"""When each partner, project and milestone was last heard of, by the domain's section 10, *Silence*."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tests.simulation.oracle.almanac import Almanac
from tests.simulation.oracle.log import Entry, Known
from tests.simulation.oracle.people import People

ENDED = ("closed", "stopped")
NAMES_PARTNER = (
    *("commitment-adopted", "commitment-attested", "quantity-reported", "evidence-submitted", "report-withdrawn"),
    *("return-submitted", "capacity-pledged", "capacity-released", "release-withdrawn", "decision-ratified-by-partner"),
)
OF_MILESTONE = (
    *("milestone-added", "milestone-reforecast", "milestone-completed"),
    *("milestone-dropped", "milestone-reopened"),
)
OF_PROJECT = ("project-proposed", "project-moved", "confidence-stated", "highlight-written")
OF_RISK = ("risk-raised", "risk-reassessed", "risk-closed", "risk-reopened")


class Heard:
    """Goes through the log once. ``on`` holds by subject the local date on which its silence was last broken."""

    def __init__(self, known: Known, almanac: Almanac) -> None:
        self.on: dict[str, date] = {}
        self._people = People()
        self._about: dict[tuple[str, int], str | None] = {}
        self._owner: dict[str, str] = {}
        self._leads: dict[str, list[tuple[str, str]]] = {}
        self._today = date.min
        self._over: set[str] = set()
        for each in known.entries:
            self._people.hear(each)
            self._learn(each)
            self._today = today = almanac.today(each.at)
            for subject in (*self._speaks_for(each, today), *self._news_of(each)):
                self.on[subject] = today

    def _learn(self, each: Entry) -> None:
        match each.kind:
            case "project-proposed":
                self._leads[each["project"]] = [("", each["lead"])]
            case "lead-changed":
                self._leads[each["project"]].append((each["since"], each["lead"]))
            case "milestone-added":
                self._owner[each["milestone"]] = each["owner"]
            case "risk-raised":
                self._owner[each["risk"]] = each["owner"]
            case "action-assigned":
                self._owner[each["action"]] = each["owner"]
            case "agenda-item-added":
                self._about[each["meeting"], each["item"]] = each["about"]
            case "milestone-amended" | "risk-amended" if each["owner"]:
                self._owner[each["milestone"] or each["risk"]] = each["owner"]
            case "action-reassigned":
                self._owner[each["action"]] = each["owner"]
            case "agenda-item-amended":
                self._about[each["meeting"], each["item"]] = each["about"]
        self._learn_what_is_over(each)

    def _learn_what_is_over(self, each: Entry) -> None:
        if each.kind in ("milestone-completed", "milestone-dropped"):
            self._over.add(each["milestone"])
        if each.kind == "milestone-reopened":
            self._over.discard(each["milestone"])
        if each.kind in ("project-proposed", "project-moved") and each["stage"] in ENDED:
            self._over.add(each["project"])

    def _lead(self, project: str) -> str:
        """Return who leads on the present day: of the changes that have begun the last one that was recorded."""
        return [lead for since, lead in self._leads[project] if since <= self._today.isoformat()][-1]

    def _speaks_for(self, each: Entry, today: date) -> list[str]:
        by_decision = each.kind in ("project-moved", "milestone-dropped") and each["decision"] is not None
        concerned = [] if by_decision else self._concerned(each)
        if not concerned:
            return []
        if "secretary" in self._people.roles(each.by, today):
            return concerned[:1]
        own = self._people.partners(each.by, today)
        nearest = [partner for partner in concerned if partner in own]
        return nearest[:1] or own

    def _concerned(self, each: Entry) -> list[str]:
        """Return the partner that is named, or the owner of what is named and who leads its project."""
        if each.kind in NAMES_PARTNER:
            return [each["partner"]]
        if each.kind in OF_MILESTONE:
            return [self._owner[each["milestone"]], self._lead(_project_of(each["milestone"]))]
        if each.kind in OF_RISK:
            return [self._owner[each["risk"]]]
        if each.kind in ("action-completed", "action-reopened"):
            return [self._owner[each["action"]]]
        return [self._lead(each["project"])] if each.kind in OF_PROJECT else []

    def _news_of(self, each: Entry) -> list[str]:
        named = [each["project"], each["milestone"], *(each["baselines"] or ())]
        if each.kind in ("agenda-item-added", "agenda-item-amended"):
            named.append(each["about"])
        if each.kind == "decision-recorded" and each["meeting"]:
            named.append(self._about[each["meeting"], each["item"]])
        if each.kind in ("decision-recorded", "written-procedure-opened"):
            for effect in (each["effect"] or {}).values():
                named += [effect.get("project"), effect.get("milestone"), *(effect.get("milestones") or ())]
        if each.kind == "return-submitted" and each["nothing_changed"]:
            return self._spoken_for(each["partner"])
        return list(self._with_projects(one for one in named if one))

    def _with_projects(self, named: Iterable[str]) -> Iterable[str]:
        for one in named:
            if one in self._leads:
                yield one
            elif "-M" in one and one in self._owner:
                yield from (one, _project_of(one))

    def _spoken_for(self, partner: str) -> list[str]:
        """Return what "nothing changed" speaks for: the partner's open milestones and the open projects it leads."""
        answerable = {one: owner for one, owner in self._owner.items() if "-M" in one}
        answerable |= {one: self._lead(one) for one in self._leads}
        return [one for one, who in answerable.items() if who == partner and one not in self._over]


def _project_of(milestone: str) -> str:
    return milestone[: milestone.rindex("-M")]
