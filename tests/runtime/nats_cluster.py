"""Three NATS servers that make a cluster, with everything between them going through proxies that can be cut."""

from __future__ import annotations

import json
from contextlib import ExitStack
from itertools import permutations
from pathlib import Path
from typing import Self

from tests.faults.proxy import Proxy
from tests.parts.child import HOST, free_port
from tests.parts.nats import NatsServer

SERVERS = 3
_NOWHERE = f"{HOST}:1"


class Clustered(NatsServer):
    """One server of a cluster.

    It tells others of itself an address at which nothing listens: they would go past the proxies. Of the cluster it
    tells its clients nothing.
    """

    def __init__(self, directory: Path, number: int) -> None:
        super().__init__(directory)
        self.server_name = f"n{number}"
        self.route_port = free_port()

    @property
    def leads_the_cluster(self) -> bool:
        """Say whether it decides where streams and consumers are, by the last word of its log on that."""
        told = [line for line in self.log.read_text().splitlines() if "metadata leader" in line]
        return bool(told) and "Self is new" in told[-1]

    def join(self, routes: list[str]) -> None:
        """Have it connect to others at ``routes``, and wait for those that connect to it."""
        with self._settings.open("a") as settings:
            settings.write(
                f"""\
            server_name: {self.server_name}
            cluster {{
                name: parted
                listen: "{HOST}:{self.route_port}"
                cluster_advertise: "{_NOWHERE}"
                no_advertise: true
                routes: {json.dumps(routes)}
            }}
            """
            )


class NatsCluster:
    """A context manager: the servers run inside the block, and are stopped at its end."""

    def __init__(self, directory: Path) -> None:
        self.servers = []
        for number in range(SERVERS):
            home = directory / f"n{number}"
            home.mkdir()
            self.servers.append(Clustered(home, number))
        self._ways = {(one, other): Proxy(other.route_port) for one, other in permutations(self.servers, 2)}

    def __enter__(self) -> Self:
        with ExitStack() as running:
            for each in self._ways.values():
                running.enter_context(each)
            for server in self.servers:
                server.join([proxy.url for (one, _), proxy in self._ways.items() if one is server])
                running.enter_context(server)
            self._running = running.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()

    def part(self, *parted: Clustered) -> None:
        """Take each of these servers from all others. Clients reach it as before."""
        for pair, proxy in self._ways.items():
            if any(server in pair for server in parted):
                proxy.refuse()

    def heal(self) -> None:
        """Let all reach each other again."""
        for proxy in self._ways.values():
            proxy.heal()
