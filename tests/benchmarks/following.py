"""Reporting that takes in what comes and does nothing by itself: ``python -m tests.benchmarks.following``."""

from __future__ import annotations

import sys
from functools import partial

from services.reporting.service import ReportingService
from services.runtime.base.settings import load_settings
from services.runtime.process.serving import serve

if __name__ == "__main__":
    sys.exit(serve(load_settings(), [partial(ReportingService, keeps_timetable=False)]))
