"""Which form a caller sends and wants: ``Content-Type`` and ``Accept`` (RFC 9110, sections 8.3 and 12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request

_FOR_SOFTWARE = ("/api/", "/health/", "/metrics")
_FOR_PEOPLE = "/api/docs"


def wants_page(request: Request) -> bool:
    """Say whether an error is to be shown as a page: a browser asked, and not for a path that software uses."""
    path = request.url.path
    if path.startswith(_FOR_SOFTWARE) and not path.startswith(_FOR_PEOPLE):
        return False
    accept = request.headers.get("accept", "")
    return "text/html" in accept and best_of(accept, ("text/html", "application/problem+json")) == "text/html"


def is_json_type(content_type: str) -> bool:
    """Say whether a ``Content-Type`` names JSON: ``application/json`` or ``application/…+json``."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def best_of(accept: str, offers: Sequence[str]) -> str | None:
    """Return the offer that ``accept`` likes best, the earlier one of equals; None where it takes none of them."""
    if not accept.strip():
        return offers[0]
    ranges = [_range(part) for part in accept.split(",")]
    quality, offer = max(((_quality(offer, ranges), offer) for offer in offers), key=lambda pair: pair[0])
    return offer if quality > 0 else None


def _range(part: str) -> tuple[str, float]:
    media, *parameters = (piece.strip() for piece in part.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return media.lower(), min(max(float(value), 0.0), 1.0)
            except ValueError:
                return media.lower(), 0.0
    return media.lower(), 1.0


def _quality(offer: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Return the quality of the most specific range that takes the offer in."""
    main = offer.partition("/")[0]
    for pattern in (offer, f"{main}/*", "*/*"):
        for media, quality in ranges:
            if media == pattern:
                return quality
    return 0.0
