"""One trace leads from a request through the log and the broker to whoever took the event in, and to the e-mail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from services.runtime.base.settings import load_settings
from tests.cli.command import Running
from tests.parts.child import HOST, free_port
from tests.parts.collector import Collector
from tests.parts.smtp import SmtpServer
from tests.parts.tokens import Software
from tests.parts.waiting import until_now

TOKEN = "only-for-tests"
TRACE = "0af7651916cd43dd8448eb211c80319c"
ASKED_BY = "b7ad6b7169203331"


def ready(client: httpx.Client) -> bool:
    try:
        return client.get("/health/ready").status_code == 200
    except httpx.TransportError:
        return False


def without_parent(collector: Collector) -> set[str]:
    """Return the names of the spans of the trace whose parents have not come: these are sent once they end."""
    spans = collector.of(TRACE).values()
    inside = {span.id for span in spans} | {ASKED_BY}
    return {span.name for span in spans if span.parent not in inside}


def test_a_request_its_event_who_takes_it_in_and_the_e_mail_are_one_trace(
    tmp_path: Path, smtp_server: SmtpServer
) -> None:
    port = free_port()
    with Collector() as collector:
        environment = {
            "CONCORDAT_DATA_DIR": str(tmp_path),
            "CONCORDAT_PORT": str(port),
            "CONCORDAT_API_TOKEN": TOKEN,
            "CONCORDAT_SMTP_HOST": smtp_server.host,
            "CONCORDAT_SMTP_PORT": str(smtp_server.port),
            "CONCORDAT_OTLP_ENDPOINT": collector.url,
            "OTEL_BSP_SCHEDULE_DELAY": "100",
        }
        software = Software(load_settings(data_dir=tmp_path, api_token=TOKEN))
        client = httpx.Client(base_url=f"http://{HOST}:{port}", auth=software, timeout=60, trust_env=False)
        with Running(("serve", "all"), environment), client:
            until_now(lambda: ready(client), what="readiness")
            # given
            today = datetime.now(UTC).date()
            formed = {"code": "LAP", "name": "London", "formed_on": str(today), "holidays": "none"}
            assert client.post("/api/v1/partnerships", json=formed).status_code == 201
            commands = "/api/v1/partnerships/LAP/commands"
            for command, fields in (
                ("admit-partner", {"code": "BRE", "name": "Brent", "kind": "other", "joined_on": str(today)}),
                (
                    "appoint-person",
                    {"name": "A Name", "email": "a@brent.example", "partner": "BRE", "roles": ["board_member"]},
                ),
            ):
                answer = client.post(f"{commands}/{command}", json=fields)
                assert answer.is_success, answer.text
            # when
            meeting = {"code": "B01", "date": str(today + timedelta(days=60)), "time": "14:00"}
            traced = {"traceparent": f"00-{TRACE}-{ASKED_BY}-01"}
            answer = client.post(f"{commands}/schedule-meeting", json=meeting, headers=traced)
            assert answer.is_success, answer.text
            # then
            wanted = {
                "reporting meeting-scheduled",
                "programme.LAP.meeting-scheduled publish",
                "programme.LAP.meeting-scheduled process",
                "e-mail invitation",
            }
            until_now(
                lambda: collector.of(TRACE).keys() >= wanted and not without_parent(collector),
                lambda: len(collector.spans),
                what=f"{wanted}, each with what it is a part of,",
            )
            spans = collector.of(TRACE)
            [request] = [span for span in spans.values() if span.parent == ASKED_BY]
            assert request.name.startswith("POST ")
            published = spans["programme.LAP.meeting-scheduled publish"]
            handled = spans["programme.LAP.meeting-scheduled process"]
            followed, e_mail = spans["reporting meeting-scheduled"], spans["e-mail invitation"]
            assert [each.parent for each in (published, followed, handled, e_mail)] == [
                *(request.id, published.id, published.id),
                handled.id,
            ]
            # and: as the conventions for messaging have it
            kinds = [each.kind for each in (request, published, followed, handled)]
            assert kinds == ["SERVER", "PRODUCER", "CONSUMER", "CONSUMER"]
            told = {
                "messaging.system": "nats",
                "messaging.destination.name": "programme.LAP.meeting-scheduled",
                "messaging.message.id": "programme-LAP-5",
            }
            assert all(span.attributes.items() >= told.items() for span in (published, followed))
            assert followed.attributes["messaging.consumer.group.name"] == "reporting"
            assert without_parent(collector) == set()
