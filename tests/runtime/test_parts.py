"""The parts of a stream: each partnership is always in the same one, and each part is somebody's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nats.aio.client import Client
from nats.js.api import StreamConfig, SubjectTransform

from services.runtime.messaging.parts import ALL_PARTS, PARTS, part_of, part_of_subject, shares
from tests.parts.nats import patient

members = st.lists(st.text("abcdef", min_size=1), unique=True, min_size=1, max_size=PARTS + 4)


async def test_a_partnership_is_in_the_part_that_the_broker_itself_has_for_it(connection: Client) -> None:
    codes = ["LAP", "SEM", "A", "MANCHESTER-2", *(f"P{number:03}" for number in range(60))]
    manager = patient(connection)
    transform = SubjectTransform("parting.*", f"parted.{{{{wildcard(1)}}}}.{{{{partition({PARTS},1)}}}}")
    await manager.add_stream(StreamConfig(name="PARTING", subjects=["parting.>"], subject_transform=transform))
    try:
        for code in codes:
            await patient(connection).publish(f"parting.{code}", b"")
        found = (await manager.stream_info("PARTING", subjects_filter=">")).state.subjects or {}
    finally:
        await manager.delete_stream("PARTING")

    assert sorted(found) == sorted(f"parted.{code}.{part_of(code)}" for code in codes)


@pytest.mark.parametrize("subject", ["programme.LAP", "programme.LAP.partner-admitted", "programme.LAP.any.thing"])
def test_a_message_is_in_the_part_of_the_partnership_that_its_subject_names(subject: str) -> None:
    assert part_of_subject(subject) == part_of("LAP")


@given(members)
def test_each_part_is_one_members_and_none_has_two_more_than_another(those: list[str]) -> None:
    held = shares(those)

    assert list(held) == those
    assert sorted(part for parts in held.values() for part in parts) == sorted(ALL_PARTS)
    sizes = [len(parts) for parts in held.values()]
    assert max(sizes) - min(sizes) <= 1


@given(members)
def test_who_joins_takes_from_the_others_and_they_take_nothing(those: list[str]) -> None:
    before, after = shares(those[:-1]), shares(those)

    assert all(after[member] <= parts for member, parts in before.items())
