"""What templates come to as code, kept for the whole process.

The frame, its parts and its forms stand in every page. Each room's pages have an environment of their own, which would
compile all of that anew.
"""

from __future__ import annotations

from types import CodeType

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class CompiledTemplates(BytecodeCache):
    """Keeps the code of each template, by where it is and what stands in it.

    Only environments that read templates in the same way may share one: code depends on how blocks are trimmed and on
    what is escaped.
    """

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the bucket the code of its template, where it is known."""
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template that was compiled."""
        self._code[bucket.key, bucket.checksum] = bucket.code
