"""No secret stands in what is handed out: neither in the repository nor in the image that is made of it."""

from __future__ import annotations

import re

from services.runtime.base.settings import Settings, variable
from tests.tooling.repository import ROOT, files, lines_matching

PRIVATE_KEY = r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
NKEY_SEED = r"\bS[ACNOUX][A-Z2-7]{56}\b"
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()


def secret_settings() -> set[str]:
    """Return the variables that hold a secret, or name a file with one, or an address with a password in it."""
    named = re.compile(r"token|password|secret|key_file|seed_file|creds|identities")
    fields = Settings.model_fields
    return {variable(name) for name, field in fields.items() if named.search(name) or not field.repr}


def test_no_file_of_the_repository_holds_a_private_key() -> None:
    assert lines_matching(f"{PRIVATE_KEY}|{NKEY_SEED}", among=files()) == []


def test_the_image_sets_no_secret_and_takes_none_to_be_made() -> None:
    assert {"CONCORDAT_API_TOKEN", "CONCORDAT_SMTP_PASSWORD", "CONCORDAT_ACCESS_DATABASE_URL"} <= secret_settings()
    assert [name for name in secret_settings() if name in DOCKERFILE] == []
    assert re.findall(r"^ARG (\w+)", DOCKERFILE, re.MULTILINE) == ["BASE", "VERSION", "REVISION"]


def test_the_image_is_made_of_wheels_alone_and_they_of_no_keys() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert [line for line in ignored if line and not line.startswith("#")] == ["*", "!build/image"]
    copied = re.findall(r"^COPY (?:--from=\w+ )?(\S+)", DOCKERFILE, re.MULTILINE)
    assert [path for path in copied if not path.startswith(("build/image/", "/opt/concordat", "/own"))] == []
    packaged = [each for each in files() if each.parts[0] in ("contracts", "domain", "services")]
    assert [each for each in packaged if each.suffix in (".key", ".pem", ".env", ".nk", ".creds")] == []
