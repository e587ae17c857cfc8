"""Where the keys come from with which services seal what they publish."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from nats.aio.client import Client

from contracts.sealing import Key
from services.runtime.base.settings import load_settings
from services.runtime.messaging import unsealed_messages
from services.runtime.messaging.follower import SCHEMAS, Follower
from services.runtime.messaging.keyring import Keyring, NoKeys, keyrings_of
from services.runtime.messaging.relay import Relay
from services.runtime.messaging.streams import PROGRAMME, REPORTING
from services.runtime.store import lease
from services.runtime.store.database import Database
from services.runtime.store.event_store import EventStore
from tests.parts.seals import EPOCH
from tests.parts.tables import make_tables
from tests.parts.waiting import caught_up
from tests.runtime.ledger import run_of
from tests.runtime.logged import logged
from tests.runtime.test_follower import clear, enter
from tests.runtime.test_follower import metadata as ledger


def test_where_no_key_is_set_one_is_made_once_and_kept(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path)

    first, second = keyrings_of(settings), keyrings_of(settings)

    assert first[PROGRAMME].seals().key_ids == second[PROGRAMME].seals().key_ids
    assert first[PROGRAMME].seals().key_ids != first[REPORTING].seals().key_ids


def test_with_a_broker_of_its_own_a_deployment_is_told_that_several_machines_need_the_same_keys(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, nats_url="nats://127.0.0.1:4222")

    with logged() as log:
        keyrings_of(settings)

    assert "CONCORDAT_PROGRAMME_KEY_FILE and CONCORDAT_REPORTING_KEY_FILE" in log.text


def test_where_the_keys_are_set_nothing_is_said_and_none_is_made(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("ab" * 32)
    key.chmod(0o600)
    settings = load_settings(
        data_dir=tmp_path / "data", nats_url="nats://127.0.0.1:4222", programme_key_file=key, reporting_key_file=key
    )

    with logged() as log:
        keyrings_of(settings)

    assert log.text == ""
    assert not (tmp_path / "data").exists()


OLD, NEW = "0a" * 32, "0b" * 32


def write(path: Path, *keys: str) -> Path:
    path.write_text("".join(f"{key}\n" for key in keys))
    path.chmod(0o600)
    return path


def test_a_file_that_changes_is_read_again_while_it_is_in_use(tmp_path: Path) -> None:
    path = write(tmp_path / "keys", OLD)
    keyring = Keyring(PROGRAMME, path)
    sealed_before = keyring.seals().seal(b'{"a":1}', "0" * 64, EPOCH)

    write(path, "# the first one seals", NEW, "", OLD)

    assert keyring.seals().key_ids == [Key.read(NEW).id, Key.read(OLD).id]
    assert keyring.seals().open(sealed_before).body == b'{"a":1}'


@pytest.mark.parametrize("content", ["", "not a key\n", f"{NEW}\n{NEW[:10]}", "\x00\x01"])
def test_a_file_that_becomes_unfit_is_told_of_and_the_keys_stay(tmp_path: Path, content: str) -> None:
    path = write(tmp_path / "keys", OLD)
    keyring = Keyring(PROGRAMME, path)

    path.write_text(content)
    with logged() as log:
        for _ in range(3):
            assert keyring.seals().key_ids == [Key.read(OLD).id]

    assert log.text.count("the keys are kept as they were") == 1
    assert NEW[:10] not in log.text


def test_a_file_that_is_away_leaves_the_keys_as_they_were(tmp_path: Path) -> None:
    path = write(tmp_path / "keys", OLD)
    keyring = Keyring(PROGRAMME, path)
    path.unlink()
    assert keyring.seals().key_ids == [Key.read(OLD).id]
    write(path, NEW)
    assert keyring.seals().key_ids == [Key.read(NEW).id]


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "cannot be read"), ("", "holds no key"), (f"{OLD}\nabc\n", "is wrong in line 2"), ("\x00", "line 1")],
)
def test_a_file_without_keys_stops_the_start_with_a_sentence(tmp_path: Path, content: str | None, words: str) -> None:
    path = tmp_path / "keys"
    if content is not None:
        path.write_text(content)
    with pytest.raises(NoKeys, match=words) as refused:
        Keyring(PROGRAMME, path)
    assert str(path) in str(refused.value)
    assert "abc" not in str(refused.value)


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path)
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda _: keyrings_of(settings)[PROGRAMME].seals().key_ids, range(64)))
    assert len({tuple(ids) for ids in found}) == 1
    assert [path.name for path in (tmp_path / "keys").glob(".*")] == []


async def test_a_key_is_rotated_while_services_run_and_nothing_is_taken_for_a_strangers(
    tmp_path: Path, connection: Client, stream: str
) -> None:
    """The steps of docs/operations.md: accept the new key, seal with it, send the log again, drop the old one."""
    # given
    relays, follows = write(tmp_path / "relays", OLD), write(tmp_path / "follows", OLD)
    log, source = EventStore(stream.lower()), Database(f"sqlite:///{tmp_path / 'log.db'}")
    target = Database(f"sqlite:///{tmp_path / 'journal.db'}")
    make_tables(source, log.metadata, lease.metadata)
    make_tables(target, ledger, *SCHEMAS)
    relay = Relay(source, log, connection, Keyring(stream, relays), poll_seconds=0.1)
    follower = Follower(target, connection, Keyring(stream, follows), "reporting", enter, clear=clear)
    events = run_of(6, stream=stream.lower())

    async def one_more_is_taken_in(number: int) -> None:
        await source.write(lambda connection: log.append(connection, [events[number - 1]]))
        await caught_up(follower, "LAP", number)

    await relay.start()
    await follower.start()
    await one_more_is_taken_in(1)
    # when
    for path in (relays, follows):
        write(path, OLD, NEW)
        await one_more_is_taken_in(2 if path is relays else 3)
    for path in (relays, follows):
        write(path, NEW, OLD)
        await one_more_is_taken_in(4 if path is relays else 5)
    await relay.republish()
    for path in (relays, follows):
        write(path, NEW)
    await one_more_is_taken_in(6)
    # then
    told = await unsealed_messages.unsealed_messages_check(target, ["reporting"]).probe()
    assert (follower.blocked, told.message) == ({}, "Every message was sealed by its service.")
    # and: a rebuild reads from what the new key has sealed
    await follower.rebuild()
    await caught_up(follower, "LAP", 6)
    await follower.stop()
    await relay.stop()
    source.close()
    target.close()
