"""nats-py's reading of messages, made fit for streams on which somebody may have put anything.

A subject that is no UTF-8, or a block of headers that is none, raises in the client's parser: the connection breaks
off, is made anew, is handed the same message, and so for ever. And a stored message whose publisher gave it a
``Status`` passes for a word of the broker's about the reading itself, which is handed to nobody, and so never answered.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg

_DELIVERED = b"$JS.ACK."  # what is answered to for a message that is delivered from a stream
_STATUS = "Status"

_Headers = dict[str, str] | None
_process_headers: Callable[[Client, bytes | None], Awaitable[_Headers]] = Client._process_headers  # noqa: SLF001


async def _headers_of(client: Client, block: bytes | None) -> _Headers:
    try:
        return await _process_headers(client, block)
    except Exception:  # noqa: BLE001 - whatever a publisher wrote there, the message has a body to be judged by
        return None


def _message_of(client: Client, sid: int, subject: bytes, reply: bytes, data: bytes, headers: _Headers) -> Msg:
    if headers and _STATUS in headers and reply.startswith(_DELIVERED):
        del headers[_STATUS]  # in the client's own copy too, by which it parts its control messages from all others
    return client.msg_class(
        subject=subject.decode("utf-8", "backslashreplace"),
        reply=reply.decode("utf-8", "backslashreplace"),
        data=data,
        headers=headers,
        _client=client,
        _sid=sid,
    )


def mend() -> None:
    """Have every connection of nats-py read messages like that from now on."""
    replaced: dict[str, Any] = {"_process_headers": _headers_of, "_build_message": _message_of}
    for name, better in replaced.items():
        setattr(Client, name, better)
