"""What can be changed in place about a decision: partners ratify it, and actions follow from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.envelope import Recorded
from contracts.events import Fact
from contracts.events.decisions import DecisionRatifiedByPartner, DecisionRecorded
from contracts.references import full, short
from domain.register.decisions import ACTIONS, AGREED, DECISIONS, Decision
from domain.wording.happened.decisions import happened
from services.programme.board.changes.of_procedures import closing, to_confirm
from services.programme.board.commands import OpenWrittenProcedure
from services.programme.decisions.commands import AssignAction, RatifyDecision
from services.programme.pages.changing import Ask, Change, Link, Place, offered
from services.programme.pages.fields import Field, Kind
from services.programme.pages.happened import Telling, by_kind
from services.programme.pages.partners import members
from services.programme.pages.people import acting
from services.runtime.web.partnership.view import View


def _about(decision: Decision) -> Mapping[str, Any]:
    return {"decision": decision.reference}


def _to_ratify(view: View, decision: Decision) -> list[str]:
    rule = decision.rule
    if rule is None or decision.outcome not in AGREED or decision.superseded_by is not None:
        return []
    return [each for each in rule.partners if each not in decision.ratifications]


def _ratify(view: View, decision: Decision, actor: str) -> Ask:
    names = view.figures().partner_name
    return Ask(
        "A partner ratified the decision",
        (
            Field(
                "partner",
                "Which partner?",
                Kind.SELECT,
                choices=[(each, names(each)) for each in _to_ratify(view, decision)],
                none_yet="Choose",
                missing="Choose a partner.",
            ),
            Field("on", "On which day did its committee ratify it?", Kind.DATE, missing="Enter the day."),
        ),
        "Record that it did",
        lede=decision.text,
        warning="That a partner ratified it is not taken back: what it brings about may be carried out at once.",
    )


def _assign(view: View, decision: Decision, actor: str) -> Ask:
    code = ACTIONS.next_reference(view.code, view.register.actions)
    return Ask(
        "Assign an action",
        (
            Field("code", "Code", Kind.HIDDEN),
            Field("text", "What must be done?", Kind.TEXT, missing="Say what must be done."),
            Field("owner", "Which partner?", Kind.SELECT, choices=members(view), none_yet="Choose", missing=_OWNER),
            Field("person", "Who sees to it?", Kind.SELECT, choices=acting(view), none_yet="Nobody in particular"),
            Field("due", "By when?", Kind.DATE, missing="Enter the day by which it is to be done."),
        ),
        "Assign the action",
        {"code": (short(view.code, code),)},
        lede=decision.text,
    )


_OWNER = "Choose the partner that owns it."
CHANGES: tuple[Change[Decision], ...] = (
    Change("assign", "Assign an action", AssignAction, _about, _assign, makes_new=True, overwrites=False),
    Change(
        "confirm",
        "Have it confirmed by written procedure",
        OpenWrittenProcedure,
        lambda decision: {"about": decision.reference},
        to_confirm,
        lambda view, decision: decision.is_recommended and decision.superseded_by is None,
        makes_new=True,
        also=closing,
        overwrites=False,
    ),
    Change(
        "ratify",
        "A partner ratified it",
        RatifyDecision,
        _about,
        _ratify,
        lambda view, decision: bool(_to_ratify(view, decision)),
    ),
)
DECISION: Place[Decision] = Place(
    path="/board/{partnership}/decisions/{decision}",
    address_of=lambda view, its: f"/board/{view.code}/decisions/{short(view.code, its.reference)}",
    find=lambda view, parts: view.find(DECISIONS, parts["decision"]),
    version_of=lambda parts: full(parts["partnership"], parts["decision"]),
    shown_at=lambda to, its: to.of(its.reference),
    called=lambda its: its.reference,
    room=("Board", "board"),
)


def _links(view: View, event: Recorded, reader: str) -> Sequence[Link]:
    return offered(view, DECISION, view.register.decisions[event.fact.subject(view.code)], CHANGES, reader)


_STAYS: dict[type[Fact], str] = {
    DecisionRecorded: "A decision is never edited. Where it is wrong, put an item on an agenda: the decision on that"
    " can take its place, and both say so.",
    DecisionRatifiedByPartner: "It stands as that partner’s committee decided.",
}
TELLING = Telling(happened, by_kind({}), _links, stays=_STAYS)
