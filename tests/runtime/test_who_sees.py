"""The table of who sees what covers paths by the longest that fits, and what stands in none of its rows is nobody's."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI
from starlette.requests import Request

from contracts.events.partnership import Role
from services.runtime.access.directory import KnownPerson
from services.runtime.access.elsewhere import elsewhere_of
from services.runtime.access.identity import SESSION, Identity
from services.runtime.access.roles import Roles, RolesIn
from services.runtime.access.sessions.session import Session
from services.runtime.access.table import Beyond, Row, Table
from services.runtime.store.database import Unavailable
from services.runtime.web.app import make_app
from services.runtime.web.doors import Doors
from tests.runtime.answering import calling, settings

SECRETARY = frozenset({Role.SECRETARY})


def row(what: str, *at: str, by: frozenset[Role] | Beyond = Beyond.EVERYBODY) -> Row:
    return Row(what=what, why="It is for tests.", seen_by=by, at=at)


TABLE = Table(
    (
        row("list", "/packs"),
        row("packs", "/packs/{partnership}", by=SECRETARY),
        row("files", "/packs/{partnership}/{meeting}/{name}", by=SECRETARY),
        row("letters", "/packs/dead-letters"),
    )
)


@pytest.mark.parametrize(
    ("path", "what", "partnership"),
    [
        ("/packs", "list", ""),
        ("/packs/", "list", ""),
        ("/packs/LAP", "packs", "LAP"),
        ("/packs/LAP/", "packs", "LAP"),
        ("/packs/LAP/B02", "packs", "LAP"),
        ("/packs/LAP/B02/pack.pdf", "files", "LAP"),
        ("/packs/LAP/B02/preview/pack.pdf", "files", "LAP"),
        ("/packs/dead-letters", "letters", ""),
        ("/packs/dead-letters/1", "letters", ""),  # as long as the other: a name goes before any name
        ("/packs/dead-letters/B02/pack.pdf", "files", "dead-letters"),
        ("/packs//B02/pack.pdf", "list", ""),
    ],
)
def test_the_row_that_covers_most_of_a_path_counts(path: str, what: str, partnership: str) -> None:
    place = TABLE.place_of(path)
    assert place is not None
    assert (place.row.what, place.partnership) == (what, partnership)


@pytest.mark.parametrize("path", ["/", "", "/pack/LAP", "//packs/LAP", "/PACKS/LAP"])
def test_what_no_row_covers_is_nobodys(path: str) -> None:
    assert TABLE.place_of(path) is None


def test_a_path_stands_in_one_row_and_what_is_seen_by_role_names_its_partnership() -> None:
    with pytest.raises(ValueError, match="stands in two rows"):
        Table((row("one", "/packs/{partnership}"), row("other", "/packs/{partnership}")))
    with pytest.raises(ValueError, match="names no partnership"):
        Table((row("packs", "/packs/{code}", by=SECRETARY),))


def test_an_application_with_a_route_that_stands_in_no_row_cannot_be_made() -> None:
    router = APIRouter()
    router.add_api_route("/attic/{partnership}", lambda: "everything")
    with pytest.raises(ValueError, match=r"/attic/\{partnership\} stands in no row"):
        make_app(settings(), [router])


async def test_what_was_typed_is_given_back_to_who_is_not_signed_in_any_more(tmp_path: Path) -> None:
    router = APIRouter()
    router.add_api_route("/projects/{partnership}", lambda: "done", methods=["POST"])
    typed = {"reason": "The <supplier> is gone.", "csrf": "of-before", "days": ["1", "2"]}
    async with calling(make_app(settings(), [router])) as client:
        answer = await client.post("/projects/LAP", data=typed, headers={"Accept": "text/html"})
        by_script = await client.post("/projects/LAP", data=typed, headers={"Accept": "application/json"})
    assert (answer.status_code, by_script.status_code) == (401, 401)
    assert 'action="/projects/LAP"' in answer.text
    assert "The &lt;supplier&gt; is gone." in answer.text
    assert answer.text.count('name="days"') == 2
    assert "of-before" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "Bearer" in by_script.headers["www-authenticate"]


async def test_roles_are_looked_up_once_a_second_and_anew_before_anybody_is_turned_away() -> None:
    now, held, asked = 0.0, {"LAP-U001": SECRETARY}, 0

    async def look_up(partnership: str) -> RolesIn:
        nonlocal asked
        asked += 1
        return RolesIn("London Archives Partnership", dict(held))

    roles = Roles(look_up, ticks=lambda: now)
    assert [await roles.held("LAP", "LAP-U001", SECRETARY) for _ in range(3)] == [SECRETARY] * 3
    assert asked == 1
    # a role that has begun holds at once
    held["LAP-U002"] = SECRETARY
    now = 0.5
    assert await roles.held("LAP", "LAP-U002", SECRETARY)
    # one that has ended is over within a second
    held.clear()
    now = 1.4
    assert await roles.held("LAP", "LAP-U001", SECRETARY)
    now = 1.6
    assert not await roles.held("LAP", "LAP-U001", SECRETARY)


OBSERVERS = frozenset({Role.OBSERVER})
ADA = Session(
    *("0" * 64, "ada@brent.example", "link"),
    people=tuple(KnownPerson(code, f"{code}-U001", "Ada") for code in ("LAP", "WMP", "LON", "OLD", "BAD")),
    csrf="1" * 64,
)


class Partnerships:
    """What a service knows of some partnerships: in one Ada holds no role any more, and the log of one is damaged."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def look_up(self, partnership: str) -> RolesIn:
        self.asked.append(partnership)
        if partnership == "BAD":
            raise Unavailable("the log is damaged")
        roles = frozenset() if partnership == "OLD" else SECRETARY if partnership == "LAP" else OBSERVERS
        return RolesIn(
            {"WMP": "Museums", "LON": "archives"}.get(partnership, partnership), {f"{partnership}-U001": roles}
        )


async def asked_for_page(doors: Doors, accept: str = "text/html", session: Session | None = ADA) -> Request:
    app = FastAPI()
    app.state.identity = Identity(None)
    scope = {"type": "http", "app": app, "method": "GET", "path": "/packs/LAP", "query_string": b""}
    scope |= {"headers": [(b"accept", accept.encode())], SESSION: session}
    request = Request(scope)
    await doors.refusal(scope, request.receive)
    return request


async def test_the_frame_names_the_other_partnerships_in_which_its_reader_holds_a_role() -> None:
    known = Partnerships()
    doors = Doors(TABLE, Identity(None), {"packs": Roles(known.look_up)})
    named = elsewhere_of(await asked_for_page(doors))
    assert named == (("LON", "archives"), ("WMP", "Museums"))
    assert elsewhere_of(await asked_for_page(doors, accept="application/json")) == ()
    assert elsewhere_of(await asked_for_page(doors, session=None)) == ()


async def test_other_partnerships_are_looked_up_once_a_second_also_where_one_holds_no_role() -> None:
    now, known = 0.0, Partnerships()
    doors = Doors(TABLE, Identity(None), {"packs": Roles(known.look_up, ticks=lambda: now)})
    for at, times in ((0.0, 1), (0.9, 1), (1.1, 2)):
        now = at
        await asked_for_page(doors)
        assert [known.asked.count(code) for code in ("LAP", "WMP", "LON", "OLD")] == [times] * 4
