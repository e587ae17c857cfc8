"""Reading a plan from the file that somebody chose, as a person corrects what was guessed of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.programme.projects.bring_in.headings import ColumnRole, PlanTable, find_table
from services.programme.projects.bring_in.ms_project import read_ms_project
from services.programme.projects.bring_in.plan import ExternalPlan
from services.programme.projects.bring_in.tables import read_table
from services.programme.sheets.limits import check_size
from services.programme.sheets.reading import read_book
from services.programme.sheets.values import DateOrder

_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a person reads a file: which column has which role (0 for none), and which number of a date comes first."""

    columns: Mapping[ColumnRole, int] = field(default_factory=dict)
    order: DateOrder | None = None


def read_plan(content: bytes, reading: Reading | None = None) -> tuple[ExternalPlan, PlanTable | None]:
    """Return the plan of a file, and the table in which it stands, None for XML. Raises FileRefused. Blocking."""
    check_size(content)
    if _is_xml(content):
        return read_ms_project(content), None
    reading = reading or Reading()
    found = find_table(read_book(content))
    table = found.corrected({role: _columns(found, role, column) for role, column in reading.columns.items()})
    return read_table(table, reading.order), table


def _columns(found: PlanTable, role: ColumnRole, said: int) -> tuple[int, ...]:
    """Return the columns of a role as a person says: the guessed ones where they left the first of them."""
    guessed = found.columns.get(role, ())
    return guessed if guessed[:1] == (said,) else (said,) if said else ()


def _is_xml(content: bytes) -> bool:
    for mark in _BYTE_ORDER_MARKS:
        content = content.removeprefix(mark)
    return content[:200].replace(b"\x00", b"").lstrip().startswith(b"<")
