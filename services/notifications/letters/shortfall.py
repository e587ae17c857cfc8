"""The letter that tells the secretary of a board pack that somebody did not get."""

from __future__ import annotations

from contracts.events.reporting import PackIssued
from domain.wording.dates import plain_date
from services.notifications.letters.letter import Detail, HeadedList, Item, Letter, Link, Material
from services.notifications.letters.words import counted, weekday
from services.runtime.base.validation_messages import as_sentence


def shortfall_letter(material: Material) -> Letter:
    """Return the letter about an edition, as its deliveries stand when it is written."""
    edition = PackIssued.model_validate(material.notice.details)
    reach = material.reach
    assert reach is not None
    number = counted(reach.failed, "person", "people")
    what = f"supplement {edition.supplement} to the board pack" if edition.supplement else "the board pack"
    return Letter(
        subject=f"{number} did not get {what} for {plain_date(edition.meeting_on)} – {material.partnership.name}",
        heading=f"{number} did not get {what} for {plain_date(edition.meeting_on)}",
        opening=(
            "The pack was issued and sent, and could not be delivered to everybody.",
            "Correct a wrong address, then send it again from the page of e-mails.",
            "You are told once for each pack: later failures stand on that page alone.",
        ),
        facts=(
            Detail("Pack", edition.pack),
            Detail("Meeting", weekday(edition.meeting_on)),
            Detail("Addressed to", counted(reach.addressed, "person", "people")),
            Detail("Reached", str(reach.reached)),
            Detail("Failed", str(reach.failed)),
            *([Detail("Presumed to have been reached", str(reach.presumed))] if reach.presumed else []),
            *([Detail("Still on its way", str(reach.under_way))] if reach.under_way else []),
        ),
        sections=(
            HeadedList(
                "Who did not get it",
                tuple(Item(each.who, (as_sentence(each.reason),)) for each in material.unreached),
                "By now everybody has it.",
            ),
        ),
        link=Link(
            "See who got it",
            f"{material.public_url}/emails/{material.partnership.code}?kind=pack&about={edition.pack}",
        ),
        why=material.why,
    )
