"""Ready means that this service's own parts get on, and says which does not."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from nats.errors import TimeoutError as NatsTimeout
from nats.js.errors import ServiceUnavailableError

from services.runtime.base.clock import SteppedClock
from services.runtime.base.health import Check, Health, ProbeResult
from services.runtime.base.telemetry import REGISTRY
from services.runtime.messaging.checks import blockage, consumer_check
from services.runtime.store.checks import database_check
from services.runtime.store.database import Database
from services.runtime.web.app import make_app
from tests.runtime.answering import calling, settings

NOW = datetime(2014, 10, 3, 16, 0, tzinfo=UTC)


async def sound() -> ProbeResult:
    return ProbeResult(True, "All is well.")


async def broken() -> ProbeResult:
    raise OSError("connection to postgresql://concordat:hunter2@db refused")


async def stuck() -> ProbeResult:
    await asyncio.sleep(60)
    return ProbeResult(True, "never said")


async def test_a_process_is_ready_only_between_its_start_and_its_stop() -> None:
    health = Health([Check("sound", sound)])
    async with calling(make_app(settings(), [], health=health)) as client:
        starting = await client.get("/health/ready")
        health.open()
        open_now = await client.get("/health/ready")
        health.close()
        stopping = await client.get("/health/ready")
    assert [each.status_code for each in (starting, open_now, stopping)] == [503, 200, 503]
    assert starting.json()["checks"][0] == {"name": "process", "ok": False, "message": "The process is starting."}
    assert open_now.json() == {
        "ready": True,
        "checks": [
            {"name": "process", "ok": True, "message": "The process has started."},
            {"name": "sound", "ok": True, "message": "All is well."},
        ],
    }


async def test_whoever_watches_with_a_token_of_yesterday_still_hears_how_the_process_is() -> None:
    health = Health([Check("sound", sound)])
    health.open()
    async with calling(make_app(settings(api_token="a-token-for-tests"), [], health=health)) as client:
        ready = await client.get("/health/ready", headers={"Authorization": "Bearer of-yesterday"})
    assert (ready.status_code, ready.json()["ready"]) == (200, True)


async def test_requests_may_be_sent_between_start_and_stop_whatever_the_checks_find() -> None:
    health = Health([Check("broken", broken)])
    async with calling(make_app(settings(), [], health=health)) as client:
        starting = await client.get("/health/serving")
        health.open()
        broken_now = await client.get("/health/serving")
        not_ready = await client.get("/health/ready")
        health.close()
        stopping = await client.get("/health/serving")
    assert [each.status_code for each in (starting, broken_now, not_ready, stopping)] == [503, 200, 503, 503]
    assert starting.json() == {"serving": False, "message": "The process is starting."}
    assert broken_now.json() == {"serving": True, "message": "The process has started."}
    assert stopping.json() == {"serving": False, "message": "The process is stopping."}


async def test_a_check_that_fails_makes_the_process_unready_and_tells_no_secret() -> None:
    health = Health([Check("sound", sound), Check("broken", broken)])
    health.open()
    async with calling(make_app(settings(), [], health=health)) as client:
        ready = await client.get("/health/ready")
        live = await client.get("/health/live")
    assert ready.status_code == 503
    assert {check["name"]: check["ok"] for check in ready.json()["checks"]}["broken"] is False
    assert "hunter2" not in ready.text
    assert live.json() == {"live": True}


async def test_a_check_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.runtime.base.health._SECONDS_FOR_A_CHECK", 0.05)
    readiness = await Health([Check("stuck", stuck)]).readiness()
    assert readiness.checks[1].ok is False
    assert "No answer" in readiness.checks[1].message


async def test_each_scrape_of_the_metrics_finds_how_the_process_is() -> None:
    found = [ProbeResult(True, "Well."), ProbeResult(False, "Not well.")]

    async def at_first_well() -> ProbeResult:
        return found.pop(0)

    health = Health([Check("at first well", at_first_well)])
    health.open()
    async with calling(make_app(settings(), [], health=health)) as client:
        first, second = [(await client.get("/metrics")).text for _ in range(2)]
    assert 'concordat_check_passed{check="at first well"} 1.0\n' in first
    assert "\nconcordat_ready 1.0\n" in first
    assert 'concordat_check_passed{check="at first well"} 0.0\n' in second
    assert 'concordat_check_passed{check="process"} 1.0\n' in second
    assert "\nconcordat_ready 0.0\n" in second


async def test_the_metrics_of_a_process_whose_check_hangs_come_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.runtime.base.health._SECONDS_FOR_A_CHECK", 0.05)
    async with calling(make_app(settings(), [], health=Health([Check("stuck", stuck)]))) as client:
        told = (await client.get("/metrics")).text
    assert 'concordat_check_passed{check="stuck"} 0.0\n' in told


def test_metrics_count_the_partnerships_that_are_blocked_and_name_none() -> None:
    for blocked in ({"LAP": "event 4 is missing", "WAY": "event 9 is missing"}, {}):
        blockage("reporting", blocked, "/packs/blocked-partnerships")
        assert REGISTRY.get_sample_value("concordat_blocked_partnerships", {"service": "reporting"}) == len(blocked)


async def test_a_database_that_answers_is_well(database: Database) -> None:
    assert await database_check("programme", database).probe() == ProbeResult(True, "The database answers.")


@pytest.mark.parametrize(
    ("lag", "progress_after", "ok", "message"),
    [
        (0, None, True, "Caught up."),
        (3, 56, True, "3 messages are waiting; catching up."),
        (1, 0, False, "1 message is waiting and none has been processed for 61 seconds: nobody answers."),
        (
            3,
            None,
            False,
            "3 messages are waiting and none has been processed for 61 seconds: nobody answers.",
        ),
    ],
)
async def test_a_consumer_is_well_when_it_has_caught_up_or_gets_on(
    lag: int, progress_after: int | None, ok: bool, message: str
) -> None:
    """It is looked at twice, 61 seconds apart; ``progress_after`` says when in between it took something in."""

    async def waiting() -> int:
        return lag

    clock = SteppedClock(NOW)
    last = None if progress_after is None else NOW + timedelta(seconds=progress_after)
    check = consumer_check(
        "journal", waiting, lambda: last, clock, stalled_seconds=60, trouble=lambda: "nobody answers"
    )
    assert (await check.probe()).ok
    clock.move_to(NOW + timedelta(seconds=61))
    assert await check.probe() == ProbeResult(ok, message)
    assert REGISTRY.get_sample_value("concordat_consumer_waiting", {"consumer": "journal"}) == lag


async def test_what_begins_to_wait_after_an_idle_day_is_no_day_late() -> None:
    async def waiting() -> int:
        return 1

    check = consumer_check("journal", waiting, lambda: NOW - timedelta(days=1), SteppedClock(NOW), stalled_seconds=60)
    assert await check.probe() == ProbeResult(True, "1 message is waiting; catching up.")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (NatsTimeout(), "The broker does not answer."),
        (
            ServiceUnavailableError(description="it rests"),
            "The broker does not serve its streams at present (it rests); of a cluster, most servers may be away.",
        ),
    ],
)
async def test_a_consumer_whose_broker_is_away_says_so(error: Exception, message: str) -> None:
    async def asked() -> int:
        raise error

    check = consumer_check("journal", asked, lambda: NOW, SteppedClock(NOW), stalled_seconds=60)
    assert await check.probe() == ProbeResult(False, message)
