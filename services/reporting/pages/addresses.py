"""Where the pages of one partnership lie: its rooms, and what each reference stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from contracts.references import short

_PLACES = (
    (re.compile(r"P\d+"), "/projects/{partnership}/{code}"),
    (re.compile(r"(?P<project>P\d+)-M\d+"), "/projects/{partnership}/{project}#{reference}"),
)


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a partnership's pages; those that can be read as at an instant keep to ``as_at``."""

    partnership: str
    as_at: str = ""

    def room(self, name: str) -> str:
        """Return the address of a room, such as ``projects``."""
        return self._as_at(f"/{name}/{self.partnership}")

    def of(self, reference: str) -> str:
        """Return where what a reference stands for is shown, with or without the partnership's code before it."""
        code = short(self.partnership, reference)
        for pattern, place in _PLACES:
            if found := pattern.fullmatch(code):
                named = {"partnership": self.partnership, "code": code, "reference": reference, **found.groupdict()}
                return self._as_at(place.format_map(named))
        raise ValueError(f"{reference!r} stands for nothing that has a page")

    def pack(self, meeting: str) -> str:
        """Return the address of a meeting's pack."""
        return f"/packs/{self.partnership}/{short(self.partnership, meeting)}"

    def _as_at(self, address: str) -> str:
        if not self.as_at:
            return address
        path, hash_sign, anchor = address.partition("#")
        return f"{path}?{urlencode({'as_at': self.as_at})}{hash_sign}{anchor}"
