"""Who holds which role for whom on a day, by the domain's section 10, from the raw log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tests.simulation.oracle.log import Entry

BOARD = ("chair", "board_member")


class People:
    """The people as the log tells of them, event by event."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.appointed: dict[str, Entry] = {}
        self.ended: dict[str, list[Entry]] = {}
        self.left: dict[str, date] = {}
        for each in entries:
            self.hear(each)

    def hear(self, each: Entry) -> None:
        """Take in the next event."""
        if each.kind == "person-appointed":
            self.appointed[each["person"]] = each
            self.ended[each["person"]] = []
        elif each.kind == "roles-ended":
            self.ended[each["person"]].append(each)
        elif each.kind == "partner-left":
            self.left[each["partner"]] = date.fromisoformat(each["left_on"])
        elif each.kind == "partner-leaving-withdrawn":
            del self.left[each["partner"]]

    def partners_ever(self, person: str) -> list[str]:
        """Return for whom somebody was appointed."""
        said = self.appointed[person]
        return list(said["partners"] or ([said["partner"]] if said["partner"] else []))

    def held(self, person: str, day: date) -> set[tuple[str, str | None]]:
        """Return the roles that somebody holds on a day, each with the partner for which."""
        if person not in self.appointed:
            return set()
        partners: list[str | None] = [*self.partners_ever(person)] or [None]
        pairs = {
            (role, partner)
            for role in self.appointed[person]["roles"]
            for partner in (partners if role != "secretary" else [None])
        }
        return {pair for pair in pairs if not self._is_over(person, pair, day)}

    def roles(self, person: str, day: date) -> set[str]:
        """Return the roles that somebody holds on a day."""
        return {role for role, _ in self.held(person, day)}

    def partners(self, person: str, day: date, *roles: str) -> list[str]:
        """Return for whom somebody holds a role on a day, in the order of the appointment."""
        acting = {partner for role, partner in self.held(person, day) if not roles or role in roles}
        return [each for each in self.partners_ever(person) if each in acting]

    def is_cut_off(self, person: str, day: date) -> bool:
        """Say whether everybody for whom somebody acted has left, so that nothing is recorded by them."""
        partners = self.partners_ever(person)
        gone = [each for each in partners if each in self.left and self.left[each] <= day]
        return bool(partners) and gone == partners and "secretary" not in self.roles(person, day)

    def _is_over(self, person: str, pair: tuple[str, str | None], day: date) -> bool:
        role, partner = pair
        if partner in self.left and self.left[partner] <= day:
            return True
        return any(
            date.fromisoformat(each["on"]) <= day
            and each["partner"] in (None, partner)
            and (not each["roles"] or role in each["roles"])
            for each in self.ended[person]
        )
