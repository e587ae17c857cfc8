"""The parts of a letter. The HTML and the plain text of an e-mail are both made from them, so they say the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.notifications.digest.waiting import Thing
from services.notifications.intake.notices import Notice
from services.notifications.intake.read_model import AgendaItemRecord, PartnershipRecord
from services.notifications.queue.listing import Reach
from services.notifications.receipt_source import RecordedLine


@dataclass(frozen=True, slots=True)
class Detail:
    """A label and what it says: ``Meeting``, ``Thursday 16 October 2014``."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that stands out and what it counts; ``note`` is said more quietly."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One point of a list, with more about it on lines of their own, and the address of what it is about."""

    title: str
    notes: tuple[str, ...] = ()
    address: str = ""


@dataclass(frozen=True, slots=True)
class HeadedList:
    """What stands under a heading: paragraphs, then a list; ``empty`` is said where there is nothing of either."""

    heading: str
    items: tuple[Item, ...] = ()
    empty: str = ""
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """Where to read on."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a letter."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """An iCalendar object that mail software puts into a calendar; ``method`` is REQUEST or CANCEL (RFC 5546)."""

    method: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to one person. All of it is plain text; no form reads markup in it.

    ``choice`` leads to where whoever reads it chooses whether such letters come.
    """

    subject: str
    heading: str
    opening: tuple[str, ...]
    link: Link
    why: str
    facts: tuple[Detail, ...] = ()
    sections: tuple[HeadedList, ...] = ()
    figures: tuple[Figure, ...] = ()
    figures_heading: str = ""
    more_links: tuple[Link, ...] = ()
    closing: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    calendar: CalendarEntry | None = None
    choice: Link | None = None


@dataclass(frozen=True, slots=True)
class Unreached:
    """Somebody who did not get what was sent: who that is, by role and partner, and why."""

    who: str
    reason: str


@dataclass(frozen=True, slots=True)
class Material:
    """What a letter is written from: the notice, the recipient's part in it, and what is known of the partnership.

    ``items`` and ``files`` are those of a pack, ``not_attached`` says why its document is not among them; ``reach``
    and ``unreached`` say who got it; ``recipient`` says for whom: ``board member (Brent)``; ``partners`` are those of
    the recipient that it is about, ``keys`` are for links that open their returns without sign-in, by partner;
    ``was_invited`` says whether a meeting may be in their calendar; ``recorded`` is what was recorded with a return,
    ``waiting`` what waits for them.
    """

    notice: Notice
    partnership: PartnershipRecord
    partner_names: dict[str, str]
    recipient: str
    partners: tuple[str, ...]
    public_url: str
    items: tuple[AgendaItemRecord, ...]
    files: dict[str, bytes]
    not_attached: str = ""
    reach: Reach | None = None
    unreached: tuple[Unreached, ...] = ()
    was_invited: bool = False
    keys: Mapping[str, str] = field(default_factory=dict)
    recorded: tuple[RecordedLine, ...] = ()
    waiting: tuple[Thing, ...] = ()

    @property
    def home(self) -> str:
        """The address of the partnership's Home."""
        return f"{self.public_url}/home/{self.partnership.code}"

    def partner_name(self, code: str) -> str:
        """Return the name of a partner, or the code where no name is known."""
        return self.partner_names.get(code, code)

    @property
    def why(self) -> str:
        """Why somebody gets this letter."""
        return f"You receive this as {self.recipient} of the {self.partnership.name}."
