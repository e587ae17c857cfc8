"""``concordat import``: a programme file into a running deployment, all of it or nothing."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import httpx

from services.cli.counting import counted
from services.cli.deployment import detail_of, problem_in, reached
from services.cli.errors import CommandError
from services.cli.programme_files import content_of, understood


def run(options: argparse.Namespace) -> int:
    """Check a file, send it and say what came of it."""
    content = content_of(options.file)
    file = understood(content, options.file)
    deployment = reached(options.url, options.token_file, to="importing")
    deployment.wait(options.wait)
    answer = deployment.answer("POST", "/api/v1/imports", content, "application/yaml")
    if answer.status_code != httpx.codes.CREATED:
        raise CommandError("\n".join(_refusal(options.file, deployment.url, answer)))
    outcome = answer.json()
    print(f"{file.partnership} is in {deployment.url}: {counted(outcome['events'], 'event')}")
    for remark in outcome.get("remarks", ()):
        print(remark)
    return 0


def _refusal(path: Path, url: str, answer: httpx.Response) -> Iterator[str]:
    """Yield what a deployment said against the file, its faults as ``concordat check`` tells them."""
    yield f"{url} imported nothing: {detail_of(answer)}"
    for fault in problem_in(answer).get("faults", ()):
        yield ": ".join(filter(None, (f"{path}:{fault['line']}", fault["path"], fault["problem"])))
