"""Logs: one entry per event, for eyes or as JSON, from our own code and from the libraries, without personal data.

Context travels with the task, and with work that is handed to a database's threads: what ``bound_contextvars`` of
structlog binds stands on every entry that is written within it. It is bound where something begins: ``request_id`` and
``partnership`` of a request (web/request_log.py), the same and ``event_id`` of an event (messaging/log_context.py),
``partnership`` of a duty and of an e-mail. ``release`` says which version of the software writes.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import Any, Literal, TextIO

import structlog
from pydantic_core import to_json
from structlog.typing import EventDict, Processor, WrappedLogger

from services.runtime.base.version import product_version

_WORD = r"[^\s<>\"'(),;:=@/]"
# Each begins where its run of characters does, so that a long run without an @ is looked through once, not at each of
# its characters: callers write what is logged.
_ADDRESS = re.compile(rf"(?<!{_WORD}){_WORD}+@{_WORD}+")
_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]+@")
_BEARER = re.compile(r"(?i)\bbearer\s+\S+")
_NEVER = frozenset({"authorization", "password", "token", "email", "address", "name", "recipient", "to"})
_OF_SEVERAL_LINES = ("exception", "stack")
_OF_MESSAGES = ("subject", "stream", "consumer", "message_id")
_QUIET = (
    "alembic",
    "asyncio",
    "fontTools",
    "httpcore",
    "httpx",
    "opentelemetry",
    "python_multipart",
    "uvicorn",
    "uvicorn.error",
)
_ROUTED = ("uvicorn", "uvicorn.error", "uvicorn.access", "faststream", "faststream.access", "faststream.access.nats")


def set_up_logging(level: str, form: Literal["console", "json"], stream: TextIO | None = None) -> None:
    """Send every log entry of the process to ``stream`` (standard error), in one form. May be called again."""
    target = stream or sys.stderr
    beginning: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        _with_release,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    end: list[Processor] = [
        structlog.processors.format_exc_info,
        without_personal_data,
        _renderer(form, target),
    ]
    handler = logging.StreamHandler(target)
    handler.setFormatter(_formatter(beginning, end))
    handler.setLevel(level.upper())  # FastStream sets the level of its own loggers when it starts
    _route_libraries(handler, level)
    # Our own entries do not pass through the standard library, which takes twice as long for each of them.
    structlog.configure(
        processors=[*beginning, *end],
        logger_factory=lambda name="": _Lines(name, target),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )


def without_personal_data(_logger: WrappedLogger, _method: str, entry: EventDict) -> EventDict:
    """Leave out fields that hold personal data or secrets, and e-mail addresses and credentials wherever they stand.

    Nothing that a caller sent may steer the console that it is shown on, or pass for a line of its own: characters
    that are not seen stand as they are written in code, line breaks but for those of a trace too.
    """
    return {
        key: value if _is_plain(value) else _visible(_cleaned(value), within_lines=key in _OF_SEVERAL_LINES)
        for key, value in entry.items()
        if key.lower() not in _NEVER
    }


def _with_release(_logger: WrappedLogger, _method: str, entry: EventDict) -> EventDict:
    entry["release"] = product_version()
    return entry


def _is_plain(value: Any) -> bool:
    """Say whether nothing has to be left out or replaced, as in nearly all that is logged."""
    if isinstance(value, str):
        return value.isprintable() and "@" not in value and "bearer" not in value.lower()
    return isinstance(value, (int, float))


def _visible(value: Any, *, within_lines: bool = False) -> Any:
    if isinstance(value, str):
        if value.isprintable():
            return value
        if within_lines:
            return "\n".join(_visible(line) for line in value.split("\n"))
        return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in value)
    if isinstance(value, dict):
        return {_visible(str(key)): _visible(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_visible(each) for each in value]
    return value


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        if "@" in value:
            value = _ADDRESS.sub("<address>", _CREDENTIALS.sub("", value))
        return _BEARER.sub("Bearer <token>", value) if "bearer" in value.lower() else value
    if isinstance(value, dict):
        return {key: _cleaned(each) for key, each in value.items() if str(key).lower() not in _NEVER}
    if isinstance(value, (list, tuple)):
        return [_cleaned(each) for each in value]
    return value


class _Lines(structlog.WriteLogger):
    """Writes finished entries, a line each."""

    def __init__(self, name: str, target: TextIO) -> None:
        super().__init__(target)
        self.name = name


def _renderer(form: str, target: TextIO) -> Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(_as_json)
    return structlog.dev.ConsoleRenderer(colors=target.isatty(), exception_formatter=structlog.dev.plain_traceback)


def _as_json(entry: EventDict, **_: object) -> str:
    return to_json(entry, fallback=str).decode()


def _formatter(beginning: list[Processor], end: list[Processor]) -> logging.Formatter:
    """Return what gives the entries of libraries the same form."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*beginning, structlog.stdlib.ExtraAdder(allow=_OF_MESSAGES)],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *end],
    )


def _route_libraries(handler: logging.Handler, level: str) -> None:
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _ROUTED:
        library = logging.getLogger(name)
        # FastStream gives its logger a handler on standard output unless it finds one there.
        library.handlers = [_Silent(sys.stdout), handler]
        library.propagate = False
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


class _Silent(logging.StreamHandler[TextIO]):
    """Stands where a library looks for a handler of its own, and writes nothing."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write nothing."""
