"""``concordat import``: a programme file into a running deployment, all of it or nothing."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from services.cli.complaints import Complaint
from services.cli.counting import counted
from services.cli.programme_files import content_of, opened
from services.runtime.settings import Settings, load_settings, variable

_PATH = "/api/v1/imports"
_PATIENCE_SECONDS = 300.0


def run(options: argparse.Namespace) -> int:
    """Check a file, send it and say what came of it."""
    file = opened(options.file)
    settings = load_settings()
    url = (options.url or settings.public_url).rstrip("/")
    answer = _sent(url, _token(options.token, settings), content_of(options.file))
    if answer.status_code != httpx.codes.CREATED:
        raise Complaint("\n".join(_refusal(options.file, url, answer)))
    outcome = answer.json()
    print(f"{file.partnership} is in {url}: {counted(outcome['events'], 'event')}")
    for remark in outcome.get("remarks", ()):
        print(remark)
    return 0


def _token(given: str | None, settings: Settings) -> str:
    token = given or (settings.api_token.get_secret_value() if settings.api_token else None)
    if token is None:
        raise Complaint(
            f"importing needs the deployment's API token; give it with --token or in {variable('api_token')}"
        )
    return token


def _sent(url: str, token: str, content: bytes) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/yaml", "Accept": "application/json"}
    try:
        return httpx.post(f"{url}{_PATH}", content=content, headers=headers, timeout=_PATIENCE_SECONDS)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol):
        raise Complaint(f"{url} is not a web address; give one such as https://concordat.example.org") from None
    except httpx.ReadTimeout:
        raise Complaint(f"{url} did not answer in time; it may yet import the file, so look there first") from None
    except (httpx.TransportError, UnicodeError) as error:
        raise Complaint(f"{url} cannot be reached: {str(error) or type(error).__name__}") from None


def _refusal(path: Path, url: str, answer: httpx.Response) -> Iterator[str]:
    """Yield what a deployment said against the file, its faults as ``concordat check`` tells them."""
    problem = _problem(answer)
    yield f"{url} imported nothing: {problem.get('detail') or f'it answered {answer.status_code}'}"
    for fault in problem.get("faults", ()):
        yield ": ".join(filter(None, (f"{path}:{fault['line']}", fault["path"], fault["problem"])))


def _problem(answer: httpx.Response) -> dict[str, Any]:
    if "json" not in answer.headers.get("content-type", ""):
        return {}
    try:
        problem = answer.json()
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}
