"""Reading the YAML of a programme file: what words mean, and a line and a sentence for all that cannot be read."""

from __future__ import annotations

from decimal import Decimal

import pytest

from services.programme.file.faults import MOST_FAULTS, Faults, FileFault
from services.programme.file.nodes import Mapping, Scalar, Sequence, plain
from services.programme.file.reading import DEEPEST, LONGEST_KEY, MOST_VALUES, read
from services.programme.file.source import LARGEST_FILE


def faults_in(content: str | bytes) -> list[FileFault]:
    faults = Faults()
    read(content.encode() if isinstance(content, str) else content, faults)
    return list(faults)


def the_fault_in(content: str | bytes) -> FileFault:
    (fault,) = faults_in(content)
    return fault


def value_of(content: str) -> object:
    faults = Faults()
    node = read(f"is: {content}".encode(), faults)
    assert list(faults) == []
    assert isinstance(node, Mapping)
    value = node.values["is"]
    return value.value if isinstance(value, Scalar) else plain(value)


@pytest.mark.parametrize(
    "word", ["yes", "no", "on", "off", "y", "10:00", "1:30:00", "2014-07-31", "0o8", "1_000", "P01"]
)
def test_what_yaml_1_2_calls_a_word_is_text(word: str) -> None:
    assert value_of(word) == word


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("2014", 2014),
        ("-3", -3),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("4.50", Decimal("4.50")),
        (".5", Decimal("0.5")),
        ("1e3", Decimal(1000)),
        (".inf", Decimal("Infinity")),
        ("'2014'", "2014"),
        ('"true"', "true"),
        ("''", ""),
    ],
)
def test_the_core_schema_decides_what_a_word_without_quotes_means(text: str, value: object) -> None:
    found = value_of(text)

    assert (found, type(found)) == (value, type(value))


def test_decimals_keep_what_was_written() -> None:
    assert value_of("[4.50, 6]") == ["4.50", 6]


def test_a_number_longer_than_any_field_stays_text() -> None:
    assert value_of("9" * 5000) == "9" * 5000


def test_every_value_and_key_knows_its_line() -> None:
    node = read(b"a: 1\n\nb:\n  - x\n  - y: z\n", Faults())

    assert isinstance(node, Mapping)
    assert node.key_lines == {"a": 1, "b": 3}
    listed = node.values["b"]
    assert isinstance(listed, Sequence)
    assert [item.line for item in listed.items] == [4, 5]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_an_editor_counts_them(ends: str) -> None:
    assert the_fault_in(ends.join(["a: 1", "# ü", "", "b: *c"])).line == 4


def test_a_byte_order_mark_is_nobodys_fault() -> None:
    node = read(b"\xef\xbb\xbfa: 1\n", Faults())

    assert plain(node) == {"a": 1}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", 1, "the file is empty"),
        (b"\n \n", 1, "the file is empty"),
        (b"# only a comment\n", 1, "the file is empty"),
        (b"a\x00b", 1, "byte 2 is NUL"),
        ("a: ü".encode("utf-16"), 1, "UTF-16; save it as UTF-8"),
        ("a: ü".encode("utf-32"), 1, "UTF-32; save it as UTF-8"),
        (b"a: 1\nb: caf\xe9\n", 2, "byte 7 of this line, 0xe9, is not UTF-8"),
        (b"a: 1\nb: \x07\n", 2, "U+0007"),
        ("a: 1\nb: x\u2028y\n".encode(), 2, "U+2028"),
        ("a: 1\n\u0085b: x\n".encode(), 2, "U+0085"),
        (b"a:\n\t- b\n", 2, "a tab stands where spaces must indent"),
        (b"a:\n  b: 1\n\tc: 2\n", 3, "a tab stands where spaces must indent"),
        (b"a: @b\n", 1, "text that begins with @ needs quotes"),
        (b"a: `b`\n", 1, "text that begins with ` needs quotes"),
        (b"a: b: c\n", 1, "a colon stands where none can"),
        (b"a: [1, 2\nb: 3\n", 2, "lacks a comma between two values, or its ]"),
        (b"a: {b: 1\nc: 3\n", 2, "lacks a comma between two fields, or its }"),
        (b"a: 1\nb: 'c\nd: 2\n", 2, "closing quotation mark"),
        (b'a: "\\q"\n', 1, "backslash"),
        (b"a: 1\nb: &x 2\n", 2, "the anchor “&x” is not read here"),
        (b"a: 1\nb: *x\n", 2, "the alias “*x” is not read here"),
        (b"a: 1\nb: !!int 2\n", 2, "the tag"),
        (b"a: 1\nb: !secret 2\n", 2, "the tag “!secret” is not read here"),
        (b"a: 1\n<<: {b: 2}\n", 2, "the merge key << is not read here"),
        (b"a: 1\n---\nb: 2\n", 2, "a second YAML document"),
        (b"a: 1\n...\n---\nb: 2\n", 3, "a second YAML document"),
        (b"%YAML 1.1\n---\na: 1\n", 1, "not YAML 1.2"),
        (b"a: 1\nb: 2\na: 3\n", 3, "the key “a” stands on line 1 already"),
        (b"a: 1\n? [b]\n: c\n", 2, "a list or a group stands where a key should"),
        (b"a: 1\n}\n", 2, ""),
        (b"b: c\n- a\n", 2, "here a key should stand"),
        (b"- a\nb: c\n", 2, "should begin with a dash"),
        (b"? " + b"k" * (LONGEST_KEY + 1) + b"\n: 1\n", 1, "stands where a key should"),
    ],
)
def test_what_cannot_be_read_gets_its_line_and_a_sentence(content: bytes, line: int, words: str) -> None:
    fault = the_fault_in(content)

    assert fault.line == line
    assert words in fault.problem


def test_all_that_is_wrong_is_told_at_once() -> None:
    content = b"a: \xff\nb: &x 1\nc: *x\nd: {e: 1, e: 2}\n<<: {g: 1}\nh: !t x\n"

    assert [fault.line for fault in faults_in(content)] == [1, 2, 3, 4, 5, 6]


def test_a_fault_says_where_in_the_file_it_is() -> None:
    assert the_fault_in("history:\n  - by: a\n  - {by: b, vote: {for: [x, *y]}}\n") == FileFault(
        3,
        "history[1].vote.for[1]",
        "the alias “*y” is not read here; write the value out, or put text that begins with * in quotes",
    )


def test_a_fault_is_printed_with_file_line_and_place() -> None:
    fault = FileFault(118, "history[14].milestone", "no milestone LAP-P09-M01; project LAP-P09 has M02, M03")

    assert fault.told("london.yaml") == (
        "london.yaml:118: history[14].milestone: no milestone LAP-P09-M01; project LAP-P09 has M02, M03"
    )


def test_a_yaml_bomb_does_not_grow() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 200)]

    faults = faults_in("\n".join(lines))

    assert len(faults) == 200 + 2 * 199
    assert {"anchor" in fault.problem or "alias" in fault.problem for fault in faults} == {True}


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "[a: "])
def test_deep_nesting_is_refused_before_it_does_harm(opening: str) -> None:
    fault = the_fault_in(opening * 100_000)

    assert f"nested more than {DEEPEST} deep" in fault.problem or "where a key should" in fault.problem


def test_a_file_that_is_too_large_is_not_read() -> None:
    assert "bytes; at most" in the_fault_in(b"#" * (LARGEST_FILE + 1)).problem


def test_a_file_of_more_values_than_anyone_needs_is_not_read() -> None:
    assert f"more than {MOST_VALUES:,} values" in the_fault_in("- a\n" * (MOST_VALUES + 1)).problem


def test_faults_beyond_a_number_that_anybody_reads_are_only_counted() -> None:
    faults = Faults()
    read(b"a: 1\n" * (MOST_FAULTS + 43), faults)

    assert len(list(faults)) == MOST_FAULTS
    assert len(faults) == MOST_FAULTS + 42
