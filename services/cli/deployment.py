"""A running deployment, spoken to over HTTP with its API token. No redirect is followed: the token is for one host."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from services.cli.errors import CommandError
from services.runtime.base.settings import Settings, load_settings, variable
from services.runtime.base.settings_values import FIT_FOR_HEADERS

_PATIENCE_SECONDS = 300.0
_PAUSE_SECONDS = 0.5
_NOT_YET = (httpx.codes.BAD_GATEWAY, httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.GATEWAY_TIMEOUT)
_STANDARD_INPUT = Path("-")


@dataclass(frozen=True)
class Deployment:
    """Where a deployment is, and the token that it knows."""

    url: str
    token: str

    def wait(self, seconds: int) -> None:
        """Return once the deployment takes requests, or after so long; what it is sent then says what is wrong."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._takes_requests():
            time.sleep(_PAUSE_SECONDS)

    def _takes_requests(self) -> bool:
        try:
            return self._request("GET", "/api/v1/partnerships", None, {}).status_code not in _NOT_YET
        except (httpx.NetworkError, httpx.RemoteProtocolError):
            return False
        except (httpx.TransportError, httpx.InvalidURL, UnicodeError):
            return True  # waiting would not help

    def get(self, path: str) -> dict[str, Any] | None:
        """Return what stands at ``path``, None where nothing does. Raises CommandError."""
        answer = self.answer("GET", path)
        return None if answer.status_code == httpx.codes.NOT_FOUND else _document(answer)

    def post(self, path: str) -> dict[str, Any]:
        """Ask for something to be done and return what came of it. Raises CommandError with what stood against it."""
        return _document(self.answer("POST", path))

    def answer(
        self, method: str, path: str, content: bytes | None = None, content_type: str | None = None
    ) -> httpx.Response:
        """Return the answer to a request, whatever it is. Raises CommandError where there is none."""
        headers = {} if content_type is None else {"Content-Type": content_type}
        try:
            return self._request(method, path, content, headers)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            raise CommandError(
                f"{self.url} is not a web address; give one such as https://concordat.example.org"
            ) from None
        except httpx.ReadTimeout:
            raise CommandError(f"{self.url} did not answer in time; it may yet do it, so look there first") from None
        except (httpx.TransportError, UnicodeError) as error:
            raise CommandError(f"{self.url} cannot be reached: {str(error) or type(error).__name__}") from None

    def _request(self, method: str, path: str, content: bytes | None, headers: dict[str, str]) -> httpx.Response:
        own = {"Accept": "application/json", "Authorization": f"Bearer {self.token}"}
        return httpx.request(
            method, f"{self.url}{path}", content=content, headers={**own, **headers}, timeout=_PATIENCE_SECONDS
        )


def reached(url: str | None, token_file: Path | None, *, to: str) -> Deployment:
    """Return the deployment that was named on the command line, else the one that the settings speak of.

    ``to`` says what needs the token, as in ``importing``. It is in a file, never an argument: everybody on a machine
    can read those. Raises CommandError without one.
    """
    settings = load_settings()
    token = _token_in(settings) if token_file is None else _token_from(token_file)
    if token is None:
        raise CommandError(
            f"{to} needs the deployment's API token; give it with --token-file or in {variable('api_token')}"
        )
    return Deployment((url or settings.public_url).rstrip("/"), token)


def problem_in(answer: httpx.Response) -> dict[str, Any]:
    """Return the problem document of an answer; an empty one where it has none."""
    if "json" not in answer.headers.get("content-type", ""):
        return {}
    try:
        problem = answer.json()
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}


def detail_of(answer: httpx.Response) -> str:
    """Return in words why a deployment refused."""
    return str(problem_in(answer).get("detail") or f"it answered {answer.status_code}")


def _document(answer: httpx.Response) -> dict[str, Any]:
    document = problem_in(answer)
    if not answer.is_success or not document:
        raise CommandError(f"{answer.request.url}: {detail_of(answer)}")
    return document


def _token_from(file: Path) -> str:
    try:
        token = (sys.stdin.read() if file == _STANDARD_INPUT else file.read_text("utf-8")).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"no API token can be read from {file}: {error}") from None
    if not FIT_FOR_HEADERS.fullmatch(token):
        raise CommandError(f"{file} does not hold an API token: one line of letters, digits and . _ ~ + / = -")
    return token


def _token_in(settings: Settings) -> str | None:
    return settings.api_token.get_secret_value() if settings.api_token else None
