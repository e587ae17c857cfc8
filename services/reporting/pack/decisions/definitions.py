"""What the pack's words about decisions and actions mean. Source: domain.md sections 3 to 6."""

from __future__ import annotations

from services.reporting.pack.definitions import Definitions

DEFINITIONS: Definitions = (
    ("Recommended", "Agreed without a quorum: no effect until a quorate meeting or a written procedure ratifies it."),
    (
        "Awaiting ratification",
        "A quorum, or enough of the partners named in their own committees, have still to ratify it.",
    ),
    (
        "To be handed over",
        "An open project led, or an open milestone, action or risk owned, by a partner that has left.",
    ),
    ("Overdue action", "Neither done nor dropped, and due before the cut-off’s date, as it stands now."),
)
