"""How many commands were carried out, how many were not, and how many could not be for no fault of theirs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import Counter

from contracts.envelope import NewerEvent
from services.runtime.base.telemetry import REGISTRY
from services.runtime.store.database import Overloaded, Unavailable

_COMMANDS = Counter(
    "concordat_commands", "Requests to carry commands out, by what came of them.", ("outcome",), registry=REGISTRY
)
_DONE, _REFUSED, _FAILED = (_COMMANDS.labels(outcome) for outcome in ("carried out", "refused", "failed"))


@contextmanager
def counted() -> Iterator[None]:
    """Count what is carried out here by what comes of it.

    It fails where the database is overloaded or unavailable, or the log has events of a newer version. All else that is
    raised is refused: by a rule, or because what it rests on has changed meanwhile; a defect among it is seen by the
    status of its answer.
    """
    try:
        yield
    except (Overloaded, Unavailable, NewerEvent):
        _FAILED.inc()
        raise
    except Exception:
        _REFUSED.inc()
        raise
    _DONE.inc()
