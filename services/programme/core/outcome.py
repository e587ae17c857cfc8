"""What came of a command, and the two ways besides a refusal in which it can come to nothing."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.programme.core.decider import Refused


class CommandOutcome(BaseModel):
    """What a command came to. It was stored before this was answered."""

    model_config = ConfigDict(frozen=True)

    partnership: Annotated[str, Field(description="Code of the partnership.", examples=["LAP"])]
    version: Annotated[int, Field(ge=0, description="How many events its log has now.", examples=[118])]
    events: Annotated[int, Field(ge=0, description="How many of them are new; 0 where nothing changed.", examples=[1])]
    references: Annotated[
        tuple[str, ...], Field(description="What the new events are about, each once.", examples=[["LAP-P01-M02"]])
    ]


class ChangedMeanwhile(Exception):
    """The object is not at the version that the caller saw: somebody changed it in the meantime."""

    def __init__(self, reference: str, version: int) -> None:
        super().__init__(f"{reference} has changed since you saw it: it is at version {version}")
        self.reference = reference
        self.version = version


class EntryRefused(Exception):
    """One of several entries cannot be carried out, and so none is. ``index`` counts from 0."""

    def __init__(self, index: int, refused: Refused) -> None:
        super().__init__(f"entry {index + 1}: {refused.problem}")
        self.index = index
        self.refused = refused
