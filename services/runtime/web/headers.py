"""Security headers of every answer. A response that sets one of them itself keeps its own."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256

Header = tuple[bytes, bytes]


def content_security_policy(*, inline_styles: Iterable[str] = ()) -> str:
    """Return the policy of a page: nothing but its own style sheet, fonts, images and scripts, and no inline script.

    A self-contained document, such as a pack, names the exact text of each of its ``<style>`` elements in
    ``inline_styles``; their hashes are then let in, and no script at all. ``style=""`` attributes never are.
    """
    hashes = " ".join(f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" for style in inline_styles)
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src 'self' {hashes}".rstrip(),
            "font-src 'self' data:" if hashes else "font-src 'self'",
            "img-src 'self' data:",
            *(() if hashes else ("script-src 'self'", "connect-src 'self'")),
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


_ALWAYS: Mapping[str, str] = {
    "Content-Security-Policy": content_security_policy(),
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": with that a browser sends a page's own form with the origin "null", as a stranger's.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cache-Control": "private, no-cache",
}
_KEPT = b"cache-control"
_NOT_STORED: Header = (_KEPT, b"no-store")
_ONE_YEAR = "max-age=31536000; includeSubDomains"


class AnswerHeaders:
    """The headers above; over HTTPS also Strict-Transport-Security."""

    def __init__(self, *, https: bool) -> None:
        headers = {**_ALWAYS, "Strict-Transport-Security": _ONE_YEAR} if https else _ALWAYS
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        self._names = frozenset(name for name, _ in self._headers)

    def added_to(self, own: Iterable[Header], more: Header, *, personal: bool = False) -> list[Header]:
        """Return an answer's own headers, ``more``, and those of these that it does not set itself.

        What is ``personal``, since somebody is signed in, is stored nowhere: not in a browser that others use either.
        """
        complete = [*own, more]
        if personal:
            complete = [*(each for each in complete if each[0].lower() != _KEPT), _NOT_STORED]
        named = self._names.intersection([name.lower() for name, _ in complete])
        return complete + ([each for each in self._headers if each[0] not in named] if named else self._headers)
