"""What the oracle looks at and people work in, wherever it runs: in processes of a house, or on hosts of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from tests.parts.smtp import SmtpServer
from tests.parts.tokens import Software

SERVICES = ("programme", "reporting", "notifications")
DATABASES = (*SERVICES, "directory", "access")

Member = tuple[str, int]
"""A service and which of its replicas, from 0."""


class Deployment(Protocol):
    """Services in one or more replicas, whose databases can be read and whose e-mails arrive in the tests."""

    @property
    def members(self) -> Sequence[Member]:
        """Every replica of every service that takes part."""
        ...

    @property
    def databases(self) -> Mapping[str, str]:
        """Where each of DATABASES is, for SQLAlchemy."""
        ...

    @property
    def smtp(self) -> SmtpServer:
        """Where every e-mail arrives."""
        ...

    @property
    def software(self) -> Software:
        """By which the people are let in."""
        ...

    def url(self, member: Member) -> str:
        """Return where a member answers now."""
        ...

    def said(self) -> object:
        """Return what changes as anything goes on."""
        ...
