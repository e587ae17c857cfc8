"""``concordat demo``: the history played with real services, packs written out, e-mails sent, and stopping cleanly."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import time
from email import message_from_bytes, policy
from html import escape
from pathlib import Path

import httpx
import pytest

from services.cli import main
from services.cli.demo_folder import DemoFolder
from services.cli.mail_links import lead_to, leading_to
from tests.cli.command import ROOT, SMALL, Running, concordat, files_in
from tests.parts.child import free_port
from tests.parts.sessions import became

HELD_UP = Path(__file__).with_name("held_up")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demonstration of the small example that was played to its end; ``said.txt`` is what it said."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    ended = concordat("demo", "--once", "--data", folder, "--file", SMALL)
    assert (ended.returncode, ended.stderr) == (0, "")
    folder.with_name("said.txt").write_text(ended.stdout)
    shutil.copytree(folder, folder.with_name("untouched"))
    return folder


def test_the_history_is_told_in_a_line_for_each_event(demo: Path) -> None:
    said = demo.with_name("said.txt").read_text()

    days = "1 Apr 2014, 20 Jun 2014, 1 Jul 2014, 5 Jul 2014, 9 Jul 2014, 17 Jul 2014, 19 Sep 2014, 30 Sep 2014"
    assert [line[:11].strip() for line in said.splitlines() if " 2014  " in line[:14]] == days.split(", ")
    assert " 9 Jul 2014  Pack NFA-B01-PACK issued for the meeting of 17 Jul 2014; 3 e-mails sent" in said
    assert "17 Jul 2014  Board meeting NFA-B01 held: 1 decision" in said
    assert str(demo / "packs") in said


def test_each_pack_of_a_past_meeting_lies_in_a_folder_that_people_can_open(demo: Path) -> None:
    assert [path.name for path in (demo / "packs").iterdir()] == ["NFA-B01-PACK"]
    assert {"pack.html", "pack.pdf", "pack.json", "pack.xlsx", "manifest.json", "manifest.sig"} == set(
        files_in(demo / "packs/NFA-B01-PACK")
    )


def test_the_pack_is_the_one_that_the_command_pack_makes(demo: Path, tmp_path: Path) -> None:
    concordat("pack", SMALL, "--meeting", "B01", "--out", tmp_path / "out")

    issued = files_in(demo / "packs" / "NFA-B01-PACK")
    assert issued.pop("manifest.sig")
    assert files_in(tmp_path / "out") == issued


def test_every_member_of_the_board_was_sent_the_pack_once(demo: Path) -> None:
    letters = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in (demo / "mail").glob("*.eml")]

    with_pack = [
        letter["To"].addresses[0].addr_spec
        for letter in letters
        if any(part.get_content_type() == "application/pdf" for part in letter.walk())
    ]
    assert sorted(with_pack) == ["lead@durham.example", "lead@northumberland.example", "lead@tyne.example"]


def test_a_second_start_finds_what_the_first_one_left(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(path.name for path in (demo / "mail").iterdir())

    code = main(["demo", "--once", "--data", str(demo), "--file", str(SMALL)])

    assert code == 0
    assert str(demo / "packs") in capsys.readouterr().out
    assert sorted(path.name for path in (demo / "mail").iterdir()) == before


def test_a_demonstration_that_stays_shows_its_pages_says_whom_to_become_and_stops_at_ctrl_c(demo: Path) -> None:
    with Running(("demo", "--data", demo, "--file", SMALL, "--port", "0")) as running:
        said = running.until_said("Ctrl-C stops it")
        url = said.split("Web pages   ")[1].split("/home/")[0]

        with httpx.Client(base_url=url, timeout=60) as reader:
            became(reader, "NFA-U002")
            assert "Northern Fire Alliance" in reader.get("/home/NFA").text
            assert "/packs/NFA/B01" in reader.get("/packs/NFA").text
        mailbox = httpx.get(f"{url}/mail/", timeout=60).text
        assert "lead@durham.example" in mailbox
        letter = httpx.get(f"{url}/mail/00001", timeout=60)
        assert f'<a href="{url}/' in letter.text
        assert (letter.status_code, httpx.get(f"{url}/mail/99999", timeout=60).status_code) == (200, 404)
        assert httpx.get(f"{url}/mail/00001/source", timeout=60).headers["content-type"].startswith("message/rfc822")

        become, introduced = said.split("become somebody at ")[1].split("\n", 1)
        people = httpx.get(become, timeout=60).text
        listed = [line.strip() for line in introduced.splitlines()[:-1] if line.strip()]
        assert "Chair, board member and lead for County Durham" in listed
        assert "      Return for 2014-15 Q2: not begun" in introduced
        assert [line for line in listed if escape(line) not in people] == []

        code, complaints = running.interrupt()

    assert (code, complaints) == (0, "")


def links_in(folder: Path) -> set[str]:
    """Return the beginnings of all web addresses in the texts and calendar entries of the e-mails in a folder."""
    found: set[str] = set()
    for path in folder.glob("*.eml"):
        for part in message_from_bytes(path.read_bytes(), policy=policy.default).walk():
            if part.get_content_maintype() == "text" or part.get_content_type() == "application/ics":
                content = part.get_content()
                text = content if isinstance(content, str) else content.decode()
                found.update(re.findall(r"http://127\.0\.0\.1:[0-9]+(?=/)", text.replace("\r\n ", "")))
    return found


def parts_of(path: Path) -> list[object]:
    """Return the headers and contents of an e-mail's parts."""
    parts = message_from_bytes(path.read_bytes(), policy=policy.default).walk()
    return [(part.items(), part.get_payload(decode=True)) for part in parts]


def test_links_in_every_e_mail_lead_to_where_the_demonstration_answers(demo: Path, tmp_path: Path) -> None:
    # given a history that was played while nobody was served
    kept = shutil.copytree(demo.with_name("untouched"), tmp_path / "data")
    assert links_in(kept / "mail") == {"http://127.0.0.1:8080"}
    before = {path.name: parts_of(path) for path in (kept / "mail").glob("*.eml")}
    # when it is shown at another address than the usual one
    port = free_port()
    with Running(("demo", "--data", kept, "--file", SMALL, "--port", str(port))) as running:
        running.until_said("Ctrl-C stops it")
        # then
        assert links_in(kept / "mail") == {f"http://127.0.0.1:{port}"}
        assert f"http://127.0.0.1:{port}/packs/NFA" in httpx.get(f"http://127.0.0.1:{port}/mail/00001", timeout=60).text
    # and all else is as it was
    lead_to(kept / "mail", f"http://127.0.0.1:{port}", "http://127.0.0.1:8080")
    assert before == {path.name: parts_of(path) for path in (kept / "mail").glob("*.eml")}


def test_links_lead_on_where_the_last_change_of_address_was_interrupted(demo: Path, tmp_path: Path) -> None:
    # given e-mails of which one leads already to where the demonstration then never answered
    kept = shutil.copytree(demo.with_name("untouched"), tmp_path / "data")
    first = min((kept / "mail").glob("*.eml"))
    first.write_bytes(leading_to(first.read_bytes(), "http://127.0.0.1:8080", "http://127.0.0.1:9"))
    (kept / "address").write_text("http://127.0.0.1:8080\nhttp://127.0.0.1:9\n")
    # when
    with DemoFolder(kept) as folder:
        folder.have_links_lead_to("http://127.0.0.1:8081")
    # then
    assert links_in(kept / "mail") == {"http://127.0.0.1:8081"}
    assert (kept / "address").read_text().split() == ["http://127.0.0.1:8081"]


def test_ctrl_c_in_the_middle_of_the_history_stops_cleanly_and_the_next_start_begins_anew(tmp_path: Path) -> None:
    arguments = ("demo", "--once", "--data", tmp_path / "data", "--file", SMALL)
    held_up = tmp_path / "held-up"  # else it could come to its end before it is told to stop
    held_up.touch()
    environment = {
        "PYTHONPATH": os.pathsep.join((str(HELD_UP), str(ROOT))),
        "HELD_UP_AT": "is formed",
        "HELD_UP_BY": str(held_up),
    }
    with Running(arguments, environment) as running:
        running.until_said("is formed")
        code, complaints = running.interrupt(then=held_up.unlink)

    assert (code, complaints) == (130, "")
    assert "The next start begins anew." in running.said

    again = concordat(*arguments)

    assert again.returncode == 0
    assert "this one begins anew" in again.stdout
    assert "Pack NFA-B01-PACK issued" in again.stdout
    assert (
        json.loads((tmp_path / "data" / "packs" / "NFA-B01-PACK" / "manifest.json").read_bytes())["pack"]
        == "NFA-B01-PACK"
    )


@pytest.mark.parametrize("pressed", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_that_is_pressed_until_the_very_end_leaves_an_orderly_stop_what_it_is(
    demo: Path, pressed: signal.Signals
) -> None:
    with Running(("demo", "--data", demo, "--file", SMALL, "--port", "0")) as running:
        running.until_said("Ctrl-C stops it")

        while running.process.poll() is None:
            running.process.send_signal(pressed)
            time.sleep(0.005)

        assert (running.process.returncode, running.complaints) == (0, "")


def test_one_folder_holds_one_demonstration_at_a_time(demo: Path) -> None:
    with Running(("demo", "--data", demo, "--file", SMALL, "--port", "0")) as running:
        running.until_said("Ctrl-C stops it")
        second = concordat("demo", "--once", "--data", demo, "--file", SMALL)

    assert second.returncode == 1
    assert "a demonstration runs in" in second.stderr


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "thesis.txt").write_text("mine")

    code = main(["demo", "--once", "--data", str(tmp_path), "--file", str(SMALL)])

    assert code == 1
    assert "holds other things" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_folder_of_another_file_is_left_alone(demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(SMALL.read_text().replace("likelihood: 3", "likelihood: 4"))

    code = main(["demo", "--once", "--data", str(demo), "--file", str(other)])

    assert code == 1
    assert "holds the demonstration of another programme file" in capsys.readouterr().err
    assert (demo / "packs" / "NFA-B01-PACK").is_dir()
