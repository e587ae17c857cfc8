"""From what Home lists to the e-mail that a mail server took: with programme itself and a real SMTP server."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from services.notifications.digest.made import last_days
from services.runtime.base.clock import SteppedClock
from tests.domain.history import at
from tests.notifications.deployment import ADDRESSES, Deployment
from tests.parts.nats import NatsServer
from tests.parts.smtp import SmtpServer
from tests.parts.waiting import until
from tests.programme.pages.rooms import HACKNEY, TOKEN, open_rooms

SUNDAY, MONDAY = at("2014-10-12", "12:00"), at("2014-10-13", "07:00")
URL = "https://concordat.example"


async def test_what_waits_comes_once_in_one_email_with_a_link_to_each_thing_whichever_replica_sends_it(
    own_nats_server: NatsServer, smtp_server: SmtpServer, tmp_path: Path
) -> None:
    surroundings = Deployment(own_nats_server, smtp_server, tmp_path, f"sqlite:///{tmp_path / 'notifications.db'}")
    clock = SteppedClock(SUNDAY)
    async with open_rooms(tmp_path / "programme") as rooms, surroundings.running():
        given = {"api_token": TOKEN, "programme_url": str(rooms.client.base_url).rstrip("/")}
        async with surroundings.service(clock, **given) as one, surroundings.service(clock, **given) as other:
            await surroundings.found()
            await until(lambda: [day for _, day in one.database.read_sync(last_days)] == [SUNDAY.date()])
            # when
            rooms.clock.move_to(MONDAY)
            clock.move_to(MONDAY)
            await until(lambda: ADDRESSES[HACKNEY] in surroundings.received())
            for service in (one, other):
                await until(partial(service.idle, 1))
    # then
    assert {len(ids) for ids in surroundings.received().values()} == {1}
    [email] = [each for each in smtp_server.messages if [*each.recipients] == [ADDRESSES[HACKNEY]]]
    text, html = (email.message.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    assert email.message["Subject"] == "2 things wait for you – London Archives Partnership"
    lines = text.splitlines()
    for place in ("/return/LAP/2014-15-Q2/HAC", "/board/LAP/actions/A01", "/home/LAP", "/account/emails"):
        assert f"{URL}{place}" in lines
        assert f'href="{URL}{place}"' in html
    assert "* Return for 2014-15 Q2" in lines
    assert "  Not begun. Was due Friday 3 October, 17:00, 10 days ago." in lines
    assert max(map(len, email.content.split(b"\r\n"))) <= 76
