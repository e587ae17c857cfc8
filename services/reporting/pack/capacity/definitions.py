"""What the pack's words about load mean. Source: domain.md sections 3 to 6."""

from __future__ import annotations

from services.reporting.pack.definitions import Definitions

DEFINITIONS: Definitions = (
    (
        "Load ratio",
        (
            "A partner’s released days ÷ the mean of the released days of the partners that were full members on "
            "every day of the quarter, to two decimals, rounded half up; none if the mean is 0."
        ),
    ),
    ("Carrying more than its share", "A load ratio over 2.00."),
    ("Under its pledge", "Less than half of the pledged days were released."),
)
