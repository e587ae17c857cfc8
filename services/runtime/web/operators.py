"""What is for the operator of the deployment alone: routes with its token, and forms into which it is typed."""

from __future__ import annotations

from collections.abc import Callable

from services.runtime.access.identity import Caller, Identity, Writer
from services.runtime.base.problems import Problem
from services.runtime.base.security_log import SecurityEvent, note
from services.runtime.web.forms import Form


def only_operator(what: str) -> Callable[[Caller], Caller]:
    """Return what lets the operator alone through; ``what`` begins the refusal: ``Dead letters are``."""

    def operator(caller: Writer) -> Caller:
        if not caller.is_operator:
            raise Problem(403, f"{what} for the operator of the deployment, with its token.")
        return caller

    return operator


def check_token(identity: Identity, form: Form) -> None:
    """Raise FormRefused unless the deployment's token was typed into the field ``token``."""
    given = form.value("token").strip()
    if not given:
        raise form.refused(Problem(401, "Enter the API token of this deployment."), "token")
    try:
        identity.operator(given)
    except Problem as problem:
        raise form.refused(problem, "token") from None


def note_act(act: str, service: str, what: str) -> None:
    """Log that the operator had something tried again or thrown away: ``dead letter 3``."""
    note(SecurityEvent.OPERATED, act=act, service=service, what=what)
