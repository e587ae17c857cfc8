"""No e-mail address is kept or shown here: it is left out of whatever a mail server said."""

from __future__ import annotations

import re

_ANY_ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>@]+>?")


def without_addresses(text: str, recipient: str) -> str:
    """Return what a mail server said with every address left out: it often repeats the recipient's."""
    known = re.sub(f"<?{re.escape(recipient)}>?", "(address)", text, flags=re.IGNORECASE) if recipient else text
    return _ANY_ADDRESS.sub("(address)", known)
