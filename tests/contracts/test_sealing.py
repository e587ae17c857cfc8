"""The seal: whatever is altered of a message, or claimed by one without the key, it is no event."""

from __future__ import annotations

import hashlib
import hmac
import json
import re

import pytest

from contracts.envelope import CHAIN_START
from contracts.sealing import EPOCH_PATTERN, Key, NotSealed, Opened, Seals, new_epoch, seal_of

KEY, OTHER = Key.read("ab" * 32), Key.read("cd" * 32)
BODY = b'{"id":"programme-LAP-1","partnership":"LAP","version":1,"data":{"name":"Caf\xc3\xa9"}}'
EPOCH = new_epoch()
WIRE = Seals("PROGRAMME", [KEY]).seal(BODY, CHAIN_START, EPOCH)


def test_what_was_sealed_is_opened_with_the_bytes_that_were_stored() -> None:
    assert Seals("PROGRAMME", [KEY]).open(WIRE) == Opened(BODY, CHAIN_START, EPOCH)


def test_a_sealed_message_is_one_json_object_with_chain_epoch_and_seal_at_its_end() -> None:
    assert list(json.loads(WIRE))[-3:] == ["chain", "epoch", "seal"]
    assert json.loads(WIRE)["seal"] == f"{KEY.id}.{seal_of(WIRE)}"


def test_the_seal_is_hmac_sha256_as_the_published_schema_says() -> None:
    before = WIRE[: WIRE.index(b'","seal":"')]
    assert seal_of(WIRE) == hmac.new(KEY.secret, b"PROGRAMME\0" + before, hashlib.sha256).hexdigest()


@pytest.mark.parametrize("place", range(len(WIRE)))
def test_a_message_with_any_byte_altered_is_not_opened(place: int) -> None:
    altered = bytearray(WIRE)
    altered[place] ^= 1
    with pytest.raises(NotSealed):
        Seals("PROGRAMME", [KEY]).open(bytes(altered))


@pytest.mark.parametrize(
    "forged",
    [
        b"",
        b"{}",
        b"\xff\xfe\x00",
        BODY,
        WIRE[:-1],
        WIRE + b" ",
        WIRE[1:],
        WIRE.replace(b'"version":1,', b'"version":9999,'),
        WIRE.replace(KEY.id.encode(), OTHER.id.encode()),
        WIRE.replace(CHAIN_START.encode(), b"f" * 64),
        WIRE.replace(EPOCH.encode(), new_epoch().encode()),
        b"x" * 1_000_000,
    ],
)
def test_what_nobody_sealed_is_not_opened(forged: bytes) -> None:
    with pytest.raises(NotSealed):
        Seals("PROGRAMME", [KEY, OTHER]).open(forged)


def test_the_seal_of_one_stream_is_none_on_the_other() -> None:
    with pytest.raises(NotSealed):
        Seals("REPORTING", [KEY]).open(WIRE)


def test_the_seal_of_another_service_is_none() -> None:
    with pytest.raises(NotSealed, match="a key that is not accepted"):
        Seals("PROGRAMME", [OTHER]).open(WIRE)


def test_a_new_key_seals_while_what_the_old_one_sealed_is_still_opened() -> None:
    rotated = Seals("PROGRAMME", [OTHER, KEY])
    assert rotated.open(WIRE).body == BODY
    assert f'"{OTHER.id}.'.encode() in rotated.seal(BODY, CHAIN_START, EPOCH)


def test_a_seal_that_is_genuine_but_not_behind_an_event_is_not_opened() -> None:
    bare = b'{"a":1,"epoch":"'
    digits = hmac.new(KEY.secret, b"PROGRAMME\0" + bare, hashlib.sha256).hexdigest()
    with pytest.raises(NotSealed, match="no chain value and epoch"):
        Seals("PROGRAMME", [KEY]).open(bare + f'","seal":"{KEY.id}.{digits}"}}'.encode())


def test_epochs_sort_by_their_beginning_whatever_the_clock_says() -> None:
    epochs = [new_epoch()]
    for _ in range(50):
        epochs.append(new_epoch(after=epochs[-1]))
    assert epochs == sorted(set(epochs))
    assert all(re.fullmatch(EPOCH_PATTERN, epoch) for epoch in epochs)
    assert new_epoch(after="29990101T000000000000Z-ffffffff") > "29990101T000000000000Z-ffffffff"


def test_a_key_never_shows_its_secret() -> None:
    assert repr(KEY) == f"<key {KEY.id}>"
    assert KEY.secret.hex() not in f"{KEY} {[KEY]}"
    with pytest.raises(ValueError, match="64 hexadecimal digits") as refused:
        Key.read("not-a-secret-that-may-be-shown")
    assert "not-a-secret" not in str(refused.value)
