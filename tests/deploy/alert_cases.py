"""For each alert what it comes for and what it does not come for, as series of one sample a minute."""

from __future__ import annotations

from dataclasses import dataclass, field

ONE = 'job="concordat", instance="a:8080"'


@dataclass(frozen=True)
class Case:
    """At ``at`` ``fires`` has brought the alert, with ``labels`` and ``summary``; ``quiet`` has not."""

    alert: str
    summary: str
    fires: dict[str, str]
    quiet: dict[str, str]
    at: str = "10m"
    labels: dict[str, str] = field(default_factory=lambda: {"job": "concordat", "instance": "a:8080"})


def _of_job(**others: str) -> dict[str, str]:
    return {"job": "concordat", **others}


def _of_one(**others: str) -> dict[str, str]:
    return _of_job(instance="a:8080", **others)


def _check(name: str) -> str:
    return f'concordat_check_passed{{{ONE}, check="{name}"}}'


def _relay(instance: str) -> str:
    return f'concordat_check_passed{{job="concordat", instance="{instance}", check="relay of programme"}}'


def _requests(route: str, status: str) -> str:
    return f'concordat_http_requests_total{{{ONE}, method="GET", route="{route}", status="{status}"}}'


def _within(route: str, seconds: str) -> str:
    return f'concordat_http_request_duration_seconds_bucket{{{ONE}, route="{route}", le="{seconds}"}}'


HOME = "/home/{partnership}"
UP = f"up{{{ONE}}}"
STARTED = f"process_start_time_seconds{{{ONE}}}"
READY = f"concordat_ready{{{ONE}}}"
OPEN, MOST = f"process_open_fds{{{ONE}}}", f"process_max_fds{{{ONE}}}"
FOLDED = f"concordat_registers_folded_total{{{ONE}}}"
BLOCKED = f'concordat_blocked_partnerships{{{ONE}, service="reporting"}}'
WAITING = f'concordat_consumer_waiting{{{ONE}, consumer="reporting"}}'
DEAD = f'concordat_dead_letters{{{ONE}, consumer="reporting"}}'
UNSEALED = f'concordat_messages_without_seal_total{{{ONE}, consumer="reporting"}}'
GOT_THROUGH = f"concordat_timetable_last_success_timestamp_seconds{{{ONE}}}"
NOT_RECEIVED = f"concordat_packs_not_received{{{ONE}}}"
FAILED = f'concordat_deliveries_failed_total{{{ONE}, kind="reminder"}}'
DUE = f"concordat_emails_oldest_due_seconds{{{ONE}}}"
GIVEN_UP = f'concordat_sign_in_emails_total{{{ONE}, outcome="given up"}}'
SIGN_INS_SENT = f'concordat_sign_in_emails_total{{{ONE}, outcome="sent"}}'
COMMANDS_FAILED = f'concordat_commands_total{{{ONE}, outcome="failed"}}'
COMMANDS_REFUSED = f'concordat_commands_total{{{ONE}, outcome="refused"}}'

CASES = (
    Case(
        "ConcordatProcessDown",
        "The process at a:8080 does not answer.",
        fires={UP: "0x20"},
        quiet={UP: "1x8 0 1x10"},
    ),
    Case(
        "ConcordatNotWatched",
        "Prometheus watches no process of Concordat.",
        fires={'up{job="another"}': "1x20"},
        quiet={UP: "0x20"},
        labels=_of_job(),
    ),
    Case(
        "ConcordatRestarting",
        "The process at a:8080 has started 3 times within half an hour.",
        fires={STARTED: "1x2 2x2 3x2 4x2"},
        quiet={STARTED: "1x2 2x8"},
    ),
    Case(
        "ConcordatNotReady",
        "The process at a:8080 is not ready.",
        fires={READY: "0x20"},
        quiet={READY: "0x6 1 0x10"},
    ),
    Case(
        "ConcordatDatabaseUnavailable",
        "The programme database cannot be used at a:8080.",
        fires={_check("programme database"): "1x6 0x10"},
        quiet={_check("programme database"): "1x20", _check("mail server"): "0x20"},
        labels=_of_one(check="programme database"),
    ),
    Case(
        "ConcordatLogOlder",
        "The log of programme lacks events that others have.",
        fires={_check("log of programme"): "0x20"},
        quiet={_check("log of programme"): "1x20"},
        labels=_of_one(check="log of programme"),
    ),
    Case(
        "ConcordatClockQuestioned",
        "The clock at a:8080 is far past the last instant known.",
        fires={_check("clock"): "0x20"},
        quiet={_check("clock"): "1x20"},
        labels=_of_one(check="clock"),
    ),
    Case(
        "ConcordatFileHandlesShort",
        "The process at a:8080 has used four fifths of its file handles.",
        fires={OPEN: "900x20", MOST: "1024x20"},
        quiet={OPEN: "700x20", MOST: "1024x20"},
    ),
    Case(
        "ConcordatRegistersFoldedAnew",
        "Registers have too little memory at a:8080.",
        fires={FOLDED: "0+300x40"},
        quiet={FOLDED: "0+60x40"},
        at="40m",
    ),
    Case(
        "ConcordatPartnershipsBlocked",
        "Partnerships are blocked in reporting: 2.",
        fires={BLOCKED: "2x20"},
        quiet={BLOCKED: "0x8 1 0x10"},
        labels=_of_one(service="reporting"),
    ),
    Case(
        "ConcordatRelayHeldUp",
        "The relay of programme is held up.",
        fires={_relay("a:8080"): "0x20", _relay("b:8080"): "0x20"},
        quiet={_relay("a:8080"): "1x20", _relay("b:8080"): "0x20"},
        labels=_of_job(check="relay of programme"),
    ),
    Case(
        "ConcordatConsumerHeldUp",
        "The consumer notifications-reporting is held up at a:8080.",
        fires={_check("notifications-reporting"): "0x20"},
        quiet={_check("notifications-reporting"): "0x6 1x1 0 1x10"},
        labels=_of_one(check="notifications-reporting"),
    ),
    Case(
        "ConcordatEventsNotYetVisible",
        "Events wait at a:8080 for reporting: 600.",
        fires={WAITING: "600+10x20"},
        quiet={WAITING: "9000-1000x8 0x10"},
        labels=_of_one(consumer="reporting"),
    ),
    Case(
        "ConcordatDeadLetters",
        "Dead letters of reporting wait for a person: 1.",
        fires={DEAD: "1x20"},
        quiet={DEAD: "1x4 0x20"},
        labels=_of_one(consumer="reporting"),
    ),
    Case(
        "ConcordatMessagesWithoutSeal",
        "Messages came to reporting that no service sealed.",
        fires={UNSEALED: "0x5 1x20"},
        quiet={UNSEALED: "7x20"},
        labels=_of_one(consumer="reporting"),
    ),
    Case(
        "ConcordatTimetableHeldUp",
        "The timetable has not got through for a quarter of an hour at a:8080.",
        fires={GOT_THROUGH: "60x40"},
        # One that got through a minute ago, and a process that keeps no timetable.
        quiet={GOT_THROUGH: "1+60x40", 'concordat_timetable_last_success_timestamp_seconds{job="concordat"}': "0x40"},
        at="20m",
    ),
    Case(
        "ConcordatPackNotReceived",
        "Board packs did not reach everybody: 2 e-mails failed.",
        fires={NOT_RECEIVED: "2x20"},
        quiet={NOT_RECEIVED: "2x4 0x20"},
        labels=_of_job(),
    ),
    Case(
        "ConcordatEmailsFailing",
        "E-mails of the kind reminder failed for good within the last hour.",
        fires={FAILED: "0x5 1x20"},
        quiet={FAILED: "4x20"},
        labels=_of_job(kind="reminder"),
    ),
    Case(
        "ConcordatEmailsWaiting",
        "An e-mail has been due for more than half an hour.",
        fires={DUE: "1500+60x60"},
        quiet={DUE: "0+60x12 0x60"},
        at="40m",
        labels=_of_job(),
    ),
    Case(
        "ConcordatSignInEmailsGivenUp",
        "People wait for e-mails to sign in with that do not come.",
        fires={GIVEN_UP: "0x5 1x20"},
        quiet={GIVEN_UP: "3x20", SIGN_INS_SENT: "0+5x20"},
        labels=_of_job(),
    ),
    Case(
        "ConcordatRequestsFailing",
        "10% of requests are answered with an error of ours.",
        fires={_requests(HOME, "200"): "0+90x40", _requests(HOME, "503"): "0+10x40"},
        # What is refused is the caller's, and that a process which starts is not ready is another alert.
        quiet={
            _requests(HOME, "200"): "0+90x40",
            _requests(HOME, "403"): "0+90x40",
            _requests("/health/ready", "503"): "0+90x40",
        },
        at="20m",
        labels=_of_job(),
    ),
    Case(
        "ConcordatCommandsFailing",
        "Commands fail for no fault of those who sent them.",
        fires={COMMANDS_FAILED: "0+1x20"},
        quiet={COMMANDS_FAILED: "9x20", COMMANDS_REFUSED: "0+9x20"},
        labels=_of_job(),
    ),
    Case(
        "ConcordatSlow",
        "One request in twenty takes longer than two seconds.",
        fires={_within(HOME, "1"): "0+90x40", _within(HOME, "5"): "0+99x40", _within(HOME, "+Inf"): "0+100x40"},
        quiet={_within(HOME, "1"): "0+99x40", _within(HOME, "5"): "0+100x40", _within(HOME, "+Inf"): "0+100x40"},
        at="30m",
        labels=_of_job(),
    ),
)
