"""A note to the board, which its pack shows."""

from __future__ import annotations

from services.programme.returns.commands import SubmitReturn
from services.programme.returns.form.line import Field, FieldKind, Line, Option
from services.programme.returns.form.viewpoint import Viewpoint

KEY, WRITE = "note", "write"


def lines(view: Viewpoint) -> list[Line]:
    """Return the one line."""
    return_of = {"partner": view.partner.code, "quarter": view.quarter.label}
    note = view.register.returns.note(view.partner.code, view.quarter.label)
    before = view.register.returns.note(view.partner.code, view.previous.label)
    text = Field(
        "note", "Your note (optional)", FieldKind.PARAGRAPH, hint="Up to 1,000 characters.", suggested=note or ""
    )
    return [
        Line(
            key=KEY,
            title="A note to the board",
            code="",
            question="Is there anything else that the board should read?",
            options=(Option(WRITE, "", SubmitReturn, return_of, (text,), lambda command: command.note or "no note"),),
            was=note or "no note",
            base=note or "",
            last_said=f"Your last note: {before}" if before else "",
            unchanged=WRITE,
            extra=True,
        )
    ]
