"""Who may set partnerships up: whoever came by the link that whoever runs the deployment gives for it."""

from __future__ import annotations

import hmac

from starlette.requests import Request

from services.programme.sheets.kept_uploads import UploadOf
from services.runtime.access.identity import session_of
from services.runtime.access.sessions.session import Session
from services.runtime.base.problems import Problem
from services.runtime.web.forms import Form, FormRefused, signed

ADDRESS = "/office/set-up"


def admit_to_set_up(request: Request) -> Session:
    """Return the session of somebody who may set up. Raises Problem 401 or 403."""
    session = session_of(request)
    if session is None:
        raise Problem(401, "Sign in with the link that whoever runs Concordat gave you to set a partnership up.")
    if not session.may_set_up:
        raise Problem(
            403,
            "Who runs Concordat gives leave to set a partnership up, with a link of its own"
            " (concordat sign-in-link --set-up). It holds for one session.",
        )
    return session


def check_sender(request: Request, form: Form) -> None:
    """Raise Problem 403 unless a form is from a page of this very session."""
    try:
        signed(request, form)
    except FormRefused as refused:
        raise Problem(refused.status, str(refused), headers=refused.headers) from None


def files_of(session: Session) -> UploadOf:
    """Return whose the files are: the session's, as nobody acts in a partnership that is yet to be."""
    return UploadOf("", session.id, "set up")


def proof_of(session: Session, partnership: str) -> str:
    """Return what proves, to the same session alone, that it set a partnership up."""
    return hmac.digest(session.csrf.encode(), f"set up {partnership}".encode(), "sha256").hex()


def has_set_up(session: Session, partnership: str, proof: str) -> bool:
    """Say whether the session set a partnership up."""
    return hmac.compare_digest(proof.encode(), proof_of(session, partnership).encode())
