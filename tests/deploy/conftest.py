"""What the files of ``deploy/`` are held against: the routes that the services really have."""

from __future__ import annotations

import pytest
from fastapi import APIRouter
from nats.aio.client import Client

from services.cli.serve import SERVICES
from services.runtime.base.clock import SystemClock
from services.runtime.base.health import Check
from services.runtime.base.settings import load_settings
from services.runtime.messaging.broker import BrokerAddress
from services.runtime.messaging.keyring import keyrings_of
from services.runtime.process.lifecycle import Foundation
from services.runtime.web.app import make_app

OF_MACHINES = {"health", "metrics"}
"""What each process says of itself to those inside, and to nobody else."""
ANY = "any"


@pytest.fixture(scope="session")
def foundation(tmp_path_factory: pytest.TempPathFactory) -> Foundation:
    """What services stand on, with every way to sign in. Nothing is started."""
    settings = load_settings(
        data_dir=tmp_path_factory.mktemp("rooms") / "data",
        api_token="only-for-tests",
        openid_issuer="https://login.example.org",
        openid_client_id="concordat",
    )
    return Foundation(settings, SystemClock(), BrokerAddress(""), Client(), keyrings_of(settings))


@pytest.fixture(scope="session")
def checks(foundation: Foundation) -> list[Check]:
    """The checks of readiness that the services make."""
    return [check for factory in SERVICES.values() for check in factory(foundation).checks]


@pytest.fixture(scope="session")
def rooms(foundation: Foundation) -> dict[str, set[str]]:
    """The first segments of all paths by the service that answers them, with every way to sign in; ``any``: by each."""
    found: dict[str, set[str]] = {}
    for name, factory in SERVICES.items():
        router = factory(foundation).router
        assert router is not None
        found[name] = _segments(router)
    return found | {ANY: _segments(make_app(foundation.settings, []).router) - OF_MACHINES}


def _segments(router: APIRouter) -> set[str]:
    return {route.path.split("/")[1] for route in router.routes if hasattr(route, "path")}
