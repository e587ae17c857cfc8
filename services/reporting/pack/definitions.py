"""What the words of a pack mean that belong to all of it. Source: domain.md section 3, in its words where it can be.

Each capability has its own in ``definitions.py``.
"""

from __future__ import annotations

Definitions = tuple[tuple[str, str], ...]

TIME: Definitions = (
    ("Effective date", "The date on which a fact was true in the world."),
    ("Recorded at", "When a fact was entered. A late entry never alters a past pack; it shows in the next one."),
    ("Data cut-off", "The pack takes in what was recorded by this instant, and nothing else."),
    ("Quarter covered", "The last quarter that ended on or before the date of the cut-off."),
    (
        "Return deadline",
        (
            "The cut-off of the first meeting whose pack covers the quarter; with no such meeting, 17:00 on the 14th"
            " day after the quarter’s end."
        ),
    ),
)
