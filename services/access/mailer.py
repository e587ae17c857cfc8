"""Sends the e-mails of access, behind people's backs: nobody waits for one, and none is kept.

What cannot be sent is tried again for as long as a link to sign in lasts. A process that ends forgets what it has not
sent: who waits for it asks again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from prometheus_client import Counter

from services.access.letters import sign_in_letter, token_letter
from services.access.links import LASTS, Link
from services.runtime.access.directory import Directory
from services.runtime.base.addresses import Address, NoAddress, address, mailbox
from services.runtime.base.clock import SystemClock
from services.runtime.base.health import Check, ProbeResult
from services.runtime.base.retry import Backoff
from services.runtime.base.settings import Settings
from services.runtime.base.tasks import end
from services.runtime.base.telemetry import REGISTRY
from services.runtime.base.trouble import Trouble
from services.runtime.base.validation_messages import as_sentence
from services.runtime.mail.answers import Answer, ContentRejected, PutOff, Rejected, Sent
from services.runtime.mail.message import FromAddress
from services.runtime.mail.smtp import Conversation
from services.runtime.store.database import Overloaded, Unavailable

EMAILS = Counter(
    "concordat_sign_in_emails",
    "E-mails to sign in with, and of tokens that were made, by what became of them.",
    ("outcome",),
    registry=REGISTRY,
)
_BACKOFF = Backoff(5.0, 120.0)
_NOT_SET = "No mail server is set, so nobody can sign in by e-mail."
Writing = Callable[[Address, datetime], bytes]
"""Writes the e-mail to an address at an instant."""
_log = structlog.get_logger(__name__)


class Mailer:
    """Sends links, and notices of tokens, to whoever of the directory has an address."""

    def __init__(self, settings: Settings, directory: Directory, backoff: Backoff = _BACKOFF) -> None:
        self._settings = settings
        self._directory = directory
        self._backoff = backoff
        self._clock = SystemClock()
        self._sender = FromAddress(*mailbox(settings.mail_from))
        self._conversation = Conversation(settings) if settings.smtp_host is not None else None
        self._turn = asyncio.Lock()
        self._sending: set[asyncio.Task[None]] = set()
        self._trouble = Trouble(__name__, "e-mails to sign in with are not sent", "they are sent again")
        self.problem = "" if self._conversation else _NOT_SET
        """Why no e-mail can be sent to anybody at present, as a sentence; nothing where they can."""

    def send(self, link: Link, browser: str) -> None:
        """Send a link soon, if anybody has its address. Returns at once, in the same time whether or not."""
        url = self._settings.public_url
        self._soon(link.address, lambda to, now: sign_in_letter(link, url, browser, self._sender, to, now))

    def tell_of_token(self, whose: str, browser: str, ends_at: datetime, *, may_write: bool) -> None:
        """Tell whoever has an address, soon, that a token of theirs was made. Returns at once."""
        url = self._settings.public_url
        self._soon(whose, lambda to, now: token_letter(may_write, ends_at, url, browser, self._sender, to, now))

    def check(self) -> Check:
        """Tell on the readiness page whether e-mails go out. It never says no: who is signed in needs none."""

        async def probe() -> ProbeResult:
            return ProbeResult(True, self.problem or "E-mails to sign in with are sent.")

        return Check("e-mails to sign in with", probe)

    async def idle(self) -> None:
        """Wait until nothing is being sent."""
        while self._sending:
            await asyncio.wait(self._sending)

    async def close(self) -> None:
        """Give up what is being sent."""
        await end(list(self._sending))
        if self._conversation is not None:
            await self._conversation.close()

    def _soon(self, whose: str, write: Writing) -> None:
        task = asyncio.create_task(self._deliver(whose, write))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _deliver(self, whose: str, write: Writing) -> None:
        """Try until it is sent, or refused for good, or a link in it would be over."""
        late = asyncio.get_running_loop().time() + LASTS.total_seconds()
        tries = 0
        while asyncio.get_running_loop().time() < late:
            answer = await self._send(whose, write)
            if answer is None or isinstance(answer, (Sent, Rejected, ContentRejected)):
                return
            tries += 1
            await asyncio.sleep(self._backoff.pause(tries))
        EMAILS.labels("given up").inc()

    async def _send(self, whose: str, write: Writing) -> Answer | None:
        """Send it once; None where there is nobody, or no way, to send it to."""
        try:
            email = await self._directory.email_of(whose)
            if email is None or self._conversation is None:
                return None
            recipient = address(email)
            letter = write(recipient, self._clock.now())
            async with self._turn:
                answer = await self._conversation.send(self._sender.address, recipient, letter, _granted)
        except NoAddress:
            return None
        except (Overloaded, Unavailable) as reason:
            answer = PutOff(str(reason))
        self._note(answer)
        return answer

    def _note(self, answer: Answer) -> None:
        match answer:
            case Sent():
                EMAILS.labels("sent").inc()
                self.problem = ""
                self._trouble.over()
            case Rejected() | ContentRejected():
                EMAILS.labels("refused").inc()
                _log.warning("an e-mail to sign in with was refused", reason=answer.reason)
            case _:
                EMAILS.labels("put off").inc()
                self.problem = as_sentence(answer.reason)
                self._trouble.met(answer.reason)


async def _granted() -> bool:
    return True
