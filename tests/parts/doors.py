"""A table of who sees what for tests of the shell alone, whose routes are of no partnership."""

from __future__ import annotations

from services.runtime.access.table import Beyond, Row, Table

OPEN = Table((Row(what="Everything", why="It is for tests.", seen_by=Beyond.EVERYBODY, at=("/", "/{room}")),))
