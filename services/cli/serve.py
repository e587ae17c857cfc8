"""``concordat serve``: the services, until told to stop."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from services.notifications.service import NotificationsService
from services.programme.service import ProgrammeService
from services.reporting.service import ReportingService
from services.runtime.base.settings import load_settings
from services.runtime.process.lifecycle import ServiceFactory
from services.runtime.process.serving import serve
from services.runtime.web.pages import Link

SERVICES: Mapping[str, ServiceFactory] = {
    "programme": ProgrammeService,
    "reporting": ReportingService,
    "notifications": NotificationsService,
}
NAVIGATION = tuple(
    Link(words, f"/{room}/{{partnership}}")
    for words, room in (
        ("Home", "home"),
        ("Projects", "projects"),
        ("Commitments", "commitments"),
        ("Board", "board"),
        ("Risks", "risks"),
        ("Partners", "partners"),
        ("Packs", "packs"),
        ("Office", "office"),
    )
)


def run(options: argparse.Namespace) -> int:
    """Serve all services or one."""
    wanted = list(SERVICES.values()) if options.what == "all" else [SERVICES[options.what]]
    return serve(load_settings(), wanted, navigation=NAVIGATION)
