"""Shorter waits, so that a test sees within seconds what takes a minute at work.

Nothing that is done changes, only after how long. What the product waits by default is right for machines that are far
apart; a test has them all beside each other.
"""

from __future__ import annotations

from typing import Any

from services.notifications import pack_downloader
from services.notifications.queue import leader, sender
from services.runtime.base.retry import Backoff
from services.runtime.messaging import consumer, handlers, publisher, relay, stream_reader, streams
from services.runtime.messaging.broker import BrokerAddress
from services.runtime.process import embedded_nats
from services.runtime.store import engines
from services.runtime.store.lease import Lease

LONGEST_SECONDS = 4.0
"""No wait of a hurried service is longer than this, apart from those for a lock of its database."""

_WAITS: tuple[tuple[Any, dict[str, float | Backoff]], ...] = (
    (streams, {"_ACK_WAIT_SECONDS": 4.0, "_ANSWER_SECONDS": 2.0}),
    (publisher, {"_ACKNOWLEDGE_SECONDS": 3.0}),
    (relay, {"_RENEW_SECONDS": 1.0, "_BACKOFF": Backoff(0.1, 0.5)}),
    (stream_reader, {"_HEARTBEAT_SECONDS": 0.5, "_SILENCE_SECONDS": 1.75}),
    (handlers, {"_BUSY_SECONDS": 0.3, "_BACKOFF": Backoff(0.1, 0.5)}),
    (consumer, {"_BACKOFF": Backoff(0.5, 2.0)}),
    (leader, {"_LEASE_SECONDS": 3.0, "_RENEWAL_SECONDS": 0.75}),
    (pack_downloader, {"_BACKOFF": Backoff(0.5, 2.0)}),
    (sender, {"_AWAY": Backoff(0.5, 2.0)}),
    (engines, {"_SQLITE_PATIENCE_SECONDS": 4.0}),
    (embedded_nats, {"_STOP_SECONDS": 4.0}),
)


def hurry() -> None:
    """Shorten the waits of this process."""
    for module, waits in _WAITS:
        for name, seconds in waits.items():
            assert hasattr(module, name), f"{module.__name__} has no {name} any more"
            setattr(module, name, seconds)
    assert isinstance(Lease.__init__.__kwdefaults__, dict)
    Lease.__init__.__kwdefaults__["seconds"] = 3.0
    patient = BrokerAddress.options
    BrokerAddress.options = lambda self, name: patient(self, name) | {"ping_interval": 1, "connect_timeout": 2}  # type: ignore[method-assign]
