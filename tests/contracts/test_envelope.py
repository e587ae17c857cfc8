"""Every event continues the chain and travels as the bytes that were stored."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from contracts.envelope import (
    CHAIN_START,
    Cause,
    ChainBroken,
    Position,
    follows,
    link,
    read_with_chain,
    seal,
    split_chain,
    unseal,
    with_chain,
)
from contracts.events import Fact
from tests.contracts.samples import SAMPLES

INSTANT = datetime(2014, 10, 3, 16, 0, tzinfo=UTC)
CAUSE = Cause(actor="LAP-U001", correlation="request-1", causation="request-1")


START = Position()


def sealed(fact: Fact, previous: Position = START):
    return seal("programme", "LAP", previous, fact, recorded_at=INSTANT, effective_on=date(2014, 10, 3), cause=CAUSE)


@pytest.mark.parametrize("fact", SAMPLES, ids=lambda fact: fact.slug())
def test_an_event_read_back_from_its_bytes_is_the_event_that_was_sealed(fact: Fact):
    event = sealed(fact)
    assert unseal(event.body, event.chain) == event
    assert read_with_chain(with_chain(event.body, event.chain)) == event


def test_the_same_fact_at_the_same_place_always_has_the_same_bytes():
    assert sealed(SAMPLES[0]).body == sealed(SAMPLES[0]).body


def test_the_envelope_carries_the_attributes_that_cloudevents_asks_for_and_both_clocks():
    body = json.loads(sealed(SAMPLES[0]).body)
    assert body["specversion"] == "1.0"
    assert body["id"] == "programme-LAP-1"
    assert body["source"] == "/concordat/programme"
    assert body["type"] == "org.concordat.partnership-formed.v1"
    assert body["time"] == "2014-10-03T16:00:00Z"
    assert body["effectiveon"] == "2014-10-03"
    assert body["actor"] == "LAP-U001"
    assert all(name.isalnum() and name == name.lower() for name in body)


def test_the_chain_value_is_the_last_member_of_what_travels():
    event = sealed(SAMPLES[0])
    wire = with_chain(event.body, event.chain)
    assert json.loads(wire)["chain"] == event.chain
    assert split_chain(wire) == (event.body, event.chain)


def test_the_first_event_continues_the_start_of_the_chain():
    event = sealed(SAMPLES[0])
    assert event.chain == link(CHAIN_START, event.body)
    assert follows(Position(), event)


def test_an_event_follows_only_the_position_before_it():
    first = sealed(SAMPLES[0])
    second = sealed(SAMPLES[1], first.position)
    assert follows(first.position, second)
    assert not follows(Position(), second)
    assert not follows(second.position, second)


def test_an_event_whose_bytes_were_altered_does_not_follow():
    event = sealed(SAMPLES[0])
    altered = unseal(event.body.replace(b"London Archives", b"London Museums!"), event.chain)
    assert not follows(Position(), altered)


def test_a_message_without_a_chain_value_is_refused():
    with pytest.raises(ChainBroken, match="does not end with a chain value"):
        read_with_chain(sealed(SAMPLES[0]).body)
