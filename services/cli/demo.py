"""``concordat demo``: everything on this machine, with the example partnership and its history."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import socket
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import uvloop
from pydantic import SecretStr

from services.access.service import AccessService
from services.cli import INTERRUPTED, become_pages
from services.cli.become_pages import BecomePages
from services.cli.demo_folder import DemoFolder, Loaded
from services.cli.demo_history import HistoryPlayer
from services.cli.errors import CommandError
from services.cli.example_people import Introduced
from services.cli.file_clock import FileClock
from services.cli.hosting import running
from services.cli.mail_catcher import HOST, MailCatcher
from services.cli.mail_pages import MailPages
from services.cli.own_settings import settings_of_its_own
from services.cli.programme_files import content_of, opened
from services.cli.serve import NAVIGATION
from services.notifications.service import NotificationsService
from services.programme.file.checking import ProgrammeFile
from services.programme.service import ProgrammeService
from services.reporting.service import ReportingService
from services.runtime.base import private_files
from services.runtime.base.clock import SystemClock
from services.runtime.base.logging import set_up_logging
from services.runtime.base.settings import Settings
from services.runtime.process.lifecycle import Host
from services.runtime.process.stop_signals import told_to_stop
from services.runtime.web.pages import Link

_TOKEN = "concordat-demo"  # noqa: S105 - it protects nothing: the demonstration answers on the loopback address alone
_EXAMPLE = Path(__file__).parents[2] / "examples" / "london.yaml"


def run(options: argparse.Namespace) -> int:
    """Run the demonstration until told to stop, or with ``--once`` until its history has been played."""
    private_files.keep_to_owner()
    path = options.file or _example()
    file = opened(path)
    with DemoFolder(options.data) as folder:
        demo = Demo(file, path, folder, once=options.once)
        if demo.loaded is not None and options.once:
            print(demo.where_things_lie())
            return 0
        set_up_logging("error", "console")
        return uvloop.run(demo.run(options.port or _free_port()))


class Demo:
    """One demonstration in one folder."""

    def __init__(self, file: ProgrammeFile, path: Path, folder: DemoFolder, *, once: bool) -> None:
        """Clears what an interrupted start left behind. Raises CommandError where the folder holds another file's."""
        self._file = file
        self._path = path
        self._folder = folder
        self._once = once
        self._content = content_of(path)
        self.loaded: Loaded | None = folder.loaded(self._content)
        if self.loaded is None and folder.clear():
            print("The last start was interrupted before the history had been played; this one begins anew.\n")

    async def run(self, port: int) -> int:
        """Run everything; return the exit code.

        Links in e-mails lead to ``port``, where the pages are. With ``once`` nobody is served there, and another
        demonstration may be: so the services find each other at a port of their own.
        """
        self._folder.have_links_lead_to(f"http://{HOST}:{port}")
        async with MailCatcher(self._folder.mail) as mail:
            clock = FileClock(self._starts_at())
            host: Host
            host = Host(
                self._settings(port, mail.port),
                (
                    ProgrammeService,
                    partial(ReportingService, keeps_timetable=False),
                    NotificationsService,
                    AccessService,
                    partial(MailPages, folder=self._folder.mail),
                    partial(BecomePages, partnership=self._file.partnership, services=lambda: host.services),
                ),
                clock=clock,
                navigation=(*NAVIGATION, Link("Mailbox", "/mail/"), Link("Become …", become_pages.PATH)),
            )
            with told_to_stop(host) as told:
                async with running(host):
                    return await self._run_on(host, clock, mail, told)

    async def _run_on(self, host: Host, clock: FileClock, mail: MailCatcher, told: asyncio.Event) -> int:
        if self.loaded is None:
            if not await self._play(host, clock, mail, told):
                print("\nStopped before the history had been played. The next start begins anew.")
                return INTERRUPTED
            self._folder.note_loaded(self._content, clock.now(), SystemClock().now())
        if self._once:
            print(self.where_things_lie())
            return 0
        become = host.services["become"]
        assert isinstance(become, BecomePages)
        print(self.where_things_lie(host.url))
        print(_whom_to_become(f"{host.url}{become_pages.PATH}", await become.people.introduced()))
        print("\nCtrl-C stops it; the next start finds everything as it is.", flush=True)
        clock.run_on()
        reporting = host.services["reporting"]
        assert isinstance(reporting, ReportingService)
        timetable = asyncio.create_task(reporting.timekeeper.run(30.0))
        await told.wait()
        timetable.cancel()
        print("\nStopping. The next start finds everything as it is.")
        return 0

    async def _play(self, host: Host, clock: FileClock, mail: MailCatcher, told: asyncio.Event) -> bool:
        """Play the history; return False where that was interrupted."""
        name = self._file.register.partnership.name
        print(f"{name}: playing the history in {self._path}")
        if not self._once:
            print(f"Watch it at {host.url}/home/{self._file.partnership} (Ctrl-C stops)")
        print(flush=True)
        history = HistoryPlayer(self._file, self._folder, host, clock, mail)
        playing = asyncio.create_task(history.play())
        stopping = asyncio.create_task(told.wait())
        await asyncio.wait({playing, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not playing.done():
            playing.cancel()
            await asyncio.wait({playing})
            return False
        await playing
        return True

    def where_things_lie(self, url: str | None = None) -> str:
        """Return what a person can look at now, and what to try, with the very commands."""
        code = self._file.partnership
        packs, services = _shown(self._folder.packs), _shown(self._folder.services)
        latest = max(packs.glob("*-PACK"), default=None)
        command = _command()
        lines = [""]
        if url is not None:
            lines += [f"Web pages   {url}/home/{code}", f"            {url}/emails/{code} and {url}/mail/"]
        lines += [f"Packs       {packs}", f"E-mails     {_shown(self._folder.mail)}", "", "What to try next:"]
        if latest is not None:
            meeting = latest.name.removesuffix("-PACK")
            lines += [
                f"  open {latest / 'pack.html'} in a browser, or pack.pdf beside it",
                f"  CONCORDAT_DATA_DIR={services} {command} verify {latest}",
                f"  {command} pack {self._path} --meeting {meeting} --out packs   (the same bytes again)",
            ]
        lines.append(f"  {command} check {self._path}")
        if url is not None:
            lines += [
                f"  CONCORDAT_DATA_DIR={services} {command} token add {code} --name 'A trial' --until {_in_a_month()}",
                f"  curl -H 'Authorization: Bearer …' {url}/api/v1/partnerships/{code}   (with what that prints)",
            ]
        return "\n".join(lines)

    def _starts_at(self) -> datetime:
        if self.loaded is not None:
            return self.loaded.reads(SystemClock().now())
        return self._file.entries[0].at

    def _settings(self, port: int, mail_port: int) -> Settings:
        listening = _free_port() if self._once else port
        return settings_of_its_own(
            self._folder.services,
            host=HOST,
            port=listening,
            public_url=f"http://{HOST}:{port}",
            reporting_url=f"http://{HOST}:{listening}",
            programme_url=f"http://{HOST}:{listening}",
            api_token=SecretStr(_TOKEN),
            smtp_host=HOST,
            smtp_port=mail_port,
            smtp_starttls=False,
            mail_from="Concordat <concordat@concordat.example>",
            mail_per_minute=1_000_000,
            poll_seconds=1.0,
        )


def _whom_to_become(address: str, introduced: Sequence[Introduced]) -> str:
    """Return where one becomes somebody of the example, and who finds what on their Home."""
    people = (f"  {each.person.role}\n      {each.why}" for each in introduced)
    return "\n".join(["", f"Home, as whom you like: become somebody at {address}", *people])


def _example() -> Path:
    if not _EXAMPLE.is_file():
        raise CommandError(f"the example is not there ({_EXAMPLE}); give a programme file with --file")
    return _shown(_EXAMPLE)


def _shown(path: Path) -> Path:
    """Return a path as people write it: from where they are, where it lies below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _in_a_month() -> str:
    return f"{SystemClock().now() + timedelta(days=30):%Y-%m-%d}"


def _command() -> str:
    """Return the command as it can be called from here: by its name where a shell would find this very one."""
    called = Path(sys.argv[0]).absolute()
    found = shutil.which("concordat")
    return "concordat" if found is not None and Path(found) == called else str(_shown(called))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
