"""``concordat check``: every fault in a programme file, or what it holds."""

from __future__ import annotations

import argparse

from services.cli.counting import counted
from services.cli.programme_files import opened
from services.programme.file.checking import ProgrammeFile


def run(options: argparse.Namespace) -> int:
    """Check one file; return 0 where it is right."""
    print(summary(opened(options.file)))
    return 0


def summary(file: ProgrammeFile) -> str:
    """Return one line that counts what a file holds."""
    register = file.register
    counts = (
        (len(register.partners), "partner"),
        (len(register.commitments), "commitment"),
        (len(register.projects), "project"),
        (len(register.milestones), "milestone"),
        (len(register.meetings), "meeting"),
        (len(register.decisions), "decision"),
        (len(file.entries), "entry"),
        (register.position.version, "event"),
    )
    told = ", ".join(counted(number, thing) for number, thing in counts)
    return f"{file.name} is right: {file.partnership}, {register.partnership.name}: {told}"
