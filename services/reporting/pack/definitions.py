"""What every status and formula in a pack means. Source: domain.md sections 3 to 6, in its words where it can be."""

from __future__ import annotations

from services.reporting.pack.charts.risk_map import HIGH, MODERATE

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
OBLIGATIONS: Definitions = (
    ("Obligation", "One commitment, one partner, one period."),
    (
        "Full and supporting members",
        (
            "A core commitment binds a partner for a period on whose first and last day it is a full member. A "
            "supporting member, such as a national body that funds or advises, is bound by those alone that it had "
            "adopted by the first day of the period; what it is bound by counts like anybody else’s."
        ),
    ),
    ("Met", "What the measure asks for had been reported by the due instant."),
    ("Met late", "It is met, by something reported after the due instant."),
    (
        "Partly met",
        (
            "Attested “partly”, or “yes” without the evidence required; at least half of the target; some of the "
            "evidence, but less than the minimum."
        ),
    ),
    ("Not met", "Attested “no”; less than half of the target; in no project that was in delivery in the period."),
    ("Not reported", "The obligation fell due and nothing was reported."),
    ("Not yet due", "The due instant, the return deadline of the quarter in which the period ends, is still to come."),
    ("Derogated", "The board gave the partner leave not to meet the commitment in this period."),
    (
        "Not applicable",
        (
            "Not a member on both the first and last day of the period; or the commitment was not in force "
            "throughout it; or it is optional, or the partner a supporting member, and it was not adopted by its "
            "first day; or the partner’s own target is 0. Shown as a dash."
        ),
    ),
    (
        "Compliance rate",
        (
            "(met + met late) ÷ (met + met late + partly met + not met + not reported), as a whole per cent rounded "
            "half up. With nothing in the divisor: none due. Counted are the obligations whose period ends within "
            "the quarter."
        ),
    ),
    (
        "Breach",
        (
            "A core commitment partly met, not met or not reported by one partner in two periods running. Derogated "
            "and not applicable periods are skipped over."
        ),
    ),
)
SCHEDULE: Definitions = (
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
LOAD: Definitions = (
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
RISKS: Definitions = (
    ("Score", "Likelihood (1 to 5) × impact (1 to 5)."),
    ("Low, moderate, high", f"Below {MODERATE}; from {MODERATE} to {HIGH - 1}; from {HIGH} up."),
    ("Direction", "The score compared with that in the last issued pack: rising, falling, unchanged or new."),
)
BOARD: Definitions = (
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
DEFINITIONS: tuple[tuple[str, Definitions], ...] = (
    ("Definitions: time", TIME),
    ("Definitions: commitments", OBLIGATIONS),
    ("Definitions: projects and milestones", SCHEDULE),
    ("Definitions: load", LOAD),
    ("Definitions: risks", RISKS),
    ("Definitions: decisions and actions", BOARD),
)
