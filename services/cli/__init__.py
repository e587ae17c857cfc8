"""The command ``concordat``: everything that is done from a command line.

Exit codes: 0 all is well, 1 a fault in what was given or found, 2 the command was not written as it must be.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from argparse import Namespace
from collections.abc import Sequence
from types import ModuleType

from services.cli.arguments import parser
from services.cli.errors import CommandError
from services.runtime.base.gc_control import keep, without_collecting
from services.runtime.base.private_files import NotPrivate
from services.runtime.base.settings_error import SettingsError

__all__ = ["main"]

FAULT = 1
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that ``arguments`` name; return the exit code. Faults are told in sentences, never as a trace."""
    _write_somewhere()
    options = parser().parse_args(arguments)
    with without_collecting():
        command = importlib.import_module(f"services.cli.{options.module}")
        keep()
    try:
        return _carried_out(command, options)
    except (CommandError, NotPrivate, SettingsError) as complaint:
        return _complained(str(complaint))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - a person has no use for a trace
        if os.environ.get("CONCORDAT_LOG_LEVEL") == "debug":
            traceback.print_exc()
        return _complained(_told(error))


def _write_somewhere() -> None:
    """Have what is said go nowhere where whoever started us closed standard output or standard error."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))


def _carried_out(command: ModuleType, options: Namespace) -> int:
    code = int(command.run(options))
    sys.stdout.flush()
    return code


def _complained(sentence: str) -> int:
    sys.stderr.write(f"concordat: {sentence}\n")
    return FAULT


def _told(error: Exception) -> str:
    """Return what the system or a database had against it, in its own words; of a mistake of ours, what kind it is."""
    from sqlalchemy.exc import DBAPIError

    from services.runtime.base.trouble import in_words
    from services.runtime.store.database import Overloaded, Unavailable

    if isinstance(error, (DBAPIError, OSError, Overloaded, Unavailable)):
        return in_words(error)
    return f"{type(error).__name__}: {in_words(error)} (CONCORDAT_LOG_LEVEL=debug shows where)"
