"""Who is asking: the operator, who holds the deployment's token, a person, or a system of a partnership.

What a caller may do within a partnership is for programme to judge: it knows the roles.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer as BearerScheme
from fastapi.security.base import SecurityBase
from fastapi.security.utils import get_authorization_scheme_param
from pydantic import SecretStr

from contracts.events.partnership import Role
from services.runtime.access.directory import KnownPerson
from services.runtime.access.sessions.api_token import PREFIX, ApiToken
from services.runtime.access.sessions.session import Session
from services.runtime.access.sessions.system_token import SystemToken
from services.runtime.base.problems import Problem

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="Concordat"'}


SESSION = "concordat.session"
"""Under this key a scope has the session that the request shows."""
API_TOKEN = "concordat.api_token"  # noqa: S105 - the name of a place
"""Under this key a scope has the token of a person or a system that a request shows; None for one that is no good."""
CSRF_FIELD = "csrf"
CSRF_HEADER = "Concordat-CSRF"


@dataclass(frozen=True, slots=True)
class Caller:
    """Someone, or some machine, that is known.

    ``operator`` holds the deployment's token, which sets partnerships up and is nobody in any; ``person`` is signed in
    with ``session``, or has their software ask with ``token``; ``system`` is a partnership's, which asks with ``token``
    too.
    """

    kind: Literal["operator", "person", "system"]
    session: Session | None = None
    token: ApiToken | SystemToken | None = None

    @property
    def system(self) -> SystemToken | None:
        """The system that asks, if one does."""
        return self.token if isinstance(self.token, SystemToken) else None

    @property
    def is_operator(self) -> bool:
        """Whether it is the operator of the deployment."""
        return self.kind == "operator"

    @property
    def may_set_up(self) -> bool:
        """Whether it may bring in, on the pages, partnerships that there are not yet."""
        return self.session is not None and self.session.may_set_up

    def people(self) -> list[tuple[str, str]]:
        """Return whom it may be, as pairs of a partnership and a full id."""
        holder = self.session or self.token
        return [] if holder is None else [(each.partnership, each.person_id) for each in holder.people]

    def person_of(self, partnership: str) -> str:
        """Return the full id of the person in a partnership.

        Raises Problem 403 for the operator and for who is nobody there, whether or not there is such a partnership, and
        for one of several who share an address.
        """
        holder = self.session or self.token
        if holder is None:
            raise for_setting_up()
        return _only(holder.people_in(partnership), partnership)


def for_setting_up() -> Problem:
    """Return with what the deployment's token is refused wherever nothing is set up."""
    return Problem(
        403,
        "The deployment’s token is for setting up alone: it reads nothing of a partnership and gives no command. Ask as"
        " a person, or with the token of a system, which a secretary makes in the Office (concordat token add).",
        slug="token-only-sets-up",
    )


def no_role(partnership: str) -> Problem:
    """Return what somebody is told who has no role in a partnership, whether or not there is such a one."""
    return Problem(
        403,
        f"You have no role in {partnership}. Its secretary can give you one. If you have one under another e-mail"
        " address, sign in with that.",
        slug="no-role",
    )


def _only(people: Sequence[KnownPerson], partnership: str) -> str:
    if not people:
        raise no_role(partnership)
    if len(people) > 1:
        raise Problem(
            403,
            f"Several people of {partnership} have your e-mail address. Say on your account page who you are.",
            slug="which-person",
        )
    return people[0].person_id


class Identity:
    """Knows the operator by the deployment's token, and the deployment's own services by theirs."""

    def __init__(self, token: SecretStr | None, service_token: SecretStr | None = None) -> None:
        self._token = token.get_secret_value().encode() if token else None
        self._service_token = service_token.get_secret_value().encode() if service_token else None

    def caller(self, given: str | None) -> Caller | None:
        """Return who sent this token, None for nobody in particular.

        Raises Problem: 401 for a wrong one, 403 for a service, which reads issued files and nothing that asks who is
        there. Without a token of its own a deployment has no operator.
        """
        if given is not None and self._is_service(given):
            raise Problem(403, "The services' token is for the files of issued packs alone; send the API token.")
        if self._token is None or given is None:
            return None
        if not self._is_operator(given):
            challenge = {"WWW-Authenticate": f'{CHALLENGE["WWW-Authenticate"]}, error="invalid_token"'}
            raise Problem(401, "The API token is not the one of this deployment.", headers=challenge)
        return Caller("operator")

    def operator(self, given: str) -> Caller:
        """Return the operator, who has the deployment's token.

        Raises Problem as ``caller`` does, and 403 where the deployment has none.
        """
        caller = self.caller(given)
        if caller is None:
            raise Problem(
                403,
                "This deployment has no API token, so nobody has it. Set CONCORDAT_API_TOKEN first.",
                slug="no-token-configured",
            )
        return caller

    def is_service(self, request: Request) -> bool:
        """Say whether it is one of the deployment's own services that asks."""
        given = _token_in(request)
        return given is not None and self._is_service(given)

    def is_operator(self, request: Request) -> bool:
        """Say whether the deployment's token comes with it; nobody is refused for having another, or none."""
        given = _token_in(request)
        return given is not None and self._is_operator(given)

    def _is_operator(self, given: str) -> bool:
        return self._token is not None and hmac.compare_digest(given.encode(), self._token)

    def _is_service(self, given: str) -> bool:
        return self._service_token is not None and hmac.compare_digest(given.encode(), self._service_token)


class _Asking(SecurityBase):
    """Who is reading. One dependency of a route, as each costs it time; it names the scheme in the OpenAPI document."""

    def __init__(self) -> None:
        self.model = BearerScheme(
            description="A token of a person or of a system; to set up, the value of CONCORDAT_API_TOKEN."
        )
        self.scheme_name = "ApiToken"

    async def __call__(self, request: Request) -> Caller | None:
        return reader_of(request)


class Changing(_Asking):
    """Who is changing something."""

    async def __call__(self, request: Request) -> Caller:
        return writer_of(request)


def reader_of(request: Request) -> Caller | None:
    """Return who is reading by this request, None for nobody in particular. Raises Problem: 401 or 403.

    A token goes before a session.
    """
    identity: Identity = request.app.state.identity
    token = _token_in(request)
    if API_TOKEN in request.scope or (token is not None and token.startswith(PREFIX)):
        return _of_api_token(request.scope.get(API_TOKEN))
    session = session_of(request)
    if session is not None and token is None:
        return Caller("person", session=session)
    return identity.caller(token)


def caller_of(request: Request) -> Caller:
    """Return who is reading something that the door shows to nobody unknown. Raises Problem: 401 or 403."""
    caller = reader_of(request)
    if caller is None:
        raise Problem(401, "Sign in first.", headers=CHALLENGE)
    return caller


def writer_of(request: Request) -> Caller:
    """Return who is changing something by this request. Raises Problem: 401 or 403.

    Who is signed in says with the header ``Concordat-CSRF`` that the request comes from a page of their session. For a
    form ``forms.signed`` finds that in its field.
    """
    caller = reader_of(request)
    if caller is None:
        raise Problem(401, "Changing something needs an API token, sent as Authorization: Bearer …", headers=CHALLENGE)
    if caller.token is not None and not caller.token.may_write:
        where = "on your account page" if caller.system is None else "in the office of its partnership"
        raise Problem(403, f"This token may only read. Make one that may write, {where}.", slug="token-only-reads")
    if caller.session is not None:
        check_csrf(caller.session, request.headers.get(CSRF_HEADER, ""))
    return caller


def _of_api_token(token: ApiToken | SystemToken | None) -> Caller:
    if token is None:
        challenge = {"WWW-Authenticate": f'{CHALLENGE["WWW-Authenticate"]}, error="invalid_token"'}
        raise Problem(401, "This API token is not known here: it has ended, or was taken back.", headers=challenge)
    return Caller("system" if isinstance(token, SystemToken) else "person", token=token)


def session_of(request: Request) -> Session | None:
    """Return the session that a request shows, None where it shows none that is open."""
    session: Session | None = request.scope.get(SESSION)
    return session


def check_csrf(session: Session, given: str) -> None:
    """Raise Problem 403 where what is sent does not come from a page of this session."""
    if not session.takes(given):
        raise Problem(
            403,
            "Nothing was changed: what you sent is from a page of another sign-in. Send it again from here.",
            slug="another-session",
        )


def refuse_all_but_the_secretary(
    caller: Caller, partnership: str, roles_of: Callable[[str], Collection[Role]], act: str
) -> None:
    """Raise Problem 403 unless a secretary of this partnership acts.

    ``roles_of`` returns the roles that a person, given by their full id, holds there now; ``act`` says in words what
    the secretary may do.
    """
    person = caller.person_of(partnership)
    if Role.SECRETARY not in roles_of(person):
        raise Problem(403, f"{person} may not {act}; the secretary of {partnership} may.")


def _token_in(request: Request) -> str | None:
    scheme, token = get_authorization_scheme_param(request.headers.get("Authorization"))
    return token if scheme.lower() == "bearer" and token else None


def _own_session(request: Request) -> Session:
    session = session_of(request)
    if session is None:
        raise Problem(403, "This is for people who are signed in with a browser; a token is not enough.")
    return session


OwnSession = Annotated[Session, Depends(_own_session)]
"""A route's parameter: the session of who is signed in with a browser; software, which the door lets in, is refused."""

Reader = Annotated[Caller | None, Depends(_Asking())]
"""A route's parameter: who is reading, None for nobody in particular; a wrong token is refused."""

Writer = Annotated[Caller, Depends(Changing())]
"""A route's parameter: who is changing something; refused without a token."""
