"""The parts of a programme file: which there are, what an entry of each looks like, and what is to be done with it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from contracts.events.base import PartnerCode
from contracts.events.partnership import Role
from services.programme.capabilities import CAPABILITIES
from services.programme.core.command import Command, Fields
from services.programme.core.fields import Email, PartnerCodes, Title
from services.programme.file.faults import Faults
from services.programme.file.nodes import Mapping, Node, Scalar, Sequence
from services.programme.file.spelling import suggestion
from services.programme.partnership.commands import check_one_or_several
from services.runtime.base.validation_messages import quoted

FORMAT = "concordat/1"
BEFORE_PEOPLE = ("partners",)
"""What people act for stands before them."""
SECTIONS: dict[str, type[Command]] = {
    name: command for capability in CAPABILITIES for name, command in capability.sections.items()
}
"""By the name of a part above the history, the command that each of its entries is."""
AFTER_PEOPLE = tuple(name for name in SECTIONS if name not in BEFORE_PEOPLE)
_PARTS = ["format", "partnership", *BEFORE_PEOPLE, "people", *AFTER_PEOPLE, "history"]


class PersonEntry(Fields):
    """A person as a programme file lists them."""

    key: Annotated[Title, Field(max_length=64)]
    name: Title
    email: Email | None = None
    partner: PartnerCode | None = None
    partners: PartnerCodes = ()
    roles: tuple[Role, ...] = ()

    @model_validator(mode="after")
    def _partner_or_partners(self) -> PersonEntry:
        check_one_or_several(self.partner, self.partners)
        return self


def parts_of(root: Node, faults: Faults) -> Mapping | None:
    """Return the parts of the file by their names, a misspelt one under its right name; None where it has none.

    Notes what is no part of a programme file, and that it is no programme file at all.
    """
    if not isinstance(root, Mapping):
        faults.add(root.line, "", f"a programme file is a group of keys that begins with format: {FORMAT}")
        return None
    for key in [key for key in root.values if key not in _PARTS]:
        _put_right(root, key, faults)
    stated = root.values.get("format")
    if stated is None:
        faults.add(root.line, "format", f"the format is missing; begin the file with format: {FORMAT}")
    elif not isinstance(stated, Scalar) or stated.text != FORMAT:
        written = quoted(stated.text) if isinstance(stated, Scalar) else "this"
        faults.add(stated.line, "format", f"{written} is not a format that is read here; write {FORMAT}")
        return None
    if "partnership" not in root.values:
        faults.add(root.line, "partnership", "the partnership is missing; give its code, name and formed_on below it")
    return root


def items_of(parts: Mapping, name: str, faults: Faults) -> list[tuple[str, Node]]:
    """Return the entries of one part with their paths; a part that is left out or empty has none."""
    part = parts.values.get(name)
    if part is None or (isinstance(part, Scalar) and part.value is None):
        return []
    if not isinstance(part, Sequence):
        faults.add(part.line, name, f"{name} is not a list; begin each of its entries with a dash")
        return []
    return [(f"{name}[{number}]", item) for number, item in enumerate(part.items)]


def _put_right(root: Mapping, key: str, faults: Faults) -> None:
    faults.add(
        root.key_lines[key], key, f"there is no part {quoted(key)} of a programme file; {suggestion(key, _PARTS)}"
    )
