"""A file that somebody chooses on a page: taken from who is known, up to its limit, and from nobody else."""

from __future__ import annotations

import pytest

from services.runtime.web import bodies
from services.runtime.web.bodies import LARGEST_FILE
from tests.parts.waiting import STILL_SECONDS
from tests.runtime.answering import SIGNED, make_example, served

PATH = "/api/v1/file/upload"


@pytest.mark.parametrize(
    ("files", "answer"),
    [
        ({"file": ("plan.xlsx", b"PK")}, {"typed": "so", "name": "plan.xlsx", "bytes": 2}),
        ({"file": ("C:\\Users\\lead\\plan.csv", b"a,b")}, {"typed": "so", "name": "plan.csv", "bytes": 3}),
        ({"file": ("../../etc/passwd", b"")}, {"typed": "so", "name": "passwd", "bytes": 0}),
        ({"other": ("plan.xlsx", b"PK")}, {"typed": "so", "name": None, "bytes": None}),
        ({"file": ("", b"")}, {"typed": "so", "name": None, "bytes": None}),
    ],
    ids=["file", "path of Windows", "path upwards", "another field", "none chosen"],
)
async def test_a_form_has_a_file_beside_what_was_typed(files, answer) -> None:
    async with served(make_example()) as client:
        sent = await client.post(PATH, headers=SIGNED, data={"why": "so"}, files=files)
    assert sent.json() == answer


async def test_a_file_may_be_as_large_as_files_may_and_no_larger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "_LINGER_SECONDS", STILL_SECONDS)  # a busy machine may take long to send the rest
    async with served(make_example()) as client:
        taken = await client.post(PATH, headers=SIGNED, files={"file": ("plan.csv", b"x" * LARGEST_FILE)})
        refused = await client.post(PATH, headers=SIGNED, files={"file": ("plan.csv", b"x" * (LARGEST_FILE + 65_536))})
        elsewhere = await client.post("/api/v1/form", headers=SIGNED, files={"file": ("plan.csv", b"x" * 65_536)})
    assert taken.json()["bytes"] == LARGEST_FILE
    assert (refused.status_code, elsewhere.status_code) == (413, 413)


async def test_nothing_is_taken_from_who_is_not_signed_in() -> None:
    async with served(make_example()) as client:
        refused = await client.post(PATH, files={"file": ("plan.csv", b"a,b")})
    assert refused.status_code == 401
    assert refused.json()["detail"] == "You are not signed in, or no longer. Sign in, then choose the file again."


async def test_a_form_without_a_place_for_files_is_refused() -> None:
    async with served(make_example()) as client:
        refused = await client.post(PATH, headers=SIGNED, data={"why": "so"})
    assert refused.status_code == 415
