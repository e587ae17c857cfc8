"""nats-py's pull subscription, as FastStream's pull loop expects it: a fetch that found nothing says so in one way.

The loop passes over nats-py's own TimeoutError and two of its other errors. Whatever else comes out of a fetch, such as
asyncio's TimeoutError on a busy machine or a broker that ends in the middle of an answer, ends the loop; FastStream
then starts it again and logs a traceback that asks to open an issue. Nothing is lost by it either way: what was not
answered is handed out again.
"""

from __future__ import annotations

import asyncio
import builtins
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from nats.aio.msg import Msg
from nats.errors import ConnectionClosedError, Error
from nats.errors import TimeoutError as NothingFetched
from nats.js import JetStreamContext

_PAUSE_SECONDS = 0.25  # a broker that answers at once, with an error, must not be asked without a pause
_PASSED_OVER = (NothingFetched, ConnectionClosedError)
_log = structlog.get_logger(__name__)

Fetch = Callable[..., Awaitable[list[Msg]]]


def steady(fetch: Fetch) -> Fetch:
    """Return ``fetch`` with every trouble of the broker told as nats-py's TimeoutError: nothing came, ask again."""

    async def fetched(*arguments: Any, **named: Any) -> list[Msg]:
        try:
            return await fetch(*arguments, **named)
        except _PASSED_OVER:
            raise
        except builtins.TimeoutError:
            raise NothingFetched from None
        except (Error, OSError) as error:
            _log.debug("nothing could be fetched", reason=str(error) or type(error).__name__)
            await asyncio.sleep(_PAUSE_SECONDS)
            raise NothingFetched from error

    return fetched


def mend() -> None:
    """Have every pull subscription of nats-py fetch like that from now on."""
    subscription = JetStreamContext.PullSubscription
    if not hasattr(subscription.fetch, "__wrapped__"):
        steadied = steady(subscription.fetch)
        steadied.__wrapped__ = subscription.fetch  # type: ignore[attr-defined]
        subscription.fetch = steadied  # type: ignore[method-assign,assignment]
