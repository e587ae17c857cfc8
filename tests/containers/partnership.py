"""The first partnership of a cluster, and what its software does there through the proxy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx

from tests.containers.cluster import CODE, Cluster
from tests.parts.waiting import until_now

SCHEDULING = f"/api/v1/partnerships/{CODE}/commands/schedule-meeting"


def meeting(code: str) -> dict[str, str]:
    """Return what schedules a meeting in two months."""
    return {"code": code, "date": str(datetime.now(UTC).date() + timedelta(days=60)), "time": "14:00"}


@dataclass(frozen=True)
class Partnership:
    """One that is there. ``client`` asks the proxy as a system of the partnership's own, which may write."""

    cluster: Cluster
    client: httpx.Client

    def schedule(self, code: str) -> None:
        """Schedule a meeting in two months, such as ``B90``; once more where the first answer was that of a loss."""
        answer = self.asked("POST", SCHEDULING, meeting(code))
        assert answer.is_success, answer.text

    def asked(self, method: str, path: str, body: object = None) -> httpx.Response:
        """Return the answer to a request, which is sent once more where it got none or one of 500 and above."""
        key = {"Idempotency-Key": str(uuid4())}
        answer = None
        for _ in range(2):
            try:
                answer = self.client.request(method, path, json=body, headers=key)
            except httpx.TransportError:
                continue
            if answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                break
        assert answer is not None, f"{method} {path} got no answer twice"
        return answer

    def has(self, code: str) -> bool:
        """Say whether the log has the meeting."""
        return f'"{CODE}-{code}"' in self.asked("GET", f"/api/v1/partnerships/{CODE}/meetings").text

    def until_invited(self, code: str) -> None:
        """Wait until the mail server has an invitation to the meeting."""
        until_now(
            lambda: any(f"{CODE}-{code}" in each.content.decode() for each in self.cluster.mail.messages),
            lambda: len(self.cluster.mail.messages),
            what=f"an invitation to {code}",
        )


@contextmanager
def with_software(cluster: Cluster) -> Iterator[Partnership]:
    """Give the partnership that was brought in a system of its own, and wait until every replica is ready."""
    until = str(datetime.now(UTC).date() + timedelta(days=30))
    made = cluster.operate("token", "add", CODE, "--name", "Tests", "--until", until, "--write")
    cluster.until_ready()
    with cluster.asking(made.splitlines()[0]) as client:
        yield Partnership(cluster, client)
