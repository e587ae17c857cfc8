"""What the pack's words about projects and milestones mean. Source: domain.md sections 3 to 6."""

from __future__ import annotations

from services.reporting.pack.definitions import Definitions

DEFINITIONS: Definitions = (
    ("Delivery confidence", "A judgement with a reason, stated by those responsible. Never computed."),
    ("Confidence: green", "Successful delivery is highly likely."),
    ("Confidence: amber", "Feasible, but significant issues need management attention."),
    ("Confidence: red", "Unachievable without re-scoping or reassessment."),
    ("Schedule status", "Computed from dates. Never stated."),
    ("Slip", "Forecast less baseline, in days."),
    ("Done; done late", "Reached by the cut-off’s date; late if after baseline and tolerance."),
    (
        "Dropped",
        "It turned out to be needless. It colours nothing, is never silent, and counts as none with a baseline.",
    ),
    ("Not baselined", "No baseline has been set. It colours nothing."),
    ("Overdue", "Not done, and the forecast lies before the cut-off’s date."),
    ("Red, amber, green", "Slip over the tolerance; slip over 0 and within it; no slip."),
    (
        "Of a project",
        (
            "Red if any open milestone is red or overdue, else amber if any is amber, else green; none without "
            "baselined milestones."
        ),
    ),
    (
        "Before what it needs",
        "Forecast earlier than a milestone that it depends on, while neither is done. No status changes by it.",
    ),
    ("Re-forecast n times", "How often a milestone’s forecast was changed; shown from the second time on."),
    (
        "Silent",
        (
            "Nothing was recorded about it in the quarter or since. Days run from the last recording to the cut-"
            "off’s date. Silence caps the confidence shown at amber; red stays red. An attested “nothing changed” is"
            " not silence. A partner’s silence is broken by what its own people record, or the secretary for it; "
            "what the board does speaks for no partner. Supporting members are not listed as silent."
        ),
    ),
    ("Direction", "Whether delivery confidence and schedule status got better or worse since the last issued pack."),
)
