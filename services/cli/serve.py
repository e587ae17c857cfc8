"""``concordat serve``: the services, until told to stop."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from services.access.service import AccessService
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
    "access": AccessService,
}
NAVIGATION = (
    Link("Home", "/home/{partnership}"),
    Link("My return", "/return/{partnership}"),
    Link("Projects", "/projects/{partnership}"),
    Link("Commitments", "/commitments/{partnership}"),
    Link("Board", "/board/{partnership}"),
    Link("Risks", "/risks/{partnership}"),
    Link("Partners", "/partners/{partnership}"),
    Link("Packs", "/packs/{partnership}"),
    Link("Office", "/office/{partnership}", also=("/emails/{partnership}", "/keys"), for_secretary=True),
)
"""The menu of every page. Where a room has several first segments, ``also`` names the others."""


def run(options: argparse.Namespace) -> int:
    """Serve all services or one."""
    wanted = list(SERVICES.values()) if options.what == "all" else [SERVICES[options.what]]
    return serve(load_settings(), wanted, navigation=NAVIGATION)
