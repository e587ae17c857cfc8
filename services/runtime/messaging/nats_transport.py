"""nats-py on uvloop: a connection that broke off is an OSError, also for whoever writes to it a moment later.

uvloop raises RuntimeError where something is written to a closed transport; asyncio's own loop takes it in silence. The
client expects neither: reset between the server's greeting and its own answer, its task of connecting again dies of the
RuntimeError unseen, and the client stays without a connection for good.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from nats.aio import client
from nats.aio.transport import TcpTransport


class _Transport(TcpTransport):
    def write(self, payload: bytes) -> None:
        with _lost_where_closed():
            super().write(payload)  # type: ignore[no-untyped-call]

    def writelines(self, payload: list[bytes]) -> None:
        with _lost_where_closed():
            super().writelines(payload)  # type: ignore[no-untyped-call]


@contextmanager
def _lost_where_closed() -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:
        raise ConnectionResetError(str(error)) from error


def mend() -> None:
    """Have every connection that nats-py opens from now on use the transport above."""
    client.TcpTransport = _Transport  # type: ignore[attr-defined]
