"""Commands together with the circumstances in which somebody sent them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from sqlalchemy import Connection

from contracts.references import full, project_of
from services.programme.core.command import Command
from services.programme.core.outcome import CommandOutcome
from services.runtime.store import idempotency


@dataclass(frozen=True)
class CommandRequest:
    """A command, who sent it, and what they said beside it.

    ``others`` are carried out behind it, all of them or none; no one of all these rests on what another one does.
    ``beside`` is done on the connection of the same transaction, behind the append: nothing is stored where it raises.
    """

    command: Command
    actor: str
    idempotency_key: str | None = None
    expected_version: int | None = None
    correlation: str | None = None
    traceparent: str | None = None
    others: tuple[Command, ...] = ()
    beside: Callable[[Connection], None] | None = None

    @property
    def commands(self) -> tuple[Command, ...]:
        """All commands, in their order."""
        return (self.command, *self.others)

    def concerns(self, partnership: str) -> str | None:
        """Return the reference of the object that the command changes, None where it changes none that is there.

        A milestone is shown with its project, and so has its version.
        """
        field = self.command.concerns
        written = getattr(self.command, field) if field else None
        if written is None or field == "partner":
            return written
        reference = full(partnership, written)
        return project_of(reference) if field == "milestone" else reference

    def answer_before(self, connection: Connection, partnership: str) -> CommandOutcome | None:
        """Return what was answered when this was sent before under its key. Raises KeyReused."""
        if self.idempotency_key is None:
            return None
        answer = idempotency.answer_to(connection, self._scope(partnership), self.idempotency_key, self._request_hash)
        return None if answer is None else CommandOutcome.model_validate_json(answer)

    def remember(self, connection: Connection, partnership: str, outcome: CommandOutcome) -> None:
        """Keep the answer under the key. Raises KeyTaken where another replica was first."""
        if self.idempotency_key is not None:
            idempotency.remember(
                connection,
                self._scope(partnership),
                self.idempotency_key,
                self._request_hash,
                outcome.model_dump_json(),
            )

    def _scope(self, partnership: str) -> str:
        return f"{partnership}/{self.actor}"

    @cached_property
    def _request_hash(self) -> str:
        each = (f"{one.do}\n{self.expected_version}\n{one.model_dump_json()}" for one in self.commands)
        return sha256("\n".join(each).encode()).hexdigest()
