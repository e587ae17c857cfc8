"""The pages of reporting: each answer is kept until something that it shows has changed; some show what was issued."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from services.reporting.pages.issued_packs import IssuedPacks
from services.reporting.pages.queries import Queries
from services.runtime.web.kept_answers import keep_while
from services.runtime.web.lists.pages import Key, List, ListQuery
from services.runtime.web.partnership import site
from services.runtime.web.partnership.view import View


class Site(site.Site):
    """The pages of reporting."""

    def __init__(self, queries: Queries) -> None:
        super().__init__(queries, Path(__file__).parent / "templates")
        self.queries = queries

    def kept_data(
        self, request: Request, partnership: str, content: Callable[[View], Any], as_at: str = ""
    ) -> Response:
        """Answer with JSON about a partnership."""
        keep_while(request, self.queries.watch(partnership, as_at))
        return self.data(request, partnership, content, as_at)

    def page_with_packs(
        self,
        request: Request,
        template: str,
        partnership: str,
        content: Callable[[View, IssuedPacks], Mapping[str, Any]],
    ) -> Response:
        """Answer with a page about a partnership that also shows what has been issued."""
        keep_while(request, self.queries.watch(partnership))
        packs = IssuedPacks.of(self.queries, partnership)
        return self.page(request, template, partnership, lambda view: content(view, packs), beside=str(packs.tag))

    def data_with_packs(
        self, request: Request, partnership: str, content: Callable[[View, IssuedPacks], Any]
    ) -> Response:
        """Answer with JSON about a partnership and what has been issued."""
        keep_while(request, self.queries.watch(partnership))
        packs = IssuedPacks.of(self.queries, partnership)
        return self.data(request, partnership, lambda view: content(view, packs), beside=str(packs.tag))

    def rows_with_packs(
        self,
        request: Request,
        partnership: str,
        listing: List[BaseModel],
        rows: Callable[[View, IssuedPacks], Iterable[tuple[Key, BaseModel]]],
        wanted: ListQuery,
    ) -> Response:
        """Answer with a page of a list about a partnership and what has been issued."""
        keep_while(request, self.queries.watch(partnership))
        packs = IssuedPacks.of(self.queries, partnership)
        return self.rows(request, partnership, listing, lambda view: rows(view, packs), wanted, beside=str(packs.tag))
