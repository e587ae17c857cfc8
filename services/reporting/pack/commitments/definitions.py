"""What the pack's words about commitments mean. Source: domain.md sections 3 to 6."""

from __future__ import annotations

from services.reporting.pack.definitions import Definitions

DEFINITIONS: Definitions = (
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
