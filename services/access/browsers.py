"""Which browser it was, in words by which its person knows it again, and no more."""

from __future__ import annotations

from typing import NamedTuple

from starlette.requests import Request

from services.runtime.base.networks import network_of

# The first that a browser names is it: each also names those that it wants to be taken for.
_BROWSERS = {
    "Edg/": "Edge",
    "EdgA/": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "iPhone": "an iPhone",
    "iPad": "an iPad",
    "Android": "Android",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Macintosh": "a Mac",
    "Linux": "Linux",
}


class Browser(NamedTuple):
    """A browser: ``Firefox on Windows``, in the network ``192.0.2.0/24``."""

    name: str
    network: str


def browser_of(request: Request) -> Browser:
    """Return what a request says of the browser that sent it. The network is that of a proxy's word, if believed."""
    agent = request.headers.get("user-agent", "")
    name = _first(_BROWSERS, agent) or "A browser"
    system = _first(_SYSTEMS, agent)
    return Browser(f"{name} on {system}" if system else name, network_of(request.client.host if request.client else ""))


def _first(words: dict[str, str], text: str) -> str:
    return next((said for sign, said in words.items() if sign in text), "")
