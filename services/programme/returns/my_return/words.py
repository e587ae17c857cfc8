"""How the pages of a return put things into words."""

from __future__ import annotations

from collections.abc import Mapping

from domain.calendar import Period
from domain.wording.dates import MONTHS, plain_date
from domain.wording.numbers import how_soon
from services.programme.returns.drafts import FORMER_COLLEAGUE, DraftAnswer
from services.programme.returns.form.filled_in import FilledForm, FilledLine
from services.programme.returns.form.line import AnswerRefused, Line
from services.programme.returns.form.return_form import Section
from services.programme.returns.my_return.desk import Opened
from services.runtime.base.validation_messages import as_sentence
from services.runtime.web.dates import appointment


def months(quarter: Period) -> str:
    """``July to September 2015``, with both years where they differ."""
    first, last = quarter.first_day, quarter.last_day
    begins = MONTHS[first.month - 1] if first.year == last.year else f"{MONTHS[first.month - 1]} {first.year}"
    return f"{begins} to {MONTHS[last.month - 1]} {last.year}"


def person(opened: Opened, who: str) -> str:
    """Return what somebody is called on a page: ``you``, a name, or what is left of one."""
    if who == opened.actor:
        return "you"
    if who == FORMER_COLLEAGUE:
        return "a former colleague"
    return opened.names.get(who, "a colleague")


def typed(opened: Opened, answer: DraftAnswer) -> str:
    """``you, at 12:04`` or ``Lead for Brent, on 14 September 2015 at 12:04``."""
    local = opened.calendar.local(answer.at)
    when = f"at {local:%H:%M}" if local.date() == opened.today else f"on {plain_date(local.date())} at {local:%H:%M}"
    return f"{person(opened, answer.by)}, {when}"


def progress(filled: FilledForm) -> str:
    """``Not begun``, ``4 of 9 answered``, ``Ready to submit``, ``Submitted``."""
    if filled.form.is_submitted:
        return "Submitted"
    if not filled.draft:
        return "Not begun"
    if filled.answered == len(filled.counted) and filled.is_ready:
        return "Ready to submit"
    return f"{filled.answered} of {len(filled.counted)} answered"


def answered_in(opened: Opened, section: Section) -> str:
    """``2 of 3 answered``; nothing for a section of which no line waits for an answer."""
    counted = [line for line in section.lines if not line.extra]
    answered = sum(opened.filled.lines[line.key].is_answered for line in counted)
    return f"{answered} of {len(counted)} answered" if counted else ""


def others(opened: Opened) -> str:
    """Say who else has typed something, and when they did last; nothing where nobody has."""
    said = [typed(opened, each) for who, each in opened.filled.typed_by.items() if who != opened.actor]
    if not said:
        return ""
    return f"Filled in with you: {'; '.join(said)}."


def answered(line: Line, given: DraftAnswer) -> str:
    """Say in words what an answer makes of a line; where it cannot be taken, what was typed."""
    try:
        said = line.will_be(given.answer)
    except AnswerRefused:
        said = ", ".join(given.answer.fields.values()) or given.answer.choice
    return said or "no"


def staying(opened: Opened) -> list[FilledLine]:
    """Return the lines that stay as they are, answered or not, but for those that must still be answered."""
    filled = opened.filled
    return [each for each in filled.counted if each.changes_nothing or not (each.is_answered or each.line.must)]


def left_out(opened: Opened, attesting: bool = False) -> str:
    """``, of which 3 have no answer``; nothing where all have one, or whoever submits says that nothing has changed."""
    if attesting:
        return ": you say that nothing has changed"
    unanswered = sum(not each.is_answered for each in staying(opened))
    return f", of which {unanswered} {'has' if unanswered == 1 else 'have'} no answer" if unanswered else ""


def in_the_way(opened: Opened, refusals: Mapping[str, str]) -> dict[str, str]:
    """Return what keeps answers from being recorded, by key of line; what is still to be answered is asked for."""
    lines = opened.filled.lines
    choices = {key: "Choose which answer holds." for key, each in lines.items() if each.needs_choice}
    refused = {key: as_sentence(said) for key, said in refusals.items() if key in lines and lines[key].is_answered}
    return {**refused, **choices}


def punctuality(opened: Opened) -> str:
    """Say of a return that was submitted whether it was in time."""
    due = appointment(opened.form.deadline, opened.calendar.timezone, opened.now)
    if opened.form.submissions[0].recorded_at <= opened.form.deadline:
        return f"It was due {due}, and came in time."
    return f"It was due {due}: the board sees it as recorded since."


def when_seen(opened: Opened) -> str:
    """Say how the board sees what is recorded now."""
    due = appointment(opened.form.deadline, opened.calendar.timezone, opened.now)
    if opened.is_late:
        return f"It was due {due}: the board sees what you submit now as recorded since."
    return f"Due {due}, {how_soon(opened.calendar.local_date(opened.form.deadline), opened.today)}: you are in time."


def submitters(opened: Opened) -> str:
    """Say who can submit the return."""
    leads = [opened.names[each] for each in opened.standing.leads if each in opened.names]
    return f"{' or '.join(leads)} can submit it, and so can the secretary." if leads else "The secretary can submit it."
