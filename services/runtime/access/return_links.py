"""Links that open one return without sign-in: what stands in a reminder, and the word of programme that it may be used.

A link is an HMAC, stored nowhere: whoever has the e-mail shows that it went to the address that its person still has.
Access opens the return for it, and knows no register. So programme, which does, vouches for an hour that the return is
open and the person's. The keys follow from the services' own token; without one there are no links.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from contracts.paths import path_of_return
from services.runtime.access.service_token import service_token_of
from services.runtime.base.clock import Clock, SystemClock
from services.runtime.base.settings import Settings

LINK_LASTS = timedelta(days=60)
"""For how long a link works at most. It lives in real time, whatever clock the partnerships run on."""
WORD_LASTS = timedelta(hours=1)
"""For how long the word of programme holds; the page that asks for the button may lie open so long."""
_LINK, _WORD = b"concordat: the link of a reminder", b"concordat: the word of programme"
_WRITTEN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._:-]{0,63})\.(\d{10})\.([0-9a-f]{32})")
"""The person, when it was made, and the seal: hexadecimal, since mail software takes no such end for punctuation."""


@dataclass(frozen=True, slots=True)
class ReturnLink:
    """A link that was made for a person, and what it opens: the return that lies at ``path``."""

    partnership: str
    quarter: str
    partner: str
    person: str
    made_at: datetime

    @property
    def path(self) -> str:
        """Where the return lies."""
        return path_of_return(self.partnership, self.quarter, self.partner)


class ReturnLinks:
    """Writes links and reads them, and gives and takes the word of programme."""

    def __init__(self, secret: str, clock: Clock | None = None) -> None:
        self._secret = secret.encode()
        self._clock = clock or SystemClock()

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """Return the links of a deployment; None where its services have no token to make them with."""
        token = service_token_of(settings)
        return None if token is None else cls(token.get_secret_value())

    def key(self, partnership: str, quarter: str, partner: str, person: str, address: str) -> str:
        """Return what stands in a link that is made now, for a person whose address has this key."""
        made_at = self._clock.now().replace(microsecond=0)
        link = ReturnLink(partnership, quarter, partner, person, made_at)
        return f"{person}.{made_at.timestamp():.0f}.{self._seal_of(link, address)}"

    def written(self, partnership: str, quarter: str, partner: str, key: str) -> ReturnLink | None:
        """Return the link that a key says it is of, unproved; None for what cannot be one or is too old."""
        found = _WRITTEN.fullmatch(key)
        if found is None:
            return None
        made_at = datetime.fromtimestamp(int(found[2]), UTC)
        link = ReturnLink(partnership, quarter, partner, found[1], made_at)
        return link if self._clock.now() - made_at < LINK_LASTS else None

    def proves(self, link: ReturnLink, key: str, address: str | None) -> bool:
        """Say whether a link was made here, for the address that its person has now."""
        seal = key.rpartition(".")[2]
        return address is not None and hmac.compare_digest(seal, self._seal_of(link, address))

    def word(self, *said: str) -> str:
        """Return programme's word on something, which holds for an hour from now."""
        until = f"{(self._clock.now() + WORD_LASTS).timestamp():.0f}"
        return f"{until}.{self._seal(_WORD, until, *said)}"

    def takes_word(self, word: str, *said: str) -> bool:
        """Say whether this is programme's word on just that, and still holds."""
        until, _, seal = word.partition(".")
        is_genuine = hmac.compare_digest(seal.encode(), self._seal(_WORD, until, *said).encode())
        return is_genuine and self._clock.now().timestamp() < int(until)

    def _seal_of(self, link: ReturnLink, address: str) -> str:
        return self._seal(_LINK, link.path, link.person, f"{link.made_at.timestamp():.0f}", address)

    def _seal(self, purpose: bytes, *said: str) -> str:
        """Return 128 bits that only who has the secret can make of this; no text can be moved from one to the next."""
        key = hmac.digest(self._secret, purpose, "sha256")
        return hmac.digest(key, "\0".join(said).encode(), "sha256")[:16].hex()
