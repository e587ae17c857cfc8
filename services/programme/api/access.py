"""What every route needs: for which partnership it is, and how what goes wrong is answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Path

from contracts.references import PARTNERSHIP_CODE
from services.programme.core.deciding import AlreadyGiven, NoPartnership, NotAllowed, Refused
from services.programme.core.outcome import ChangedMeanwhile
from services.runtime.base.problems import FieldFault, Problem
from services.runtime.base.validation_messages import as_sentence
from services.runtime.store.idempotency import KeyReused

Partnership = Annotated[
    str, Path(pattern=PARTNERSHIP_CODE.pattern, description="Code of the partnership.", examples=["LAP"])
]
ReferenceInPath = Annotated[
    str,
    Path(min_length=1, max_length=64, description="A reference; the partnership may be left out.", examples=["P01"]),
]


@contextmanager
def answered_in_problems() -> Iterator[None]:
    """Turn what can go wrong with a command into the problem that answers it."""
    try:
        yield
    except Refused as refused:
        raise problem_of(refused) from None
    except ChangedMeanwhile as changed:
        raise Problem(
            412,
            f"{as_sentence(str(changed))} Look at it again, then decide whether your change still holds.",
            version=changed.version,
        ) from None
    except KeyReused as reused:
        raise Problem(409, as_sentence(str(reused)), slug="key-reused") from None


def problem_of(refused: Refused) -> Problem:
    """Return the problem that says why a command was refused."""
    if isinstance(refused, NotAllowed):
        return Problem(403, as_sentence(refused.problem))
    if isinstance(refused, NoPartnership):
        return Problem(404, as_sentence(refused.problem))
    sentence = as_sentence(refused.problem)
    faults = [fault_of(refused)] if refused.field else []
    if isinstance(refused, AlreadyGiven):
        return Problem(409, sentence, slug="already-given", errors=faults)
    return Problem(422, sentence, slug="refused", errors=faults)


def fault_of(refused: Refused) -> FieldFault:
    """Return the one field that was refused; its sentence is parted into what is wrong and what would be right."""
    problem, _, expected = refused.problem.partition("; ")
    return FieldFault(
        field=refused.field,
        place="body",
        problem=as_sentence(problem),
        expected=as_sentence(expected or "correct it and send the command again"),
    )
