"""What every section of a pack is written from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from contracts.events.effects import Effect
from contracts.register import Register
from services.reporting.pack import wording
from services.reporting.pack.edition import Edition, MeetingNotice
from services.reporting.pack.effects import effect_in_words
from services.reporting.pack.figures import Figures
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

    def is_news(self, recorded_at: datetime | None) -> bool:
        """Say whether something was recorded after the last pack's cut-off; with no pack before, everything is news."""
        return recorded_at is not None and (self.before is None or recorded_at > self.before.at)

    def local(self, at: datetime) -> str:
        """Return an instant in words, in the partnership's local time."""
        return wording.instant(self.now.calendar.local(at))

    def titled(self, reference: str) -> str:
        """Return a reference with what it stands for: ``LAP-P03 Shared catalogue``."""
        register = self.register
        for objects in (register.projects, register.milestones, register.commitments, register.risks):
            if reference in objects:
                return f"{reference} {objects[reference].title}"
        if reference in register.partners:
            return register.partners[reference].name
        return reference

    def effect(self, effect: Effect | None) -> str:
        """Return what a decision brings about, as a sentence."""
        return "None." if effect is None else wording.sentence(effect_in_words(effect, self.titled))
