"""How people stand towards a meeting of the board: what each was told of it last, or is about to be."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from contracts.events.partnership import Role
from services.notifications.intake.notices import NoticeKind
from services.notifications.queue.delivery import DeliveryState, of_row, table


@dataclass(frozen=True, slots=True)
class RecipientState:
    """How one person stands, who acts in this role and for these partners.

    ``has_entry`` says whether, as far as anybody knows, their calendar has the meeting.
    """

    role: Role | None
    partners: tuple[str, ...]
    is_invited: bool = False
    has_entry: bool = False


def states(
    connection: Connection, partnership: str, meeting: str, before: int | None = None
) -> dict[str, RecipientState]:
    """Return how all stand to whom anything about a meeting was addressed, by person; perhaps ``before`` a delivery."""
    query = (
        select(table)
        .where(table.c.partnership == partnership, table.c.about == meeting)
        .where(table.c.kind.in_([NoticeKind.INVITATION, NoticeKind.INVITATION_WITHDRAWN]))
        .order_by(table.c.id)
    )
    if before is not None:
        query = query.where(table.c.id < before)
    found: dict[str, RecipientState] = {}
    for delivery in (of_row(row) for row in connection.execute(query).mappings()):
        last = found.get(delivery.person) or RecipientState(delivery.role, delivery.partners)
        if delivery.state is DeliveryState.OVERTAKEN and not delivery.doubts:
            found[delivery.person] = last
        elif delivery.kind is NoticeKind.INVITATION:
            has_entry = last.has_entry or delivery.may_have_arrived
            found[delivery.person] = RecipientState(
                delivery.role, delivery.partners, is_invited=True, has_entry=has_entry
            )
        else:
            found[delivery.person] = replace(last, is_invited=False, has_entry=False)
    return found
