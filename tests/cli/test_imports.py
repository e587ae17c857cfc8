"""A command loads what it uses, and nothing for the sake of the others: most of a short one's time is importing."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from services.cli import main
from tests.benchmarks.children import ROOT, environment

FILE = "examples/small/northern-fire.yaml"
WEB = {"fastapi", "starlette", "httptools", "h11", "services.runtime.web.app", "services.programme.api"}
STORAGE = {"sqlalchemy", "sqlite3", "psycopg"}
BROKER = {"nats", "faststream", "asyncio", "uvloop"}
PACKS = {"typst", "fontTools", "jinja2", "xlsxwriter"}
MAIL = {"aiosmtplib", "icalendar", "httpx"}
WATCHING = {"opentelemetry", "prometheus_client", "structlog"}
SETTINGS = {"pydantic_settings", "services.runtime.base.settings"}

_LOADED_BY = """
import json, sys
from services.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
sys.stderr.write("\\n" + json.dumps(list(sys.modules)))
"""


def loaded_by(*arguments: str, data: Path | None = None) -> set[str]:
    """Return every module that a process has loaded once it has carried ``concordat arguments`` out.

    ``data`` is the data folder of the deployment that the command is about.
    """
    done = subprocess.run(
        [sys.executable, "-c", _LOADED_BY, *arguments],
        cwd=ROOT,
        env=environment({} if data is None else {"CONCORDAT_DATA_DIR": str(data)}),
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("faulty", [False, True])
def test_check_loads_the_rules_and_no_machinery(faulty: bool, tmp_path: Path) -> None:
    # given
    file = tmp_path / "file.yaml"
    content = (ROOT / FILE).read_text()
    file.write_text(content.replace("partner: DUR", "partner: NOBODY") if faulty else content)
    # when
    loaded = loaded_by("check", str(file))
    # then
    assert "services.programme.core.deciding" in loaded
    assert (
        loaded & (WEB | STORAGE | BROKER | PACKS | MAIL | WATCHING | SETTINGS | {"uvicorn", "services.reporting"})
        == set()
    )


def test_pack_loads_neither_the_web_nor_mail_nor_migrations_nor_what_makes_typefaces(tmp_path: Path) -> None:
    loaded = loaded_by("pack", FILE, "--meeting", "B02", "--out", str(tmp_path))
    assert loaded >= {"typst", "nats", "faststream", "sqlalchemy"}
    assert (
        loaded
        & (WEB | MAIL | {"alembic", "fontTools.subset", "brotli", "opentelemetry.exporter", "services.notifications"})
        == set()
    )


@pytest.mark.parametrize("arguments", [["migrate", "--check"], ["verify"]], ids=" ".join)
def test_what_works_on_databases_loads_neither_the_web_nor_what_hands_messages_over_nor_what_asks_over_http(
    arguments: Sequence[str], tmp_path: Path
) -> None:
    loaded = loaded_by(*arguments, data=tmp_path)
    assert "sqlalchemy" in loaded
    assert loaded & (WEB | MAIL | {"faststream", "uvicorn"}) == set()


def test_what_a_command_has_loaded_is_never_looked_through_for_garbage() -> None:
    # given
    before = gc.get_freeze_count()
    try:
        # when
        main(["check", str(ROOT / FILE)])
        # then
        assert gc.get_freeze_count() > before
        assert gc.isenabled()
    finally:
        gc.unfreeze()


@pytest.mark.parametrize("arguments", [["--help"], ["pack", "--help"], ["check"], ["fly"]])
def test_help_loads_nothing_but_itself(arguments: Sequence[str]) -> None:
    loaded = loaded_by(*arguments)
    everything = WEB | STORAGE | BROKER | PACKS | MAIL | WATCHING | SETTINGS | {"pydantic", "yaml", "holidays"}
    assert loaded & everything == set()
