"""What the process logs, caught; the test run's own logging is put back afterwards."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any, Literal

import structlog

from services.runtime.base.logging import set_up_logging


class Log:
    """The entries that were written."""

    def __init__(self, stream: StringIO) -> None:
        self._stream = stream

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    @property
    def entries(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@contextmanager
def logging_put_back() -> Iterator[None]:
    """Put the test run's own logging back, whatever was set up within."""
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in sorted(logging.root.manager.loggerDict))]
    before = [(each, each.handlers[:], each.level, each.propagate) for each in loggers]
    try:
        yield
    finally:
        structlog.reset_defaults()
        for each, handlers, former_level, propagate in before:
            each.handlers[:], each.propagate = handlers, propagate
            each.setLevel(former_level)


@contextmanager
def logged(level: str = "info", form: Literal["console", "json"] = "json") -> Iterator[Log]:
    """Log as a service does, but to memory."""
    stream = StringIO()
    with logging_put_back():
        set_up_logging(level, form, stream)
        yield Log(stream)
