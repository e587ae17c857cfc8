"""Another user of the machine, who would like to get in: a process that becomes that user before it does anything.

Reads from standard input what to try, as JSON, and writes what came of it.
"""

from __future__ import annotations

import encodings.idna  # noqa: F401 - later there may be no right to read where Python lies
import json
import os
import socket
import sys
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

PUBLISH = b"PUB programme.NFA.capacity-released 2\r\n{}\r\nPING\r\n"


def become(uid: int) -> None:
    """Become another user for good."""
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)


def readable(paths: list[str]) -> list[str]:
    """Return those of the paths that can be read, or listed where they are folders."""
    found = []
    for path in map(Path, paths):
        try:
            _ = list(path.iterdir()) if path.is_dir() else path.read_bytes()
        except OSError:
            continue
        found.append(str(path))
    return found


def broker_says(url: str, credentials: dict[str, str]) -> str:
    """Return what the broker answers to somebody who signs in like that and publishes."""
    host, _, port = url.removeprefix("nats://").rpartition(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        lines = connection.makefile("rb")
        lines.readline()
        options = {"verbose": False, "pedantic": False, **credentials}
        connection.sendall(b"CONNECT " + json.dumps(options).encode() + b"\r\n" + PUBLISH)
        return lines.readline().decode().strip()


def web_says(address: str) -> int:
    """Return the status that a command without a token is answered with."""
    request = Request(address, data=b"{}", headers={"Content-Type": "application/json"})
    try:
        with urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except HTTPError as refused:
        return refused.code
    except URLError:
        return 0


def main() -> None:
    """Try everything."""
    tries = json.load(sys.stdin)
    if tries["uid"] is not None:
        become(tries["uid"])
    came_of_it = {
        "uid": os.getuid(),
        "read": readable(tries["paths"]),
        "broker": [broker_says(tries["broker"], each) for each in tries["credentials"]],
        "web": [web_says(each) for each in tries["web"]],
    }
    sys.stdout.write(json.dumps(came_of_it))


if __name__ == "__main__":
    main()
