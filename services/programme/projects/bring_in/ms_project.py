"""Reading a plan from the XML that Microsoft Project and ProjectLibre save.

Source of the names of elements: “Project XML Data Interchange Schema Reference”, Microsoft.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from services.programme.projects.bring_in.plan import MOST_LINES, ExternalPlan, PlanLine
from services.programme.sheets.cells import CellFault, FileRefused

_NAMESPACE = "{http://schemas.microsoft.com/project}"
_MOST_ELEMENTS = 300_000
_DEEPEST = 40
_WHOLE_PLAN = "0"
"""The task that stands for the plan as a whole."""
_NO_PLAN = "This is no plan of Microsoft Project. In Project, choose “Save as” and “XML format”, and upload that file."


def read_ms_project(content: bytes) -> ExternalPlan:
    """Return the plan of an XML file. Raises FileRefused. Blocking."""
    faults: list[CellFault] = []
    title = ""
    tasks: list[dict[str, Any]] = []
    resources: dict[str, str] = {}
    assigned: dict[str, str] = {}
    for element in _elements(content):
        match element.tag.removeprefix(_NAMESPACE):
            case "Task":
                tasks.append(_fields(element))
            case "Resource":
                resources[_text(element, "UID")] = _text(element, "Name")
            case "Assignment":
                assigned.setdefault(_text(element, "TaskUID"), _text(element, "ResourceUID"))
            case "Title" | "Name":
                title = title if element.tag.endswith("Name") and title else (element.text or "").strip()
    if not tasks:
        raise FileRefused(_NO_PLAN)
    if len(tasks) > MOST_LINES:
        raise FileRefused(f"The plan has more than {MOST_LINES:,} tasks. Leave out those that are not needed.")
    owners = {task: resources.get(resource, "") for task, resource in assigned.items()}
    lines = tuple(_line(task, owners, faults) for task in tasks if _is_line(task))
    return ExternalPlan("Microsoft Project", title.removesuffix(".mpp").removesuffix(".xml"), lines, tuple(faults))


def _elements(content: bytes) -> Iterator[Element]:
    """Yield tasks, resources, assignments and the titles of the plan itself, each whole, with nothing else kept."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    wanted = {f"{_NAMESPACE}{name}" for name in ("Task", "Resource", "Assignment")}
    titles = {f"{_NAMESPACE}{name}" for name in ("Title", "Name")}
    path: list[Element] = []
    count = 0
    try:
        for event, element in iterparse(BytesIO(content), events=("start", "end"), forbid_dtd=True):
            if event == "start":
                path.append(element)
                count += 1
                _check(path, count)
                continue
            path.pop()
            if element.tag in wanted or (element.tag in titles and len(path) == 1):
                yield element
            if len(path) <= 2:
                element.clear()
                if path:
                    path[-1].clear()
    except (ParseError, DefusedXmlException, LookupError, ValueError):
        raise FileRefused(_NO_PLAN) from None


def _check(path: list[Element], count: int) -> None:
    if path[0].tag != f"{_NAMESPACE}Project":
        raise FileRefused(_NO_PLAN)
    if count > _MOST_ELEMENTS or len(path) > _DEEPEST:
        raise FileRefused("The file has more in it than is read. Leave out tasks that are not needed.")


def _fields(task: Element) -> dict[str, Any]:
    fields: dict[str, Any] = {child.tag.removeprefix(_NAMESPACE): (child.text or "").strip() for child in task}
    links = task.findall(f"{_NAMESPACE}PredecessorLink")
    fields["depends_on"] = tuple(dict.fromkeys(filter(None, (_text(link, "PredecessorUID") for link in links))))
    return fields


def _is_line(task: Mapping[str, Any]) -> bool:
    is_left_out = task.get("IsNull") == "1" or task.get("Active") == "0"
    return bool(task.get("Name")) and task.get("UID") != _WHOLE_PLAN and not is_left_out


def _line(task: Mapping[str, Any], owners: Mapping[str, str], faults: list[CellFault]) -> PlanLine:
    place = f"task {task.get('ID') or task.get('UID')}"
    done_on = _day(task, "ActualFinish", place, faults)
    return PlanLine(
        place=place,
        key=task.get("UID", ""),
        title=" ".join(task["Name"].split()),
        owner=owners.get(task.get("UID", ""), ""),
        due=_day(task, "Finish", place, faults),
        done_on=done_on,
        is_done=done_on is not None or task.get("PercentComplete") == "100",
        is_milestone=task.get("Milestone") == "1" and task.get("Summary") != "1",
        is_summary=task.get("Summary") == "1",
        depends_on=task["depends_on"],
    )


def _day(task: Mapping[str, Any], name: str, place: str, faults: list[CellFault]) -> date | None:
    written = task.get(name, "")
    if not written:
        return None
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        faults.append(CellFault(place, f"“{written[:30]}” is not a date.", f"Correct {name} in the plan."))
        return None


def _text(element: Element, name: str) -> str:
    return (element.findtext(f"{_NAMESPACE}{name}") or "").strip()
