"""How a page of a list is answered, and what the OpenAPI document says of that."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from services.runtime.web.etags import TAGGED, quoted_tag
from services.runtime.web.lists.csv_text import MEDIA_TYPE, csv_text
from services.runtime.web.lists.pages import ListQuery, Page
from services.runtime.web.openapi import problems

CSV = "text/csv"


def list_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the ``responses=`` of a route that answers with a list, beside the problems of these statuses."""
    return {
        **TAGGED,
        200: {
            "description": "The rows, in the order of their keys.",
            "headers": {
                **TAGGED[200]["headers"],
                "Link": {
                    "description": 'The next page, with rel="next"; missing on the last one.',
                    "schema": {"type": "string"},
                },
            },
            "content": {CSV: {"schema": {"type": "string"}}},
        },
        **problems(*statuses),
    }


def content_of(page: Page, shape: type[BaseModel], wanted: ListQuery) -> bytes:
    """Return the rows of a page in the form that is wanted."""
    if wanted.format == "csv":
        return csv_text(shape, page.rows)
    return _adapter(shape).dump_json(list(page.rows), by_alias=True)


def list_answer(
    request: Request, content: bytes, wanted: ListQuery, *, cursor: str | None, tag: object, saved_as: str
) -> Response:
    """Answer with the content of a page. ``tag`` is the version of the list, ``saved_as`` the name of its file."""
    as_csv = wanted.format == "csv"
    headers = {"ETag": quoted_tag(f"{tag}-csv" if as_csv else tag)}
    if as_csv:
        headers["Content-Disposition"] = f'attachment; filename="{saved_as}.csv"'
    if cursor is not None:
        headers["Link"] = f'<{_with(request, cursor)}>; rel="next"'
    return Response(content, media_type=MEDIA_TYPE if as_csv else "application/json", headers=headers)


def _with(request: Request, cursor: str) -> str:
    asked = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    return f"{request.url.path}?{urlencode([*asked, ('cursor', cursor)])}"


@cache
def _adapter(shape: type[BaseModel]) -> TypeAdapter[Any]:
    return TypeAdapter(list[shape])  # type: ignore[valid-type]
