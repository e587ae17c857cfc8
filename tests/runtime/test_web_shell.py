"""The shell: static files, security headers, HEAD, navigation, and an OpenAPI document that is true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import APIRouter, Request, Response

import services
from services.runtime.web.app import make_app
from services.runtime.web.headers import content_security_policy
from services.runtime.web.pages import Link, Pages, Visit
from services.runtime.web.static import content, static_url
from services.runtime.web.visits import visit_of
from tests.domain.history import History
from tests.parts.doors import OPEN
from tests.runtime.answering import SIGNED, calling, make_example, served, settings

NAVIGATION = [Link("Programme", "/programme"), Link("Packs", "/reporting/packs"), Link("Reports", "/reporting")]


def pages_app(folder: Path) -> APIRouter:
    (folder / "packs.html").write_text(
        '{% extends "layout.html" %}{% import "parts.html" as parts %}'
        "{% block main %}<h1>{{ title }}</h1>{{ parts.chip('met late', 'caution') }}{% endblock %}"
    )
    pages = Pages(folder)
    router = APIRouter()

    @router.get("/reporting/packs/{pack}", include_in_schema=False)
    async def get_pack(request: Request, pack: str) -> Response:
        cut_off = datetime(2014, 10, 3, 16, 0, tzinfo=UTC)
        return pages.render(request, "packs.html", {"title": pack}, as_at=cut_off)

    @router.get("/reporting/whole", include_in_schema=False)
    async def get_document() -> Response:
        policy = content_security_policy(inline_styles=["p { margin: 0 }"])
        return Response("<style>p { margin: 0 }</style>", headers={"Content-Security-Policy": policy})

    return router


async def test_every_answer_has_the_security_headers() -> None:
    async with calling(make_example()) as client:
        answers = [
            await client.get(path) for path in ("/health/live", "/nowhere", "/api/v1/fails/unforeseen", "/metrics")
        ]
    for answer in answers:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "script-src 'self';" in policy  # scripts of our own files alone, none that stands in a page
        assert "Strict-Transport-Security" not in answer.headers


async def test_over_https_browsers_are_told_to_stay_there() -> None:
    async with calling(make_example(public_url="https://concordat.example.org")) as client:
        answer = await client.get("/health/live")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


async def test_a_self_contained_document_brings_a_policy_of_its_own(tmp_path: Path) -> None:
    async with calling(make_app(settings(), [pages_app(tmp_path)], table=OPEN)) as client:
        policy = (await client.get("/reporting/whole")).headers["Content-Security-Policy"]
    # printf 'p { margin: 0 }' | openssl dgst -sha256 -binary | base64
    assert "style-src 'self' 'sha256-7IWhgxoOGTB5NQzjGk9OPt0FwhVeBvZGoWgF9xLLh8c='" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy


async def test_a_page_stands_in_the_shell_with_its_instant_and_its_place(tmp_path: Path) -> None:
    async with calling(make_app(settings(), [pages_app(tmp_path)], navigation=NAVIGATION, table=OPEN)) as client:
        text = (await client.get("/reporting/packs/LAP-B07")).text
    assert '<a href="/reporting/packs" aria-current="page">Packs</a>' in text
    assert text.count('aria-current="page"') == 1
    assert '<time datetime="2014-10-03T16:00:00+00:00">3 October 2014, 17:00 BST</time>' in text
    assert '<span class="chip chip-caution"><span class="chip-shape" aria-hidden="true"></span>met late</span>' in text
    assert "<script" not in text
    assert "style=" not in text


async def test_a_template_is_read_from_the_disk_once(tmp_path: Path) -> None:
    async with calling(make_app(settings(), [pages_app(tmp_path)], table=OPEN)) as client:
        first = await client.get("/reporting/packs/LAP-B07")
        (tmp_path / "packs.html").unlink()
        again = await client.get("/reporting/packs/LAP-B07")
    assert (again.status_code, again.text) == (200, first.text)


async def test_the_menu_of_a_page_has_the_rooms_of_its_partnership_and_no_dead_ends(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text('{% extends "layout.html" %}')
    router, pages = APIRouter(), Pages(tmp_path)

    @router.get("/projects/{partnership}", include_in_schema=False)
    async def get_page(request: Request, partnership: str) -> Response:
        visit = Visit(
            partnership, {"LAP": "London Archives Partnership", "WMP": "West Midlands"}, "Ada", "Lead for Brent"
        )
        return pages.render(request, "page.html", {}, visit=visit)

    rooms = [
        Link("Home", "/home/{partnership}"),
        Link("Projects", "/projects/{partnership}"),
        Link("Packs", "/packs/{partnership}"),
    ]
    async with calling(make_app(settings(), [router], navigation=rooms, table=OPEN)) as client:
        within = (await client.get("/projects/LAP")).text
        outside = (await client.get("/privacy")).text
    assert '<a href="/projects/LAP" aria-current="page">Projects</a>' in within
    assert '<a href="/packs/LAP">Packs</a>' in within
    assert '<a href="/home/WMP">West Midlands</a>' in within
    assert "Lead for Brent" in within
    assert '<a href="/home/">Home</a>' in outside
    assert "/projects/" not in outside
    assert "{partnership}" not in within + outside


async def test_the_foot_of_a_page_tells_the_time_by_the_clocks_of_its_partnership(tmp_path: Path) -> None:
    # given
    (tmp_path / "page.html").write_text('{% extends "layout.html" %}')
    router, pages, noon = APIRouter(), Pages(tmp_path), datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
    far_west = History("BRE").register()
    far_west.partnership.calendar = replace(far_west.calendar, timezone="America/St_Johns")

    @router.get("/projects/{partnership}", include_in_schema=False)
    async def get_page(request: Request, partnership: str) -> Response:
        visit = visit_of(request, far_west, noon.date()) if partnership == "LAP" else Visit()
        return pages.render(request, "page.html", {}, visit=visit, as_at=noon)

    # when
    async with calling(make_app(settings(), [router], table=OPEN)) as client:
        of_partnership = (await client.get("/projects/LAP")).text
        of_none = (await client.get("/projects/all")).text
    # then
    assert "26 November 2026, 08:30 NST" in of_partnership
    assert "26 November 2026, 12:00 GMT" in of_none


@pytest.mark.parametrize("path", ["/office/LAP/people", "/emails/LAP", "/keys"])
async def test_the_menu_marks_the_room_of_a_page_at_each_of_its_first_segments(tmp_path: Path, path: str) -> None:
    # given
    (tmp_path / "page.html").write_text('{% extends "layout.html" %}')
    router, pages = APIRouter(), Pages(tmp_path)

    @router.get(path, include_in_schema=False)
    async def get_page(request: Request) -> Response:
        visit = Visit("LAP", {"LAP": "London Archives Partnership"}) if "LAP" in path else Visit()
        return pages.render(request, "page.html", {}, visit=visit)

    rooms = [
        Link("Home", "/home/{partnership}"),
        Link("Packs", "/packs/{partnership}"),
        Link("Office", "/office/{partnership}", also=("/emails/{partnership}", "/keys")),
    ]
    # when
    async with calling(make_app(settings(), [router], navigation=rooms, table=OPEN)) as client:
        page = (await client.get(path)).text
    # then a page about no partnership leads nowhere but to itself
    room = "/office/LAP" if "LAP" in path else path
    assert f'<a href="{room}" aria-current="page">Office</a>' in page
    assert page.count('aria-current="page"') == 1
    assert ("Packs" in page) is ("LAP" in path)


@pytest.mark.parametrize("path", ["/accessibility", "/privacy"])
async def test_every_page_leads_to_what_it_promises_people(path: str) -> None:
    async with calling(make_example()) as client:
        answer = await client.get(path)
        elsewhere = await client.get("/nowhere", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert f'href="{path}"' in answer.text
    assert f'href="{path}"' in elsewhere.text


async def test_the_root_leads_to_the_first_place_of_the_navigation() -> None:
    async with calling(make_app(settings(), [], navigation=NAVIGATION, table=OPEN)) as client:
        answer = await client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (307, "/programme")
    async with calling(make_app(settings(), [], table=OPEN)) as client:
        assert (await client.get("/")).status_code == 404


async def test_static_files_are_kept_by_browsers_for_as_long_as_they_stay_the_same() -> None:
    async with calling(make_example()) as client:
        for_ever = await client.get(static_url("concordat.css"))
        a_day = await client.get("/static/concordat.css")
        again = await client.get("/static/concordat.css", headers={"If-None-Match": for_ever.headers["ETag"]})
    assert for_ever.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert for_ever.headers["Content-Type"] == "text/css; charset=utf-8"
    assert a_day.headers["Cache-Control"] == "public, max-age=86400"
    assert again.status_code == 304
    assert again.content == b""


async def test_a_static_file_that_a_page_of_another_version_asks_for_is_not_kept_under_that_address() -> None:
    async with calling(make_example()) as client:
        answer = await client.get("/static/concordat.css?v=of-another-version")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "name", ["../app.py", "..%2Fapp.py", "fonts/../app.py", "fonts/Courier.ttf", "", "nothing.css"]
)
async def test_nothing_but_static_files_can_be_had_as_one(name: str) -> None:
    async with calling(make_example()) as client:
        assert (await client.get(f"/static/{name}")).status_code == 404


async def test_everything_the_style_sheet_names_is_there() -> None:
    named = re.findall(rb'url\("([^"]+)"\)', content("concordat.css"))
    assert named
    async with calling(make_example()) as client:
        for name in named:
            answer = await client.get(f"/static/{name.decode()}")
            assert answer.status_code == 200
            assert answer.content[:4] == b"wOF2"
        assert b"SIL OPEN FONT LICENSE" in (await client.get("/static/fonts/LICENCE.txt")).content


async def test_head_is_answered_like_get_without_the_content() -> None:
    async with served(make_example()) as client:
        full = await client.get("/api/v1/partners")
        head = await client.head("/api/v1/partners")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["Content-Length"] == full.headers["Content-Length"]


async def test_the_openapi_document_names_the_problems_that_an_operation_gives() -> None:
    async with calling(make_example()) as client:
        document = (await client.get("/api/v1/openapi.json")).json()
    change = document["paths"]["/api/v1/programme"]["post"]
    assert sorted(change["responses"]) == ["200", "400", "401", "403", "413", "415", "422", "500", "503"]
    for status, response in change["responses"].items():
        wanted = ["application/json"] if status == "200" else ["application/problem+json"]
        assert list(response["content"]) == wanted
    assert sorted(document["paths"]["/api/v1/fails/{how}"]["get"]["responses"]) == [
        *("200", "400", "414", "422", "500", "503")
    ]
    assert {"Problem", "FieldFault"} <= set(document["components"]["schemas"])
    assert not {"HTTPValidationError", "ValidationError"} & set(document["components"]["schemas"])
    assert document["components"]["securitySchemes"]["ApiToken"]["scheme"] == "bearer"


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
async def test_no_page_loads_anything_from_elsewhere(path: str) -> None:
    async with calling(make_example()) as client:
        assert (await client.get(path, headers=SIGNED)).status_code == 404


def stacked_tables() -> Iterator[tuple[Path, str]]:
    for template in sorted(Path(services.__path__[0]).rglob("templates/*.html")):
        for table in re.findall(
            r'call parts\.table\([^%]*"stacked"[^%]*%\}(.*?)\{% endcall', template.read_text(), re.DOTALL
        ):
            yield template, table


def test_each_cell_of_a_row_that_folds_says_its_heading() -> None:
    tables = list(stacked_tables())
    assert len(tables) > 5
    for template, table in tables:
        headings = {re.sub(r"<.*?>", "", each) for each in re.findall(r"<th scope=\"col\".*?</th>", table)}
        headings |= set(re.findall(r'sort_heading\([^)]*?, "[^"]*", "([^"]*)"', table))
        for cell in re.findall(r"<td[^>]*>", table):
            label = re.search(r'data-label="([^"]*)"', cell)
            assert label, (template.name, cell)
            assert label[1] in headings, (template.name, cell, headings)
