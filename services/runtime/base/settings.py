"""Every setting of every service: read from ``CONCORDAT_…`` environment variables, checked at start-up.

A fault is told in a sentence that names the variable. A value is repeated only where the variable cannot hold a secret.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.runtime.base import secret_files
from services.runtime.base.settings_error import SettingsError
from services.runtime.base.settings_values import (
    DatabaseUrl,
    HeaderToken,
    HostNames,
    Mailbox,
    NatsUrl,
    Networks,
    PublicAddress,
    Replicas,
    WebAddress,
)
from services.runtime.base.validation_messages import fault_of

PREFIX = "CONCORDAT_"
SECRETS_DIR = "CONCORDAT_SECRETS_DIR"
_CONSEQUENCE = "default_factory_not_called"
_MEBIBYTE = 1024 * 1024
_HOUR = 3600


def _sqlite_file(name: str) -> Callable[[dict[str, Any]], str]:
    def url(known: dict[str, Any]) -> str:
        folder: Path = known.get("data_dir", Path("data"))
        return f"sqlite:///{folder.absolute() / name}.db"

    return url


class Settings(BaseSettings):
    """What can be set, with defaults that run the whole of Concordat on one machine."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, allow_inf_nan=False
    )

    data_dir: Path = Field(
        Path("data"),
        description="Folder for the databases and the embedded NATS server's store; closed to other users.",
    )
    programme_database_url: DatabaseUrl = Field(
        default_factory=_sqlite_file("programme"), repr=False, description="Database of the programme service."
    )
    reporting_database_url: DatabaseUrl = Field(
        default_factory=_sqlite_file("reporting"), repr=False, description="Database of the reporting service."
    )
    notifications_database_url: DatabaseUrl = Field(
        default_factory=_sqlite_file("notifications"), repr=False, description="Database of the notifications service."
    )
    directory_database_url: DatabaseUrl = Field(
        default_factory=_sqlite_file("directory"), repr=False, description="Database of people's names and addresses."
    )
    access_database_url: DatabaseUrl = Field(
        default_factory=_sqlite_file("access"), repr=False, description="Database of sign-ins and sessions."
    )
    migrate_at_start: bool | None = Field(
        None,
        description="Whether a service that starts migrates a database of an older version. Unset: a SQLite file, yes;"
        " a PostgreSQL database, no: run `concordat migrate`. `true` only expands it, as older versions may be working"
        " with it. An empty database is given its tables in any case.",
    )

    nats_url: NatsUrl | None = Field(
        None,
        repr=False,
        description="Address of a NATS server with JetStream; several with commas between. Unset: one runs as a child.",
    )
    nats_user: str | None = Field(None, description="User name at the NATS server.")
    nats_password: SecretStr | None = Field(None, description="Password at the NATS server.")
    nats_creds: Path | None = Field(
        None, description="Credentials file for the NATS server, in place of user and password."
    )
    nats_seed_file: Path | None = Field(
        None, description="File with the seed of the NKey to sign in with at the NATS server, in place of these."
    )
    nats_identities: Path | None = Field(
        None,
        description="Folder with what each service signs in with at the NATS server, in place of one way for all:"
        " `programme.nk` (an NKey's seed), `programme.creds` or `programme.password`, and so for `reporting`,"
        " `notifications` and `operator`, who declares streams.",
    )
    nats_replicas: Replicas = Field(1, description="Copies that a NATS cluster keeps of each stream.")

    programme_key_file: Path | None = Field(
        None,
        description="File with the keys that seal what programme publishes, one in a line; the first seals, all are"
        " accepted. The same on every machine. Unset, and without `CONCORDAT_NATS_URL`: made once, in the data folder.",
    )
    reporting_key_file: Path | None = Field(
        None, description="File with the keys that seal what reporting publishes, as for programme."
    )

    nats_declare_streams: bool = Field(
        True, description="Whether to declare streams at start; `false` where `concordat streams apply` does it."
    )

    host: str = Field("127.0.0.1", min_length=1, description="Address to listen on; 0.0.0.0 for every network.")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    public_url: PublicAddress = Field(
        "http://127.0.0.1:8080", description="Address at which people reach Concordat; links in e-mails start with it."
    )
    trusted_proxies: Networks = Field(
        "127.0.0.1",
        description="Addresses, or networks, of reverse proxies whose X-Forwarded headers are believed, with commas"
        " between.",
    )
    api_token: HeaderToken | None = Field(
        None,
        description="The operator's token, for setting up: programme files, new partnerships, dead letters. It reads"
        " nothing of a partnership. Unset: none of that over HTTP.",
    )
    service_token: HeaderToken | None = Field(
        None,
        description="The services' own token: notifications asks reporting for issued files with it, and links in"
        " reminders are made of it. Unset: one that follows from `CONCORDAT_API_TOKEN`.",
    )
    openid_issuer: WebAddress | None = Field(
        None,
        description="Issuer of an OpenID Connect provider at which people can sign in too, such as"
        " https://login.example.org. Unset: by e-mail alone.",
    )
    openid_client_id: str | None = Field(None, min_length=1, description="Our client id at that provider.")
    openid_client_secret_file: Path | None = Field(
        None, description="File with our client secret at that provider. Unset: we have none there."
    )
    sign_in_by_email: bool = Field(
        True,
        description="Whether people can sign in with a link or a code that comes by e-mail. `false`: at the OpenID"
        " Connect provider alone, which can ask for more than one factor; an operator's link works all the same.",
    )
    session_idle_hours: float = Field(
        12.0, gt=0, le=24 * 31, description="How long somebody stays signed in who asks for nothing."
    )
    session_hours: float = Field(
        24.0 * 7, gt=0, le=24 * 366, description="How long somebody stays signed in at most, however busy."
    )
    max_requests: int = Field(
        200, ge=1, description="Most requests answered at a time; others get 503 and Retry-After."
    )
    max_connections: int = Field(
        1000, ge=10, description="Most connections at a time; the longest silent are closed to make room."
    )
    idle_seconds: float = Field(
        15.0,
        gt=0,
        le=_HOUR,
        description="How long a connection may be silent before its first request and between two.",
    )
    head_seconds: float = Field(
        10.0, gt=0, le=_HOUR, description="How long a request's line and headers may take to arrive."
    )
    body_seconds: float = Field(
        20.0,
        gt=0,
        le=_HOUR,
        description="How long a body may take to arrive, and one second more for each 16 KiB of it.",
    )
    answer_seconds: float = Field(
        30.0,
        gt=0,
        le=_HOUR,
        description="How long a caller may read next to nothing of an answer before it is cut off.",
    )
    allowed_hosts: HostNames = Field(
        "",
        description="Further names under which requests are taken, with commas between; `*` for any. Those in"
        " `CONCORDAT_PUBLIC_URL` and `CONCORDAT_REPORTING_URL` and this machine's own always are.",
    )
    max_previews: int = Field(1, ge=1, le=16, description="Most previews of packs to make at a time; others wait.")
    expensive_per_minute: int = Field(
        60,
        ge=1,
        description="Most workbooks, previews, exports, uploads, calendars and pages as at an earlier instant that one"
        " person, or one token, may ask a process for within a minute; more get 429 and Retry-After.",
    )
    max_body_bytes: int = Field(2 * _MEBIBYTE, ge=1024, description="Largest body of a request, in bytes.")
    max_import_bytes: int = Field(20 * _MEBIBYTE, ge=1024, description="Largest programme file in a request, in bytes.")

    registers_megabytes: int = Field(
        256,
        ge=1,
        description="About how much memory registers may take in a process, in MB; those used last stay. A partnership"
        " takes about 0.5 MB for 1,000 events, twice where it is changed and looked at.",
    )

    smtp_host: str | None = Field(None, min_length=1, description="Mail server. Unset: e-mails wait in the queue.")
    smtp_port: int = Field(25, ge=1, le=65535, description="Port of the mail server.")
    smtp_username: str | None = Field(None, description="User name at the mail server.")
    smtp_password: SecretStr | None = Field(None, description="Password at the mail server.")
    smtp_starttls: bool | None = Field(
        None,
        description="`true` insists on STARTTLS, `false` never uses it. Unset: used where the server offers it, and"
        " insisted on where a password is to be sent to another machine.",
    )
    mail_from: Mailbox = Field("Concordat <concordat@localhost>", description="Sender of e-mails.")
    mail_attachment_megabytes: float = Field(
        10.0,
        ge=0,
        le=100,
        description="Largest PDF of a pack that goes with its e-mail, in megabytes of a million bytes; a larger one"
        " does not: the e-mail has the link alone, and says so. 0: none does.",
    )
    smtp_timeout_seconds: float = Field(30.0, gt=0, le=600, description="Timeout for each answer of the mail server.")
    mail_connections: int = Field(
        1,
        ge=1,
        le=50,
        description="Most connections to the mail server at a time; as many e-mails can be in doubt after a crash.",
    )
    mail_per_minute: int = Field(600, ge=1, description="Most e-mails to send within any minute.")
    mail_retry_seconds: float = Field(
        60.0,
        gt=0,
        le=_HOUR,
        description="First delay before an e-mail is retried; doubled each time, up to an hour.",
    )
    mail_give_up_hours: float = Field(
        120.0,
        gt=0,
        le=24 * 366,
        description="How long an e-mail is retried before it is left for a person to send again.",
    )
    reporting_url: WebAddress | None = Field(
        None, description="Address at which notifications fetches issued packs. Unset: `CONCORDAT_PUBLIC_URL`."
    )
    programme_url: WebAddress | None = Field(
        None,
        description="Address at which notifications asks programme what receipts and digests list."
        " Unset: `CONCORDAT_PUBLIC_URL`.",
    )

    erasures_file: Path | None = Field(
        None,
        description="List of the opaque ids of people who were erased, which programme adds to and `concordat restore`"
        " goes by. Keep it apart from the data folder and from backups. Unset: there is none.",
    )
    signing_key_file: Path | None = Field(
        None,
        description="Private Ed25519 key (PEM) that signs issued manifests; the same for all replicas of reporting."
        " Unset: `signing-key.pem` in `CONCORDAT_DATA_DIR`, made at the first start.",
    )

    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Lowest level of log entries to write."
    )
    log_format: Literal["console", "json"] = Field(
        "console", description="Format of log entries: `console` for people, `json` for machines."
    )
    otlp_endpoint: WebAddress | None = Field(
        None,
        description="OpenTelemetry collector (OTLP over HTTP), such as http://collector:4318. Unset: no traces.",
    )

    poll_seconds: float = Field(1.0, gt=0, le=_HOUR, description="Polling interval of the outbox relay.")
    timetable_seconds: float = Field(
        30.0, gt=0, le=_HOUR, description="Polling interval of the timetable: packs, reminders, breaches."
    )
    stalled_seconds: float = Field(
        60.0,
        gt=0,
        le=24 * _HOUR,
        description="How long a consumer that lags may make no progress before the service is not ready.",
    )
    clock_jump_hours: float = Field(
        24.0,
        ge=0,
        le=24 * 366,
        description="How far the clock may run ahead of the last recorded instant before nothing is recorded until"
        " `concordat clock confirm`; 0 turns the check off.",
    )
    shutdown_seconds: float = Field(
        8.0,
        gt=0,
        le=600,
        description="Time limit for a graceful shutdown: half for open requests, half for the services.",
    )

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        ways = [
            variable(name)
            for name in ("nats_creds", "nats_user", "nats_seed_file", "nats_identities")
            if getattr(self, name) is not None
        ]
        if len(ways) > 1:
            both = "are both set" if len(ways) == 2 else "are all set"
            raise ValueError(f"{' and '.join(ways)} {both}, and each is a way to sign in; set one.")
        for user, password in (("nats_user", "nats_password"), ("smtp_username", "smtp_password")):
            if (getattr(self, user) is None) != (getattr(self, password) is None):
                raise ValueError(f"{variable(user)} and {variable(password)} belong together; set both or neither.")
        if (self.openid_issuer is None) != (self.openid_client_id is None):
            raise ValueError(
                f"{variable('openid_issuer')} and {variable('openid_client_id')} belong together; set both or neither."
            )
        if not self.sign_in_by_email and self.openid_issuer is None:
            raise ValueError(
                f"{variable('sign_in_by_email')} is false and {variable('openid_issuer')} is not set, so that nobody"
                " could sign in; set the issuer too."
            )
        if self.nats_url is None and self.nats_replicas > 1:
            raise ValueError(
                f"CONCORDAT_NATS_REPLICAS is {self.nats_replicas}, but without CONCORDAT_NATS_URL there is one embedded"
                " server; set the address of a cluster, or 1."
            )
        return self


def load_settings(**given: Any) -> Settings:
    """Read the settings from the environment; ``given`` values come first. Raises SettingsError with sentences.

    Where ``CONCORDAT_SECRETS_DIR`` names a folder, a file in it named like a variable in lower case
    (``concordat_api_token``) holds that variable's value: the way in which container platforms hand out secrets.
    """
    secrets = _folder_of_secrets(os.environ)
    if secrets is not None:
        if not secrets.is_dir():
            raise SettingsError(
                [f"{SECRETS_DIR} is {secrets}, which is not a folder; it would hold one file for each secret."]
            )
        secret_files.check_readable(secrets, _variables())
    try:
        return Settings(_secrets_dir=secrets, **given)
    except ValidationError as error:
        raise SettingsError(_sentence(each) for each in error.errors() if each["type"] != _CONSEQUENCE) from None


def unknown_variables(environment: Mapping[str, str] = os.environ) -> list[str]:
    """Return a sentence for each ``CONCORDAT_…`` variable that sets nothing, with the nearest name that would.

    So, too, for each file in the folder of secrets. Raises SettingsError where that cannot be read.
    """
    known = [*_variables(), SECRETS_DIR]
    sentences = []
    for name in sorted(name for name in environment if name.startswith(PREFIX) and name not in known):
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
        hint = f" Was {near[0]} meant?" if near else ""
        sentences.append(f"{name} is not a setting of Concordat and changes nothing.{hint}")
    folder = _folder_of_secrets(environment)
    return sentences + (secret_files.unknown_files(folder, _variables(), PREFIX) if folder is not None else [])


def sqlite_files(settings: Settings) -> list[Path]:
    """Return the files of those of a deployment's databases that are SQLite's."""
    urls = (getattr(settings, field) for field in Settings.model_fields if field.endswith("_database_url"))
    return [Path(url.removeprefix("sqlite:///")).absolute() for url in urls if url.startswith("sqlite:///")]


def variable(field: str) -> str:
    """Return the environment variable of a field: ``smtp_host`` → ``CONCORDAT_SMTP_HOST``."""
    return f"{PREFIX}{field.upper()}"


def _variables() -> list[str]:
    return [variable(name) for name in Settings.model_fields]


def _folder_of_secrets(environment: Mapping[str, str]) -> Path | None:
    return Path(folder) if (folder := environment.get(SECRETS_DIR)) else None


def _sentence(error: ErrorDetails) -> str:
    if not error["loc"]:
        return str(error["ctx"]["error"])
    field = str(error["loc"][0])
    value = error["input"]
    if field == "port" and isinstance(value, str) and value.startswith("tcp://"):
        return (
            "CONCORDAT_PORT holds an address that Kubernetes sets for a service named concordat;"
            " set enableServiceLinks: false on the pod, or set CONCORDAT_PORT yourself."
        )
    fault = fault_of(error, quote=_may_be_shown(field))
    return f"{variable(field)}: {fault.problem} {fault.expected}"


def _may_be_shown(field: str) -> bool:
    declared = Settings.model_fields[field]
    return declared.repr and "Secret" not in str(declared.annotation)
