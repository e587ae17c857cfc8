"""Commitments of the quarter, each in the form of its measure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from contracts.events.commitments import AttestationMeasure, EvidenceMeasure, PeriodKind, QuantityMeasure
from contracts.references import short
from domain.calendar import Period
from domain.figures.compliance import Obligation, Status
from domain.figures.measures import plain_amount
from domain.register.commitments import Commitment
from domain.register.returns import Attestation, Report, Reports
from domain.wording.cells import Cell
from domain.wording.commitments import OBLIGATIONS
from domain.wording.dates import plain_date
from domain.wording.numbers import count
from domain.wording.sentences import listed
from services.programme.returns.commands import AttestCommitment, ReportQuantity, SubmitEvidence
from services.programme.returns.form.answer import Answer
from services.programme.returns.form.line import Field, FieldKind, Line, Option
from services.programme.returns.form.viewpoint import Viewpoint

KEEP, ADD = "keep", "add"
_UNASKED = frozenset({Status.NOT_APPLICABLE, Status.DEROGATED})
_ANSWERS = {"yes": "Yes", "partly": "Partly", "no": "No"}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A commitment that binds the partner in a period, with what the board sees of it."""

    view: Viewpoint
    commitment: Commitment
    period: Period
    obligation: Obligation

    @property
    def key(self) -> str:
        return f"commitment-{self.code}"

    @property
    def code(self) -> str:
        return short(self.view.register.code, self.commitment.reference)

    @property
    def of(self) -> dict[str, str]:
        """What each of its commands names."""
        return {"commitment": self.commitment.reference, "partner": self.view.partner.code}

    @property
    def is_due(self) -> bool:
        """Say whether nothing later than this return can speak for the period in time."""
        return self.period.last_day <= self.view.quarter.last_day

    @property
    def before(self) -> Period | None:
        """The period before; None where there is no other."""
        calendar, day_before = self.view.register.calendar, self.period.first_day - timedelta(days=1)
        return None if self.commitment.period is PeriodKind.ONCE else self.commitment.period_of(calendar, day_before)

    @property
    def seen(self) -> Cell:
        cell = OBLIGATIONS[self.obligation.status]
        return Cell(cell.text, self.obligation.progress, cell.tone)

    @property
    def called(self) -> str:
        """The period in words, where it is not the quarter of the return."""
        if self.commitment.period is PeriodKind.ONCE:
            return f"Once, by {plain_date(self.period.last_day)}"
        return "" if self.period == self.view.quarter else f"For the year {self.period.label}"

    def attestations(self, period: Period | None) -> list[Attestation]:
        key = (self.commitment.reference, self.view.partner.code)
        return [] if period is None else self.view.register.returns.attestations.get(key, {}).get(period.label, [])

    def standing(self, kind: dict[tuple[str, str], Reports], period: Period | None) -> list[Report]:
        key = (self.commitment.reference, self.view.partner.code)
        if period is None or key not in kind:
            return []
        reports = kind[key].within(period.first_day, period.last_day)
        return [each for each in reports if each.stands_at(self.view.now)]


def lines(view: Viewpoint) -> list[Line]:
    """Return the lines of each commitment that is met by what the partner reports."""
    return [line for each in _asked(view) for line in _lines(each)]


def needs_no_answer(view: Viewpoint) -> str:
    """Say which commitments need no report, as what was recorded shows them; nothing where there are none."""
    derived = [each.commitment.title for each in _asked(view) if not isinstance(each.commitment.measure, _REPORTED)]
    if not derived:
        return ""
    return f"{listed(f'“{title}”' for title in derived)} {'needs' if len(derived) == 1 else 'need'} no answer here."


_REPORTED = (AttestationMeasure, QuantityMeasure, EvidenceMeasure)


def _asked(view: Viewpoint) -> Iterator[_Asked]:
    for commitment in view.compliance.commitments:
        period = commitment.period_of(view.register.calendar, view.quarter.last_day)
        obligation = view.compliance.obligation(commitment, view.partner, period)
        is_over = period.last_day < view.quarter.first_day  # due once, and that was before
        is_met = obligation.status in (Status.MET, Status.MET_LATE)
        if obligation.status not in _UNASKED and period.first_day <= view.today and not (is_over and is_met):
            yield _Asked(view, commitment, period, obligation)


def _lines(asked: _Asked) -> Iterable[Line]:
    match asked.commitment.measure:
        case AttestationMeasure() as measure:
            return [_attestation(asked, measure)]
        case QuantityMeasure() as measure:
            return _quantities(asked, measure)
        case EvidenceMeasure():
            return _evidence(asked)
        case _:
            return []


def _attestation(asked: _Asked, measure: AttestationMeasure) -> Line:
    latest = next(reversed(asked.attestations(asked.period)), None)
    before = next(reversed(asked.attestations(asked.before)), None)
    must = latest is None and asked.is_due
    was = "nothing reported" if latest is None else _attested(latest.answer, latest.evidence and latest.evidence.title)
    options = [] if must else [Option(KEEP, "Nothing to say yet" if latest is None else f"No change: {was}")]
    suggested = latest or before
    for value, words in _ANSWERS.items():
        options.append(
            Option(
                value,
                words,
                AttestCommitment,
                {**asked.of, "period": asked.period.label, "answer": value},
                () if value == "no" else _evidence_fields(measure, suggested),
                lambda command: _attested(command.answer, command.evidence and command.evidence.title),
            )
        )
    return Line(
        key=asked.key,
        title=asked.commitment.title,
        code=asked.code,
        question="Did you do this?",
        options=tuple(options),
        was=was,
        base="" if latest is None else f"{latest.answer} {latest.recorded_at.isoformat()}",
        last_said=_said_before(asked, before),
        sees=asked.seen,
        must=must,
        unchanged=None if must else KEEP,
        suggested=_answer_of(before) if must and before is not None else None,
        note=asked.called,
    )


def _evidence_fields(measure: AttestationMeasure, suggested: Attestation | None) -> tuple[Field, ...]:
    evidence = None if suggested is None else suggested.evidence
    asks = "The board asks for evidence: without it, “yes” counts as partly met." if measure.evidence_required else ""
    return (
        Field(
            "evidence.title",
            "What shows it" if measure.evidence_required else "What shows it (optional)",
            hint=asks,
            suggested=evidence.title if evidence else "",
        ),
        Field("evidence.link", "Link (optional)", suggested=(evidence and evidence.link) or ""),
    )


def _answer_of(said: Attestation) -> Answer:
    evidence = said.evidence
    fields = {} if evidence is None else {"evidence.title": evidence.title, "evidence.link": evidence.link or ""}
    return Answer(said.answer.value, fields)


def _attested(answer: str, evidence: str | None) -> str:
    words = _ANSWERS[answer].lower()
    return words if evidence is None else f"{words}, with evidence: {evidence}"


def _said_before(asked: _Asked, before: Attestation | None) -> str:
    if before is None or asked.before is None:
        return ""
    title = None if before.evidence is None else before.evidence.title
    return f"For {asked.before.label} you said: {_attested(before.answer, title)}"


def _quantities(asked: _Asked, measure: QuantityMeasure) -> Iterator[Line]:
    kind = asked.view.register.returns.quantities
    reports, before = asked.standing(kind, asked.period), asked.standing(kind, asked.before)
    total, total_before = _total(reports), _total(before)
    must = not reports and asked.is_due
    was = f"{plain_amount(total)} {measure.unit} reported" if reports else "nothing reported"
    day = plain_date(asked.view.latest_day_in(asked.period))
    fields = (
        Field("amount", f"How many {measure.unit}", FieldKind.NUMBER, ask=f"Enter how many {measure.unit}."),
        Field("on", "On", FieldKind.DATE, ask="Enter the day to which they belong.", suggested=day),
        Field("note", "What it was (optional)"),
    )
    add = Option(
        ADD,
        f"Report {measure.unit}",
        ReportQuantity,
        asked.of,
        fields,
        lambda command: f"{plain_amount(command.amount)} {measure.unit} more, on {plain_date(command.on)}",
    )
    suggested = Answer(ADD, {"amount": plain_amount(total_before), "on": day}) if must and before else None
    said = (
        f"For {asked.before.label} you reported {plain_amount(total_before)} {measure.unit}"
        if before and asked.before
        else ""
    )
    for number, key in enumerate(asked.view.series(asked.key, ADD)):
        yield Line(
            key=key,
            title=asked.commitment.title,
            code=asked.code,
            question=f"Are there {measure.unit} to report?" if number == 0 else f"Any more {measure.unit}?",
            options=(Option(KEEP, f"No: {was}" if number == 0 else "No more"), add),
            was=was if number == 0 else "",
            base=f"{len(reports)} {total}",
            last_said=said if number == 0 else "",
            sees=asked.seen if number == 0 else None,
            must=must and number == 0,
            unchanged=None if must and number == 0 else KEEP,
            suggested=suggested if number == 0 else None,
            extra=number > 0,
            note=asked.called if number == 0 else "",
        )


def _evidence(asked: _Asked) -> Iterator[Line]:
    reports = asked.standing(asked.view.register.returns.evidence, asked.period)
    was = f"{count(len(reports), 'item')} of evidence"
    day = plain_date(asked.view.latest_day_in(asked.period))
    fields = (
        Field("title", "What it is", ask="Enter what the evidence is."),
        Field("link", "Link (optional)"),
        Field("on", "On", FieldKind.DATE, ask="Enter the day to which it belongs.", suggested=day),
    )
    add = Option(
        ADD,
        "Add evidence",
        SubmitEvidence,
        asked.of,
        fields,
        lambda command: f"more evidence, of {plain_date(command.on)}: {command.title}",
    )
    last = next(reversed(reports), None)
    for number, key in enumerate(asked.view.series(asked.key, ADD)):
        yield Line(
            key=key,
            title=asked.commitment.title,
            code=asked.code,
            question="Is there evidence to add?" if number == 0 else "Any more evidence?",
            options=(Option(KEEP, f"No: {was}" if number == 0 else "No more"), add),
            was=was if number == 0 else "",
            base=str(len(reports)),
            last_said=f"Last: {last.evidence.title}" if last and last.evidence and number == 0 else "",
            sees=asked.seen if number == 0 else None,
            unchanged=KEEP,
            extra=number > 0,
            note=asked.called if number == 0 else "",
        )


def _total(reports: list[Report]) -> Decimal:
    return sum((each.amount or Decimal(0) for each in reports), Decimal(0))
