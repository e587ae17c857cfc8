"""Addresses that pages once had. Links in e-mails, minutes and bookmarks keep them; they lead on to the new ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response


def redirects(addresses: Mapping[str, str]) -> APIRouter:
    """Return routes that answer 308 to each old address, with the same query. Both are templates of the same names."""
    router = APIRouter(include_in_schema=False)
    for old, new in addresses.items():
        router.add_api_route(old, _leading_to(new))
    return router


def _leading_to(new: str) -> Callable[[Request], Response]:
    def lead_on(request: Request) -> Response:
        path = new.format_map({name: quote(value, safe="") for name, value in request.path_params.items()})
        return RedirectResponse(f"{path}?{query}" if (query := request.url.query) else path, status_code=308)

    return lead_on
