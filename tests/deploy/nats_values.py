"""A NATS server as ``deploy/kubernetes/nats-values.yaml`` has the chart configure it, one instead of three."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import trustme
import yaml

from tests.parts.child import HOST
from tests.parts.kubectl import MANIFESTS
from tests.parts.nats import NatsServer

VALUES: dict[str, Any] = yaml.safe_load((MANIFESTS / "nats-values.yaml").read_text())


class NatsOfTheValues(NatsServer):
    """Runs with the values' settings for streams and identities, whose public keys are in the environment."""

    def __init__(self, directory: Path, certificate: trustme.LeafCert) -> None:
        super().__init__(directory)
        key, chain = directory / "tls.key", directory / "tls.crt"
        certificate.private_key_pem.write_to_path(key)
        certificate.cert_chain_pems[0].write_to_path(chain)
        config = VALUES["config"]
        written = {
            "listen": f"{HOST}:{self.port}",
            "tls": {"cert_file": str(chain), "key_file": str(key)},
            "jetstream": {"store_dir": str(directory), **config["jetstream"]["merge"]},
            **config["merge"],
        }
        self._settings.write_text(re.sub(r'"<< (.*?) >>"', r"\1", json.dumps(written)))
