"""One simulated partnership: its log, its register, its clock; and the core, driven as the services drive it."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from typing import Any

from pydantic import ValidationError

from contracts.envelope import Cause, Position, Recorded, seal
from domain.register import Register, apply, fold
from services.programme.core.commands import COMMANDS
from services.programme.core.deciding import SYSTEM, Context, NewEvent, NotAllowed, Refused, decide
from tests.simulation import watching
from tests.simulation.oracle.board import Board
from tests.simulation.oracle.log import Entry, entry

SECRETARY = "U001"
WEIGHED = 8
"""Before and after every so many commands the whole register is compared, byte by byte."""


@dataclass(frozen=True)
class Wish:
    """What somebody asks for: a command as it would stand in a programme file, and the person's id."""

    do: str
    fields: dict[str, Any]
    actor: str


@dataclass(frozen=True)
class Difference:
    """Something that is not as it must be. ``headline`` is the same for the same fault."""

    headline: str
    detail: str
    seed: int
    at: datetime
    version: int

    def __str__(self) -> str:
        return f"seed {self.seed}, {self.at.isoformat()}, version {self.version}: {self.headline}\n    {self.detail}"


@dataclass
class World:
    """A partnership that lives. All chance comes from ``rng``."""

    seed: int
    code: str
    now: datetime
    rng: Random = field(init=False)
    register: Register = field(init=False)
    events: list[Recorded] = field(default_factory=list)
    log: list[Entry] = field(default_factory=list)
    board: Board = field(default_factory=Board)
    differences: dict[str, Difference] = field(default_factory=dict)
    tally: Counter[str] = field(default_factory=Counter)
    asked: int = 0

    def __post_init__(self) -> None:
        self.rng = Random(self.seed)
        self.register = Register(self.code)

    @property
    def today(self) -> date:
        """The local date."""
        return self.register.calendar.local_date(self.now)

    @property
    def secretary(self) -> str:
        """The secretary's id."""
        return f"{self.code}-{SECRETARY}"

    def differ(self, headline: str, detail: object) -> None:
        """Note a difference, the first time that it shows."""
        self.tally[f"difference: {headline}"] += 1
        found = Difference(headline, str(detail)[:3_000], self.seed, self.now, self.register.position.version)
        self.differences.setdefault(headline, found)

    def ask(self, wish: Wish) -> bool:
        """Ask for one command, and watch what comes of it. Return whether it was carried out."""
        try:
            command = COMMANDS[wish.do].model_validate(wish.fields)
        except ValidationError as error:
            self.tally[f"{wish.do}: malformed"] += 1
            watching.malformed(self, wish, error)
            return False
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what the simulation looks for
            self.differ(f"reading {wish.do} raises {type(error).__name__}", f"{wish}: {error!r}")
            return False
        self.asked += 1
        before = pickle.dumps(self.register) if self.asked % WEIGHED == 0 else None
        decided: list[NewEvent] = []
        refusal: Refused | None = None
        try:
            decided = decide(self.register, command, Context(wish.actor, self.now))
        except Refused as refused:
            refusal = refused
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what the simulation looks for
            self.differ(f"{wish.do} raises {type(error).__name__}", f"{wish}: {error!r}")
            return False
        if before is not None and pickle.dumps(self.register) != before:
            self.differ("deciding changes the register", wish)
        watching.permission(self, wish, refusal)
        if refusal is not None:
            outcome = "not allowed" if isinstance(refusal, NotAllowed) else "refused"
            self.tally[f"{wish.do}: {outcome}"] += 1
            watching.refusal(self, wish, command, refusal)
            return False
        self.tally[f"{wish.do}: {'accepted' if decided else 'changes nothing'}"] += 1
        self._record(wish, decided)
        return True

    def _record(self, wish: Wish, decided: list[NewEvent]) -> None:
        """Seal, apply, and check that the log still is one."""
        for each in decided:
            position = self.events[-1].position if self.events else Position()
            cause = Cause(wish.actor, f"wish-{len(self.events)}", f"wish-{len(self.events)}")
            event = seal(
                "programme",
                self.code,
                position,
                each.fact,
                recorded_at=self.now,
                effective_on=each.effective_on,
                cause=cause,
            )
            watching.event(self, event, position)
            apply(self.register, event)
            self.events.append(event)
            self.log.append(entry(event.body))
            self.board.hear(self.log[-1])
            self.tally[f"event {self.log[-1].kind}"] += 1
        if decided:
            watching.after(self, wish)

    def register_at(self, instant: datetime) -> Register:
        """Return the register of what had been recorded at or before an instant."""
        return fold(self.code, (event for event in self.events if event.recorded_at <= instant))


def by_system(do: str, **fields: object) -> Wish:
    """Return what the system itself asks for."""
    return Wish(do, dict(fields), SYSTEM)


def numbers(tally: Mapping[str, int], prefix: str) -> dict[str, int]:
    """Return the counts whose name begins with ``prefix``, without it."""
    return {name.removeprefix(prefix): count for name, count in sorted(tally.items()) if name.startswith(prefix)}
