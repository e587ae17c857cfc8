"""However a programme file is damaged: checking it ends with faults that have a line and a sentence, or finds none."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.programme.file.checking import checked
from services.programme.file.faults import FaultyFile, FileFault
from tests.programme.file.sample import SMALL

GOOD = SMALL.encode()
LINES = GOOD.split(b"\n")
PIECES = [
    *(
        b"\x00",
        b"\xff",
        b"\t",
        b"\r",
        b"&a ",
        b"*a",
        b"!!t ",
        b"<<: ",
        b"? ",
        b"---\n",
        b"%YAML 1.1\n",
        b"#",
        b"'",
        b'"',
        b"|\n",
    ),
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b": ",
        b"- ",
        b"\n",
        b"\n  ",
        b"null",
        b"true",
        b"yes",
        b"~",
        b"0",
        b"-1",
        b"9" * 50,
    ),
    *(
        b".inf",
        b".nan",
        b"1e999999999",
        b"2014-02-30",
        b"9999-12-31",
        b"0001-01-01",
        b"2014-03-30T01:30",
        b"\xe2\x80\xa8",
    ),
    *(
        "é".encode(),
        b"P01",
        b"P99-M99",
        b"NFA-NFA-P01",
        b"secretary",
        b"once",
        b"2014-15 Q5",
        b"0000-01 Q1",
        b"2199-00 Q4",
    ),
    *(b"record_decision", b"open_meeting", b"paused", b"closed", b"move_project: {project: P01, stage: paused}"),
]

Mutation = Callable[[bytes], bytes]


@st.composite
def insertions(draw: st.DrawFn) -> Mutation:
    at, piece = draw(st.integers(0, len(GOOD))), draw(st.sampled_from(PIECES))
    return lambda content: content[:at] + piece + content[at:]


@st.composite
def deletions(draw: st.DrawFn) -> Mutation:
    at, length = draw(st.integers(0, len(GOOD))), draw(st.integers(1, 80))
    return lambda content: content[:at] + content[at + length :]


@st.composite
def replacements(draw: st.DrawFn) -> Mutation:
    at, length, piece = draw(st.integers(0, len(GOOD))), draw(st.integers(1, 12)), draw(st.sampled_from(PIECES))
    return lambda content: content[:at] + piece + content[at + length :]


@st.composite
def repeated_lines(draw: st.DrawFn) -> Mutation:
    line, at = draw(st.sampled_from(LINES)), draw(st.integers(0, len(LINES)))

    def repeat(content: bytes) -> bytes:
        lines = content.split(b"\n")
        return b"\n".join([*lines[:at], line, *lines[at:]])

    return repeat


@st.composite
def words_of_another_line(draw: st.DrawFn) -> Mutation:
    one, other = draw(st.sampled_from(LINES)), draw(st.sampled_from(LINES))
    words, others = one.split(b", "), other.split(b", ")
    before, after = draw(st.sampled_from(words)), draw(st.sampled_from(others))
    return lambda content: content.replace(before, after, 1) if before else content


MUTATIONS = st.one_of(insertions(), deletions(), replacements(), repeated_lines(), words_of_another_line())


def faults_in(content: bytes) -> tuple[FileFault, ...]:
    try:
        checked(content, "damaged.yaml")
    except FaultyFile as faulty:
        return faulty.faults
    return ()


def assert_told(content: bytes) -> None:
    lines = len(content.decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    for fault in faults_in(content):
        assert 1 <= fault.line <= lines
        assert fault.problem.strip()
        assert "\n" not in fault.told("damaged.yaml")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(MUTATIONS, min_size=1, max_size=6))
def test_a_damaged_file_is_right_or_has_faults_with_lines(mutations: list[Mutation]) -> None:
    content = GOOD
    for mutation in mutations:
        content = mutation(content)

    assert_told(content)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_whatever_the_bytes_are_reading_ends_with_a_sentence(content: bytes) -> None:
    assert_told(content)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="abc:-[]{},&*!|>'\"%@`#?\n \t0123456789~.", max_size=300))
def test_whatever_looks_like_yaml_reading_ends_with_a_sentence(text: str) -> None:
    assert_told(text.encode())


@settings(max_examples=60, deadline=None)
@given(st.integers(8, len(LINES) - 2))
def test_a_missing_line_never_lets_another_line_be_blamed_that_is_not_there(number: int) -> None:
    content = b"\n".join(LINES[:number] + LINES[number + 1 :])

    assert all(fault.line <= len(LINES) - 1 for fault in faults_in(content))
