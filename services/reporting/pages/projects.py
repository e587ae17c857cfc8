"""Projects: all of them at a glance, and one with its workplan."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from contracts.references import full
from services.reporting.pages.queries import AsAt, View
from services.reporting.pages.site import Site
from services.runtime.base.problems import Problem
from services.runtime.web.kept_answers import MadeOnce


def routes(site: Site) -> APIRouter:
    """Return the routes of the projects and of one project."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, route_class=MadeOnce)

    @router.get("/projects/{partnership}")
    def projects(request: Request, partnership: str, as_at: AsAt = "") -> Response:
        return site.page(
            request, "projects.html", partnership, lambda view: {"figures": view.figures(), "wanted": as_at}, as_at
        )

    @router.get("/projects/{partnership}/{project}")
    def one_project(request: Request, partnership: str, project: str, as_at: AsAt = "") -> Response:
        def content(view: View) -> dict[str, Any]:
            figures = view.figures()
            found = figures.project(full(partnership, project))
            if found is None:
                raise no_such_project(view, project)
            return {"figures": figures, "its": found, "wanted": as_at}

        return site.page(request, "project.html", partnership, content, as_at)

    return router


def no_such_project(view: View, reference: str) -> Problem:
    """Return the problem of a project that is not there, with those that are."""
    known = sorted(view.register.projects)
    there_are = f"There are: {', '.join(known)}." if known else "It has none yet."
    return Problem(404, f"There is no project {reference} in {view.code}. {there_are}", known=known)
