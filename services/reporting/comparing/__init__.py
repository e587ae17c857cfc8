"""Two packs of one partnership side by side: what changed between them, in words and in figures.

Pure, and from what the two editions themselves say in their pack.json: so the command line, which has only the files,
the page and the API say the same.
"""

from __future__ import annotations

from services.reporting.comparing.compare import compare
from services.reporting.comparing.comparison import Change, Comparison, Figure, Group, Way
from services.reporting.comparing.reported import NotComparable, Reported, read

__all__ = ["Change", "Comparison", "Figure", "Group", "NotComparable", "Reported", "Way", "compare", "read"]
