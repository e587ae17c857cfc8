"""What programme does upon a breach that reporting announces: it goes on the agenda of that meeting."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from sqlalchemy import Connection

from contracts.envelope import Recorded
from contracts.events.reporting import BreachArisen
from services.programme.board.commands import NoteBreach
from services.programme.core.deciding import SYSTEM, Refused
from services.programme.core.dispatcher import Dispatcher
from services.programme.core.fields import Ref
from services.runtime.messaging.log_context import taking_in

_log = structlog.get_logger(__name__)


class Breaches:
    """Answers reporting's stream with an ordinary command, once per event, in the transaction that takes it in."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher

    def on(self, connection: Connection, events: Sequence[Recorded]) -> None:
        """Put each breach on the agenda. What else reporting says means nothing here."""
        for event in events:
            if isinstance(event.fact, BreachArisen):
                with taking_in(event):
                    self._put_on_agenda(connection, event, event.fact)

    def _put_on_agenda(self, connection: Connection, event: Recorded, fact: BreachArisen) -> None:
        command = NoteBreach(
            meeting=Ref(fact.meeting), commitment=Ref(fact.commitment), partner=fact.partner, periods=fact.periods
        )
        try:
            self._dispatcher.carry_out_within(connection, event.partnership, command, SYSTEM, event)
        except Refused as refused:
            # No meeting is left to put it on: the pack that announced it lists it all the same.
            _log.warning("a breach could not be put on an agenda", reason=refused.problem)
