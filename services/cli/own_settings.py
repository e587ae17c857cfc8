"""Settings of a Concordat that lives in one folder and reaches nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from services.runtime.base.settings import Settings, load_settings

_DATABASES = ("programme", "reporting", "notifications", "directory", "access")
_ELSEWHERE = (
    *("nats_url", "nats_user", "nats_password", "nats_creds", "nats_seed_file", "nats_identities"),
    *("programme_key_file", "reporting_key_file", "erasures_file"),
    *("smtp_host", "smtp_username", "smtp_password"),
)


def settings_of_its_own(folder: Path, **given: Any) -> Settings:
    """Return settings that lead nowhere but into ``folder``, whatever deployment the environment speaks of."""
    return load_settings(
        data_dir=folder,
        nats_replicas=1,
        clock_jump_hours=0,
        migrate_at_start=True,
        otlp_endpoint=None,
        **{f"{name}_database_url": f"sqlite:///{folder.absolute() / name}.db" for name in _DATABASES},
        **{**dict.fromkeys(_ELSEWHERE), **given},
    )
