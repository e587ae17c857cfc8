"""What a broker that does not do what it was asked for means, in words for who runs it."""

from __future__ import annotations

from nats.errors import NoRespondersError
from nats.js.errors import APIError, ServiceUnavailableError

from services.runtime.base.trouble import in_words


def broker_words(error: BaseException) -> str:
    """Return what is the matter with the broker, as part of a sentence; what is no trouble of its stays as it is."""
    if isinstance(error, TimeoutError | NoRespondersError):
        return "the broker does not answer"
    if isinstance(error, ServiceUnavailableError):
        return (
            f"the broker does not serve its streams at present ({error.description}); of a cluster, most servers may"
            " be away"
        )
    if isinstance(error, APIError):
        return f"the broker refuses: {error.description}"
    return in_words(error)
