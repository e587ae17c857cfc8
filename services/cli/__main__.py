"""``python -m services.cli``: the command, where its script is not on the path."""

from __future__ import annotations

import sys

from services.cli import main

sys.exit(main())
