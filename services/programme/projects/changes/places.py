"""Where projects and their milestones are changed, and what whoever reads may change of them."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.references import full, short
from domain.register.projects import MILESTONES, PROJECTS, Milestone, Project
from services.programme.pages.changing import Link, Place, offered
from services.programme.projects.changes import of_milestones, of_projects
from services.runtime.web.partnership.view import View

ONE = "/projects/{partnership}/{project}"
_ROOM = ("Projects", "projects")


def _version_of(parts: Mapping[str, str]) -> str:
    """Return the reference of the project, which has the version of its milestones too."""
    return full(parts["partnership"], parts["project"])


def _milestone(view: View, parts: Mapping[str, str]) -> Milestone:
    return view.find(MILESTONES, f"{short(view.code, parts['project'])}-{parts['milestone']}")


def _address_of_milestone(view: View, milestone: Milestone) -> str:
    return f"{_address_of(view, milestone.project)}/{short(milestone.project, milestone.reference)}"


def _address_of(view: View, project: str) -> str:
    return f"/projects/{view.code}/{short(view.code, project)}"


PROJECT: Place[Project] = Place(
    path=ONE,
    address_of=lambda view, its: _address_of(view, its.reference),
    find=lambda view, parts: view.find(PROJECTS, parts["project"]),
    version_of=_version_of,
    shown_at=lambda to, its: to.of(its.reference),
    called=lambda its: its.title,
    room=_ROOM,
)
MILESTONE: Place[Milestone] = Place(
    path=f"{ONE}/{{milestone}}",
    address_of=_address_of_milestone,
    find=_milestone,
    version_of=_version_of,
    shown_at=lambda to, its: to.of(its.reference),
    called=lambda its: its.title,
    room=_ROOM,
)


def of_the_project(view: View, project: Project, reader: str) -> list[Link]:
    """Return what whoever reads may change of a project."""
    return offered(view, PROJECT, project, of_projects.CHANGES, reader)


def of_the_milestone(view: View, reference: str, reader: str) -> list[Link]:
    """Return what whoever reads may change of a milestone."""
    return offered(view, MILESTONE, view.register.milestones[reference], of_milestones.CHANGES, reader)
