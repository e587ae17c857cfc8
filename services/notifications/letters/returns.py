"""Letters about partner returns: due soon, overdue, and to the secretary who is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from contracts.events.reporting import ReturnDue, ReturnOverdue
from contracts.events.returns import PartnersReminded, ReturnSubmitted
from contracts.paths import path_of_return
from domain.wording.dates import plain_date
from services.notifications.intake.notices import Notice, NoticeKind
from services.notifications.letters.letter import Detail, HeadedList, Item, Letter, Link, Material
from services.notifications.letters.words import counted, listed, local_instant
from services.notifications.receipt_source import RecordedLine

_KEEP_IT_YOURS = (
    "Whoever has this e-mail can open the return with it, without sign-in: do not pass it on. That works until the"
    " return is submitted or its deadline has passed, once in each browser, for an hour."
)


def opens_returns(notice: Notice) -> bool:
    """Say whether the letter of a notice has links that open returns without sign-in: one that goes in time."""
    if notice.kind is NoticeKind.RETURN_CHASED:
        return notice.recorded_at <= PartnersReminded.model_validate(notice.details).deadline
    return notice.kind is NoticeKind.RETURN_DUE


def due_letter(material: Material) -> Letter:
    """Return the reminder to a partner's lead before the deadline."""
    fact = ReturnDue.model_validate(material.notice.details)
    return _before_deadline(material, fact.quarter, fact.deadline)


def chased_letter(material: Material) -> Letter:
    """Return the reminder that the secretary sends, before the deadline or after it."""
    fact = PartnersReminded.model_validate(material.notice.details)
    if material.notice.recorded_at <= fact.deadline:
        letter = _before_deadline(material, fact.quarter, fact.deadline)
    else:
        letter = _after_deadline(material, fact.quarter, fact.deadline)
    asked = f"The secretary of the {material.partnership.name} asks you for it."
    return replace(letter, opening=(letter.opening[0], asked, *letter.opening[1:]))


def _before_deadline(material: Material, quarter: str, due_at: datetime) -> Letter:
    deadline = due_at.astimezone(material.partnership.zone)
    partners = [material.partner_name(each) for each in material.partners]
    links = _links_to_returns(material, quarter)
    has_not_yet = "has not yet submitted its return" if len(partners) == 1 else "have not yet submitted their returns"
    return Letter(
        subject=f"Return for {quarter} due on {plain_date(deadline)} – {material.partnership.name}",
        heading=f"{_returns_are(partners, quarter)} due on {plain_date(deadline)}",
        opening=(
            f"{listed(partners)} {has_not_yet} for {quarter}.",
            "It takes about two minutes when nothing has changed; saying so counts as reporting.",
        ),
        facts=_facts(quarter, local_instant(deadline)),
        link=links[0],
        more_links=links[1:],
        closing=(
            *([_KEEP_IT_YOURS] if material.keys else []),
            "What is not reported by then is shown to the board as not reported.",
        ),
        why=material.why,
    )


def overdue_letter(material: Material) -> Letter:
    """Return the word to a partner's lead that the deadline has passed."""
    fact = ReturnOverdue.model_validate(material.notice.details)
    return _after_deadline(material, fact.quarter, fact.deadline)


def _after_deadline(material: Material, quarter: str, due_at: datetime) -> Letter:
    deadline = due_at.astimezone(material.partnership.zone)
    partners = [material.partner_name(each) for each in material.partners]
    has = "has" if len(partners) == 1 else "have"
    links = _links_to_returns(material, quarter)
    return Letter(
        subject=f"Overdue: return for {quarter} – {material.partnership.name}",
        heading=f"{_returns_are(partners, quarter)} overdue",
        opening=(
            f"{listed(partners)} {has} submitted no return for {quarter}, and its deadline has passed.",
            "A late return is still worth sending: it shows in the next pack.",
        ),
        facts=_facts(quarter, local_instant(deadline)),
        link=links[0],
        more_links=links[1:],
        why=material.why,
    )


def missing_letter(material: Material) -> Letter:
    """Return the list, for the secretary, of who has not reported."""
    fact = ReturnOverdue.model_validate(material.notice.details)
    without_lead = frozenset(material.notice.details["without_lead"])
    deadline = fact.deadline.astimezone(material.partnership.zone)
    number = counted(len(fact.missing), "partner has", "partners have")
    return Letter(
        subject=f"Returns for {fact.quarter}: {number} not reported – {material.partnership.name}",
        heading=f"{number} not reported for {fact.quarter}",
        opening=("The deadline has passed. The partner leads of those below have been told.",),
        facts=_facts(fact.quarter, local_instant(deadline)),
        sections=(
            HeadedList(
                "Who is missing",
                tuple(_missing(material, code, has_lead=code not in without_lead) for code in fact.missing),
            ),
        ),
        link=_link(material),
        why=material.why,
    )


def receipt_letter(material: Material) -> Letter:
    """Return the receipt of a return to those of the partner who can submit it, and to whoever did."""
    details = material.notice.details
    fact = ReturnSubmitted.model_validate({name: details.get(name) for name in ReturnSubmitted.model_fields})
    partner = material.partner_name(fact.partner)
    submitted_at = datetime.fromisoformat(details["submitted_at"]).astimezone(material.partnership.zone)
    facts = [
        Detail("Partner", partner),
        Detail("Quarter", fact.quarter),
        Detail("Submitted", local_instant(submitted_at)),
    ]
    if fact.nothing_changed:
        facts.append(Detail("Attested", "nothing has changed in milestones, projects and risks"))
    if fact.note is not None:
        facts.append(Detail("Note to the board", fact.note))
    return Letter(
        subject=f"Return of {partner} for {fact.quarter} submitted – {material.partnership.name}",
        heading=f"{partner}’s return for {fact.quarter} is submitted",
        opening=("The board reads it in its next pack.", "Any line of it can still be changed."),
        facts=tuple(facts),
        sections=(HeadedList("What was recorded", tuple(map(_recorded, material.recorded))),)
        if material.recorded
        else (),
        link=Link("See all that was recorded, or change something", f"{_return_of(material, fact)}/submitted"),
        why=material.why,
    )


def submission_of(notice: Notice) -> tuple[str, str, str, datetime]:
    """Return which return a receipt is of: partnership, quarter, partner, and when it was submitted."""
    details = notice.details
    return notice.partnership, notice.about, details["partner"], datetime.fromisoformat(details["submitted_at"])


def _recorded(line: RecordedLine) -> Item:
    title = f"{line.title} ({line.code})" if line.code else line.title
    return Item(title, (f"{line.was or 'nothing'} → {line.now}",))


def _return_of(material: Material, fact: ReturnSubmitted) -> str:
    return material.public_url + path_of_return(material.partnership.code, fact.quarter, fact.partner)


def _returns_are(partners: Sequence[str], quarter: str) -> str:
    """Return ``Brent’s return for 2014-15 Q2 is``; each of several partners owes one of its own."""
    if len(partners) == 1:
        return f"{partners[0]}’s return for {quarter} is"
    return f"The returns of {listed(partners)} for {quarter} are"


def _missing(material: Material, code: str, *, has_lead: bool) -> Item:
    notes = () if has_lead else ("It has no partner lead, so nobody there has been told.",)
    return Item(f"{material.partner_name(code)} ({code})", notes)


def _facts(quarter: str, deadline: str) -> tuple[Detail, ...]:
    return (Detail("Quarter", quarter), Detail("Deadline", deadline))


def _link(material: Material) -> Link:
    return Link("See how the partnership stands", material.home)


def _links_to_returns(material: Material, quarter: str) -> tuple[Link, ...]:
    """Return a link to each return, which opens it without sign-in where there is a key for it."""
    return tuple(_link_to_return(material, quarter, code) for code in material.partners)


def _link_to_return(material: Material, quarter: str, code: str) -> Link:
    is_one = len(material.partners) == 1
    words = "Open the return" if is_one else f"Open the return of {material.partner_name(code)}"
    place = material.public_url + path_of_return(material.partnership.code, quarter, code)
    return Link(words, f"{place}/open?key={material.keys[code]}" if code in material.keys else place)
