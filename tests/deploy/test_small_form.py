"""The small form's own settings, in a real process: what ``deploy/compose.small.yaml`` gives is enough for packs."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import yaml

from tests.cli.command import Running
from tests.faults.story import programme_file
from tests.parts.child import HOST, free_port
from tests.parts.smtp import SmtpServer
from tests.parts.waiting import until_now
from tests.tooling.repository import ROOT

TOKEN = "only-for-tests-and-for-nobody-else"
#: Nobody inside the container reaches it: a proxy stands before it, or it is a name that the world alone knows.
PUBLIC_URL = "https://concordat.invalid"


PACK = "/packs/SFA/B01/pack.pdf"


def settings(folder: Path, port: int, mail: SmtpServer) -> dict[str, str]:
    """Return the environment of the container, but for what is the machine's: folders, the port and the mail server."""
    described = yaml.safe_load((ROOT / "deploy" / "compose.small.yaml").read_text())
    given = {
        "CONCORDAT_PUBLIC_URL": PUBLIC_URL,
        "CONCORDAT_SMTP_HOST": mail.host,
        "CONCORDAT_SMTP_PORT": str(mail.port),
    }
    written = described["services"]["concordat"]["environment"]
    own = {name: _filled_in(value, given) if value else given[name] for name, value in written.items()}
    (folder / "secrets").mkdir()
    (folder / "secrets" / "concordat_api_token").write_text(TOKEN)
    return {name: value.replace("localhost:8080", f"{HOST}:{port}") for name, value in own.items()} | {
        "CONCORDAT_SECRETS_DIR": str(folder / "secrets"),
        "CONCORDAT_DATA_DIR": str(folder / "data"),
        "CONCORDAT_PORT": str(port),
        "CONCORDAT_LOG_FORMAT": "json",  # as in the image
    }


def _filled_in(value: str, given: dict[str, str]) -> str:
    return re.sub(r"\$\{(\w+):-([^}]*)\}", lambda found: given.get(found[1], found[2]), value)


def due_now() -> bytes:
    """Return a partnership whose pack is due at once: its board meets tomorrow, and has known it for weeks."""
    today = datetime.now(UTC).date()
    dates = {
        "2014-04-01": today - timedelta(days=60),
        "2015-07-01": today - timedelta(days=40),
        "2015-07-16": today + timedelta(days=1),
        "2015-10-15": today + timedelta(days=90),
        "2015-12-19": today + timedelta(days=200),
    }
    content = programme_file("SFA").decode()
    for written, wanted in dates.items():
        content = content.replace(written, str(wanted))
    return content.encode()


def test_notifications_fetches_a_pack_whatever_stands_before_the_public_address(tmp_path: Path) -> None:
    port = free_port()
    with SmtpServer() as mail, Running(("serve", "all"), settings(tmp_path, port, mail)) as running:

        def brought_in() -> bool:
            try:
                answer = httpx.post(
                    f"http://{HOST}:{port}/api/v1/imports",
                    content=due_now(),
                    headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/yaml"},
                    timeout=60,
                    trust_env=False,
                )
            except httpx.TransportError:
                return False
            assert answer.status_code in {httpx.codes.CREATED, httpx.codes.SERVICE_UNAVAILABLE}, answer.text
            return answer.status_code == httpx.codes.CREATED

        def fetched() -> bool:
            """Say whether the pack was asked for, which nobody else does here, and answered."""
            return any(PACK in line and '"status":200' in line for line in running.complaints.splitlines())

        until_now(brought_in, lambda: running.complaints, what="the partnership")
        until_now(fetched, lambda: running.complaints, what="the pack, as notifications has it")
        assert running.interrupt()[0] == 0


def test_programme_is_asked_where_reporting_is(tmp_path: Path) -> None:
    with SmtpServer() as mail:
        own = settings(tmp_path, 8080, mail)
    assert own["CONCORDAT_PROGRAMME_URL"] == own["CONCORDAT_REPORTING_URL"] != PUBLIC_URL
