"""Risks that the partner owns: no change, judged anew, closed; and new ones."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.references import full, number_of, short
from domain.register.risks import RISKS, Risk
from domain.wording.dates import plain_date
from domain.wording.risks import score_cell
from services.programme.returns.form.line import Field, FieldKind, Line, Option
from services.programme.returns.form.viewpoint import Viewpoint
from services.programme.risks.commands import CloseRisk, RaiseRisk, ReassessRisk

KEEP, REASSESS, CLOSE, RAISE = "keep", "reassess", "close", "raise"
NEW = "new-risk"


def lines(view: Viewpoint) -> list[Line]:
    """Return a line for each open risk of the partner, by number, and one in which a new one can be raised."""
    own = (each for each in view.register.risks.values() if _is_asked(view, each))
    present = [_line(view, each) for each in sorted(own, key=lambda each: number_of(each.reference))]
    return [*present, *_new(view)]


def _is_asked(view: Viewpoint, risk: Risk) -> bool:
    return _key(view, risk) in view.chosen or (risk.is_open and risk.owner == view.partner.code)


def _key(view: Viewpoint, risk: Risk) -> str:
    return f"risk-{short(view.register.code, risk.reference)}"


def _line(view: Viewpoint, risk: Risk) -> Line:
    now, which, was = risk.assessment, {"risk": risk.reference}, _was(risk)
    on = plain_date(view.register.calendar.local_date(now.recorded_at))
    reassess = Option(
        REASSESS,
        "Judge it anew",
        ReassessRisk,
        which,
        (
            Field(
                "likelihood",
                "Likelihood",
                FieldKind.SCALE,
                ask="Choose how likely it is.",
                suggested=str(now.likelihood),
            ),
            Field("impact", "Impact", FieldKind.SCALE, ask="Choose how grave it would be.", suggested=str(now.impact)),
            Field("reason", "Why", ask="Enter why your judgement changes."),
        ),
        lambda command: f"{_judged(command.likelihood, command.impact)}: {command.reason}",
    )
    close = Option(
        CLOSE,
        "It is no longer a risk",
        CloseRisk,
        which,
        (Field("reason", "Why", ask="Enter why it is no longer a risk."),),
        lambda command: f"closed: {command.reason}",
    )
    return Line(
        key=_key(view, risk),
        title=risk.title,
        code=short(view.register.code, risk.reference),
        question="How do you judge it now?",
        options=(Option(KEEP, f"No change: {was}"), reassess, close),
        was=was,
        base=f"{len(risk.assessments)} {risk.is_open}",
        last_said=f"On {on}: {now.reason}" if now.reason else "",
        sees=score_cell(risk) if risk.is_open else None,
        unchanged=KEEP,
    )


def _was(risk: Risk) -> str:
    if risk.closed_on is not None:
        return f"closed on {plain_date(risk.closed_on)}"
    return _judged(risk.assessment.likelihood, risk.assessment.impact)


def _judged(likelihood: int, impact: int) -> str:
    return f"likelihood {likelihood}, impact {impact}"


def _new(view: Viewpoint) -> Iterator[Line]:
    first = number_of(RISKS.next_reference(view.register.code, view.register.risks))
    for place, key in enumerate(view.series(NEW, RAISE)):
        code = f"R{first + place:0{RISKS.digits}d}"
        raised = Option(
            RAISE,
            "Raise a risk",
            RaiseRisk,
            {"code": full(view.register.code, code), "owner": view.partner.code},
            (
                Field("title", "What could happen", ask="Enter what could happen."),
                Field("cause", "What could bring it about (optional)"),
                Field("effect", "What would follow (optional)"),
                Field("likelihood", "Likelihood", FieldKind.SCALE, ask="Choose how likely it is."),
                Field("impact", "Impact", FieldKind.SCALE, ask="Choose how grave it would be."),
                Field("response", "What you do about it (optional)"),
            ),
            lambda command: f"{command.title}: {_judged(command.likelihood, command.impact)}",
        )
        yield Line(
            key=key,
            title="A new risk" if place == 0 else "One more new risk",
            code="",
            question="Is there a risk that the board should know of?" if place == 0 else "Is there one more?",
            options=(Option(KEEP, "No"), raised),
            was="",
            base="",
            unchanged=KEEP,
            extra=True,
        )
