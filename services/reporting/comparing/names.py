"""What the codes of two packs stand for, as the later one says it, or else the earlier one."""

from __future__ import annotations

from services.reporting.comparing.reported import Reported


class Names:
    """Names of partners and titles of commitments and projects; a code that has none stands for itself."""

    def __init__(self, earlier: Reported, later: Reported) -> None:
        self._of: dict[str, str] = {}
        for pack in (earlier, later):
            self._of |= {each.code: each.name for each in pack.partners}
            self._of |= {each.ref: each.title for each in pack.commitments}
            self._of |= {each.ref: each.title for each in pack.projects if each.title}

    def of(self, code: str) -> str:
        """Return the name of a partner, a commitment or a project."""
        return self._of.get(code, code)
