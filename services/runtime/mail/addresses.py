"""No e-mail address is kept or shown here: it is left out of whatever a mail server said."""

from __future__ import annotations

import re

_ANY_ADDRESS = re.compile(r"<?(?<![^\s<>@])[^\s<>@]+@[^\s<>@]+>?")


def without_person(text: str, name: str, address: str) -> str:
    """Return what a mail server said with the recipient's name left out, and what their address is made of."""
    local = address.rpartition("@")[0]
    for part, instead in ((name.strip(), "(name)"), (address, "(address)"), (local, "(address)")):
        if len(part) > 1:
            text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", instead, text, flags=re.IGNORECASE)
    return text


def without_addresses(text: str, recipient: str) -> str:
    """Return what a mail server said with every address left out: it often repeats the recipient's."""
    known = re.sub(f"<?{re.escape(recipient)}>?", "(address)", text, flags=re.IGNORECASE) if recipient else text
    return _ANY_ADDRESS.sub("(address)", known)
