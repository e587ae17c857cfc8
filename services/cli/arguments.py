"""What can be written after ``concordat``, with help for each command."""

from __future__ import annotations

import argparse
from pathlib import Path

from services.cli.access_arguments import sign_in_link, sign_out, token
from services.cli.argument_parts import (
    Commands,
    add_command,
    count,
    port,
    seconds,
    takes_deployment,
    takes_lost_at,
    takes_programme_file,
)
from services.cli.waiting_arguments import blocked_partnerships, dead_letters

_EXAMPLES = """\
examples:
  concordat demo                                     see it all at work, on this machine
  concordat check london.yaml                        find every fault in a programme file
  concordat pack london.yaml --meeting B02 --out packs
  concordat import london.yaml --url https://concordat.example.org
  concordat serve all                                run the services

Settings are environment variables that begin with CONCORDAT_; docs/configuration.md lists them.
"""
_FILE_EXAMPLE = "A programme file holds a partnership and its history; examples/london.yaml is one."


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line; ``module`` in its result names the module that does the work."""
    top = argparse.ArgumentParser(
        prog="concordat",
        description="One ordered log of events for a partnership, and the reports that follow from it.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(title="commands", metavar="command", required=True)
    for add in (
        _demo,
        _pack,
        _compare,
        _check,
        _import,
        _serve,
        _republish,
        _verify,
        _backup,
        _restore,
        _restored,
        _rebuild,
        dead_letters,
        blocked_partnerships,
        _make_secrets,
        _migrate,
        _streams,
        _clock,
        sign_in_link,
        sign_out,
        token,
        _versions,
    ):
        add(commands)
    return top


def _demo(commands: Commands[argparse.ArgumentParser]) -> None:
    command = add_command(
        commands,
        "demo",
        "demo",
        "run everything on this machine, with the example partnership",
        "Loads the example's history, lets the timetable issue every board pack of it and send it by e-mail to a mail"
        " catcher on this machine, then keeps running. A second start finds what the first one left.",
        "concordat demo\n  concordat demo --once --data /tmp/concordat-demo",
    )
    command.add_argument("--once", action="store_true", help="end once the last pack was delivered; serve no pages")
    command.add_argument(
        "--data",
        type=Path,
        default=Path("data/demo"),
        metavar="DIR",
        help="where everything is kept (default: %(default)s)",
    )
    command.add_argument(
        "--port",
        type=port,
        default=8080,
        metavar="N",
        help="port of the web pages (default: %(default)s; 0 for any free one)",
    )
    command.add_argument("--file", type=Path, metavar="FILE", help="another programme file than examples/london.yaml")


def _pack(commands: Commands[argparse.ArgumentParser]) -> None:
    command = add_command(
        commands,
        "pack",
        "pack",
        "make a board pack from a programme file, with no server to set up",
        "Plays the file by its own clock through the real services, in this process, and writes the pack of one"
        " meeting as it is issued: pack.html, pack.pdf, pack.json, pack.xlsx and manifest.json. " + _FILE_EXAMPLE,
        "concordat pack london.yaml --meeting LAP-B02 --out packs",
    )
    takes_programme_file(command)
    command.add_argument("--meeting", required=True, metavar="REF", help="the meeting, such as LAP-B02 or B02")
    command.add_argument(
        "--edition", default="", metavar="S1", help="a supplement by its number, such as S1 (default: the pack itself)"
    )
    command.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="folder for the pack; made if it is not there"
    )


def _compare(commands: Commands[argparse.ArgumentParser]) -> None:
    command = add_command(
        commands,
        "compare",
        "compare",
        "say what changed between two packs, in words and in figures",
        "Takes the folders of two packs of one partnership, in either order, and says what got worse, what got better"
        " and what else changed from the earlier to the later. It needs nothing but their files, each of which must be"
        " as its manifest has it.",
        "concordat compare packs/LAP-B04-PACK packs/LAP-B05-PACK",
    )
    for name in ("one", "other"):
        command.add_argument(name, type=Path, metavar="PACK", help="folder of a pack, or its manifest.json")


def _check(commands: Commands[argparse.ArgumentParser]) -> None:
    command = add_command(
        commands,
        "check",
        "check",
        "find every fault in a programme file",
        "Reads a programme file and plays it, changing nothing. Every fault is told at once, each on a line of its own"
        " with file, line, place and what would be right. " + _FILE_EXAMPLE,
        "concordat check london.yaml",
    )
    takes_programme_file(command)


def _import(commands: Commands[argparse.ArgumentParser]) -> None:
    command = add_command(
        commands,
        "import",
        "importing",
        "bring a programme file into a running deployment",
        "Checks the file, then sends it. The deployment takes all of it or nothing. " + _FILE_EXAMPLE,
        "concordat import london.yaml --url https://concordat.example.org --token-file token",
    )
    takes_programme_file(command)
    takes_deployment(command)
    command.add_argument(
        "--wait",
        type=seconds,
        default=0,
        metavar="SECONDS",
        help="how long to wait for a deployment that has only just been started (default: not at all)",
    )


def _serve(commands: Commands[argparse.ArgumentParser]) -> None:
    command = add_command(
        commands,
        "serve",
        "serve",
        "run the services, until told to stop",
        "Runs all services in one process, or one of them. Without CONCORDAT_NATS_URL an embedded NATS server runs"
        " with them. The first Ctrl-C or SIGTERM lets open requests end, a second one does not wait.",
        "concordat serve all\n  CONCORDAT_NATS_URL=nats://nats:4222 concordat serve reporting",
    )
    command.add_argument(
        "what", choices=("all", "programme", "reporting", "notifications", "access"), help="which services to run"
    )


def _versions(commands: Commands[argparse.ArgumentParser]) -> None:
    add_command(
        commands,
        "versions",
        "versions",
        "print what is installed here, to look up known weaknesses of it",
        "One line for each package, as in a requirements file; Python, OpenSSL and SQLite stand in comments. It asks"
        " nobody: take the list to where the internet is.",
        "concordat versions > versions.txt",
    )


def _republish(commands: Commands[argparse.ArgumentParser]) -> None:
    command = add_command(
        commands,
        "republish",
        "republish",
        "send the logs of programme and reporting over the broker once more",
        "For a broker that lost events. Every consumer takes what it lacks and passes over the rest.",
        "concordat republish\n  concordat republish --log programme --partnership LAP --from 120",
    )
    command.add_argument("--log", choices=("programme", "reporting"), help="one of the two logs alone")
    command.add_argument("--partnership", metavar="CODE", help="one partnership alone, such as LAP")
    command.add_argument(
        "--from",
        dest="from_version",
        type=count,
        default=1,
        metavar="N",
        help="begin with this version of each log (default: %(default)s)",
    )


def _verify(commands: Commands[argparse.ArgumentParser]) -> None:
    command = add_command(
        commands,
        "verify",
        "verify",
        "show that nothing was altered: the log, a pack, or a programme file's packs",
        "Without PATH: recomputes the chain of every partnership's log from its first event, and makes every issued"
        " pack again and compares its bytes, and compares what reporting and notifications hold with the log. With the"
        " folder of a pack: compares its files with its manifest, and with the deployment's database where that knows"
        " the pack. With --key too: proves the pack by its signature, from its files alone.",
        "concordat verify\n  concordat verify --partnership LAP\n  concordat verify packs/LAP-B02-PACK\n"
        "  concordat verify packs/LAP-B02-PACK --key concordat.pem",
    )
    command.add_argument(
        "--key", type=Path, metavar="FILE", help="public key (PEM) that proves packs; the page /keys has it"
    )
    command.add_argument("path", nargs="?", type=Path, metavar="PATH", help="folder of a pack, or its manifest.json")
    command.add_argument("--partnership", metavar="CODE", help="one partnership alone, such as LAP")


def _rebuild(commands: Commands[argparse.ArgumentParser]) -> None:
    command = add_command(
        commands,
        "rebuild",
        "rebuild",
        "make what reporting or notifications know anew from the streams",
        "Run it while that service is stopped. Nothing is emptied of which the stream holds less. Issued packs are not"
        " touched, and no e-mail is sent again: where the queue was lost, what was recorded before is presumed to have"
        " been sent, and waits for a person who sends it again.",
        "concordat rebuild\n  concordat rebuild notifications",
    )
    command.add_argument(
        "what",
        nargs="?",
        choices=("reporting", "notifications"),
        default="reporting",
        help="whose picture (default: %(default)s)",
    )


def _backup(commands: Commands[argparse.ArgumentParser]) -> None:
    command = add_command(
        commands,
        "backup",
        "backup",
        "copy all databases as they are at one instant",
        "For databases that are SQLite files; it may run beside the services. The folder holds a copy of each, and of"
        " the key that signs packs: keep it as safe as the deployment itself.",
        "concordat backup backups/2026-11-26",
    )
    command.add_argument("folder", type=Path, metavar="FOLDER", help="folder for the backup; one that is not there yet")


def _restore(commands: Commands[argparse.ArgumentParser]) -> None:
    command = add_command(
        commands,
        "restore",
        "restore",
        "make a deployment from a backup",
        "Into a data folder (CONCORDAT_DATA_DIR) that holds none: nothing is written over. Its logs begin a new epoch"
        " and are sent over the broker; what was due before the deployment was lost is presumed to have been mailed;"
        " everybody signs in again; whoever CONCORDAT_ERASURES_FILE names is erased again.",
        "concordat restore backups/2026-11-26\n  concordat restore backups/2026-11-26 --lost-at 2026-11-26T14:05:00Z"
        "\n  concordat restore --check backups/2026-11-26",
    )
    command.add_argument("folder", type=Path, metavar="FOLDER", help="the backup's folder")
    command.add_argument(
        "--check",
        action="store_true",
        help="change nothing; prove hashes and logs, exit code 1 where one does not hold",
    )
    takes_lost_at(command)


def _restored(commands: Commands[argparse.ArgumentParser]) -> None:
    command = add_command(
        commands,
        "restored",
        "restored",
        "say that a log was restored from an older copy and goes on from there",
        "Run it after the copy is in its place, while the services are stopped. A new epoch of the log begins and both"
        " logs are sent again; every consumer forgets what the copy does not hold. `all` does the rest of `concordat"
        " restore` too, for databases that were all restored as they were at one instant, as PostgreSQL's are.",
        "concordat restored programme\n  concordat restored reporting\n  concordat restored all",
    )
    command.add_argument("log", choices=("programme", "reporting", "all"), help="whose database it was")
    takes_lost_at(command)


def _make_secrets(commands: Commands[argparse.ArgumentParser]) -> None:
    command = add_command(
        commands,
        "make-secrets",
        "make_secrets",
        "make what the services of a new deployment know in secret",
        "Writes one file for each: tokens, the keys that seal messages and sign packs, and the NKey with which each"
        " identity signs in at NATS. A file that is there stays as it is. Prints the NKeys' public keys as values of"
        " NATS's chart for Kubernetes.",
        "concordat make-secrets secrets > nats-keys.yaml\n"
        "  concordat make-secrets secrets --compose concordat.example.org",
    )
    command.add_argument("folder", type=Path, metavar="DIR", help="folder for the files; made if it is not there")
    command.add_argument(
        "--compose",
        metavar="HOST",
        help="the name at which people reach Concordat: make the certificates and passwords of compose.yaml too",
    )


def _migrate(commands: Commands[argparse.ArgumentParser]) -> None:
    command = add_command(
        commands,
        "migrate",
        "migrate",
        "bring the databases to the schema of this version",
        "Make a backup first. A PostgreSQL database is brought as far as services of the version before go on working;"
        " what ends that is said, and done with --contract. A SQLite file is brought all the way: stop its services."
        " Each database is migrated in one transaction: all of it or nothing. An empty one gets its tables; a SQLite"
        " file that is not there is made by its service when it starts.",
        "concordat migrate --check\n  concordat migrate\n  concordat migrate --contract",
    )
    command.add_argument(
        "--check",
        action="store_true",
        help="change nothing; say what is pending, with exit code 1 if services of this version do not start before it",
    )
    command.add_argument(
        "--contract", action="store_true", help="also what ends that services of older versions work with a database"
    )


def _streams(commands: Commands[argparse.ArgumentParser]) -> None:
    command = add_command(
        commands,
        "streams",
        "streams",
        "declare the streams and durable consumers at the NATS server",
        "`serve` and `demo` do this by themselves; it is for a deployment whose services may not. What differs from"
        " what is wanted and cannot be changed is told.",
        "CONCORDAT_NATS_URL=nats://nats:4222 concordat streams apply",
    )
    command.add_argument("action", choices=("apply",), help="what to do")
    command.add_argument(
        "--numbered",
        action=argparse.BooleanOptionalAction,
        help="whether streams store events from now on with the number of their partnership's part, so that the broker"
        " hands a replica of reporting what it takes in and no more; versions that do not know this option cannot read"
        " such events (usual: as it is)",
    )


def _clock(commands: Commands[argparse.ArgumentParser]) -> None:
    command = add_command(
        commands,
        "clock",
        "clock",
        "confirm a clock that jumped ahead and is right",
        "A service whose clock is further past the last instant that it knows than CONCORDAT_CLOCK_JUMP_HOURS records"
        " nothing: every later fact would bear that date. Where the clock is right, because the deployment was off for"
        " so long, this says so. It may run beside the services.",
        "concordat clock confirm",
    )
    command.add_argument("action", choices=("confirm",), help="what to do")
