"""What every section of a pack is written from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from contracts.events.effects import Effect
from contracts.events.partners import Membership
from contracts.references import short
from domain import wording
from domain.figures.overview import Figures
from domain.register import Register, title_of
from domain.register.papers import MeetingNotice
from domain.wording.cells import Cell
from domain.wording.decisions import effect_in_words
from services.reporting.pack.edition import Edition
from services.reporting.pack.previous import PreviousPack


@dataclass(frozen=True, slots=True)
class Briefing:
    """The figures now and, where a pack was issued before, what that one said."""

    now: Figures
    before: PreviousPack | None
    notice: MeetingNotice
    edition: Edition

    @property
    def register(self) -> Register:
        """The register at the cut-off."""
        return self.now.register

    @property
    def issued_on(self) -> date:
        """The day on which the edition goes out, by what was known at its cut-off."""
        return max(self.notice.timetable.issue_on, self.now.on)

    def partner(self, code: str, *notes: str) -> Cell:
        """Return a partner as a table lists it: by name, with what it was called before and what kind of member it is.

        A former name stands in the first pack after the change.
        """
        partner = self.register.partners[code]
        former = self.former_name(code)
        formerly = () if former is None else (f"formerly {former}",)
        is_supporting = partner.membership_on(self.now.on) is Membership.SUPPORTING
        return Cell(partner.name, "; ".join((*formerly, *(("supporting member",) if is_supporting else ()), *notes)))

    def former_name(self, code: str) -> str | None:
        """Return what a partner was called in the last pack, None where that is its name still."""
        partner = self.register.partners[code]
        before = partner.names[0].name if self.before is None else partner.name_at(self.before.at)
        return before if before != partner.name else None

    def is_news(self, recorded_at: datetime | None) -> bool:
        """Say whether something was recorded since the edition before; with no pack before, everything is news."""
        return recorded_at is not None and (self.before is None or recorded_at > self.before.told_until)

    def local(self, at: datetime) -> str:
        """Return an instant in words, in the partnership's local time."""
        return wording.instant(self.now.calendar.local(at))

    def titled(self, reference: str) -> str:
        """Return a reference with what it stands for: ``LAP-P03 Shared catalogue``."""
        register = self.register
        title = title_of(register, reference)
        if title is not None:
            return f"{reference} {title}"
        if reference in register.partners:
            return register.partners[reference].name
        return "The partnership" if reference == register.code else reference

    def short(self, reference: str) -> str:
        """Return a reference without its partnership, with what it stands for: ``P03 Shared catalogue``."""
        return short(self.register.code, self.titled(reference))

    def effect(self, effect: Effect | None) -> str:
        """Return what a decision brings about, as a sentence."""
        return "None." if effect is None else wording.sentence(effect_in_words(effect, self.titled))
