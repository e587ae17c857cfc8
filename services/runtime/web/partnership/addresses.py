"""Where the pages of one partnership lie: its rooms, and what each reference stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from contracts.references import full, short

_PLACES = (
    (re.compile(r"P\d+"), "/projects/{partnership}/{code}"),
    (re.compile(r"(?P<project>P\d+)-M\d+"), "/projects/{partnership}/{project}#{reference}"),
    (re.compile(r"C\d+"), "/commitments/{partnership}/{code}"),
    (re.compile(r"B\d+"), "/board/{partnership}/{code}"),
    (re.compile(r"W\d+"), "/board/{partnership}/procedures/{code}"),
    (re.compile(r"D\d+"), "/board/{partnership}/decisions/{code}"),
    (re.compile(r"A\d+"), "/board/{partnership}/actions/{code}"),
    (re.compile(r"R\d+"), "/risks/{partnership}/{code}"),
)


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a partnership's pages; those that can be read as at an instant keep to ``as_at``."""

    partnership: str
    as_at: str = ""

    def room(self, *names: str) -> str:
        """Return the address of a room, or of a page in it: ``board``, ``actions``."""
        room, *below = names
        return self._as_at("/".join(("", room, self.partnership, *below)))

    def of(self, reference: str) -> str:
        """Return where what a reference stands for is shown; empty where it has no page."""
        code = short(self.partnership, reference)
        for pattern, place in _PLACES:
            if found := pattern.fullmatch(code):
                whole = full(self.partnership, code)
                named = {"partnership": self.partnership, "code": code, "reference": whole, **found.groupdict()}
                return self._as_at(place.format_map(named))
        return ""

    def partner(self, code: str) -> str:
        """Return the address of a partner's page."""
        return self.room("partners", code)

    def pack(self, meeting: str) -> str:
        """Return the address of a meeting's pack, which is the same at every instant."""
        return f"/packs/{self.partnership}/{short(self.partnership, meeting)}"

    def _as_at(self, address: str) -> str:
        if not self.as_at:
            return address
        path, hash_sign, anchor = address.partition("#")
        return f"{path}?{urlencode({'as_at': self.as_at})}{hash_sign}{anchor}"
