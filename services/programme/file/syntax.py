"""What the YAML parser complains of, in sentences for people who have never heard of a scalar."""

from __future__ import annotations

import yaml

_CANNOT_BEGIN_ANYTHING = "cannot start any token"
_TAB = "a tab stands where spaces must indent the line; replace it by spaces"
_COLON = (
    "a colon stands where none can; put text with a colon and a space in quotes, write a space after a key's colon, and"
    " indent keys that belong together alike"
)
_KEY = (
    "here a key should stand, such as title: …; perhaps the line is indented by too few or too many spaces, or text"
    " before it needs quotes"
)

# What libyaml says, and what a secretary can do about it; the first whose words occur in the complaint fits.
# BEGAN is the line where the list, group or text began.
_SENTENCES = (
    ("tab character", _TAB),
    ("mapping values are not allowed", _COLON),
    (
        "did not find expected ',' or ']'",
        "the list that begins with [ on line BEGAN lacks a comma between two values, or its ]",
    ),
    (
        "did not find expected ',' or '}'",
        "the group that begins with { on line BEGAN lacks a comma between two fields, or its }",
    ),
    (
        "did not find expected '-' indicator",
        "this line should begin with a dash like the entries above, or be indented otherwise",
    ),
    ("did not find expected key", _KEY),
    ("unexpected end of stream", "a text in quotes lacks its closing quotation mark"),
    ("unexpected document indicator", "a text in quotes lacks its closing quotation mark"),
    (
        "unknown escape character",
        "within double quotes this backslash means nothing; write it twice, or use single quotes",
    ),
    ("block sequence entries are not allowed", "a list's dash stands where none can; begin a new line for it"),
    ("could not find expected ':'", "a colon and a space are missing after the key on this line"),
    ("incompatible YAML document", "this is not a YAML 1.2 file; leave the line that begins with %YAML out"),
    ("directive", "a line that begins with % cannot be read here; leave it out, or put the text in quotes"),
    ("undefined tag handle", "tags such as !name are not read here; leave the tag out"),
    ("tag", "tags such as !name are not read here; leave the tag out"),
    ("duplicate anchor", "anchors (&name) are not read here; write the value out"),
    ("anchor or alias", "a text that begins with & or * needs quotes; anchors and aliases are not read here"),
    ("expected comment or line break", "after | or > the text begins on the next line"),
    ("node content", "a value is missing here, or a bracket or comma stands where none can"),
    (
        "document start",
        "the file should hold one group of keys from its first line to its last; this line is outside it",
    ),
)


def line_and_sentence(error: yaml.MarkedYAMLError, text: str) -> tuple[int, str]:
    """Return the line, counted from 1, and the sentence for a complaint of the parser about ``text``."""
    complaint = error.problem or ""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    line = min(_line(error.problem_mark or error.context_mark), len(lines))
    began = min(_line(error.context_mark), len(lines)) if error.context_mark else line
    if _CANNOT_BEGIN_ANYTHING in complaint and error.problem_mark is not None:
        character = lines[line - 1][error.problem_mark.column :][:1]
        return line, _TAB if character == "\t" else f"text that begins with {character} needs quotes"
    if "unexpected end of stream" in complaint:
        line = began
    fitting = (sentence for words, sentence in _SENTENCES if words in complaint)
    return line, next(fitting, f"this is not YAML: {complaint}").replace("BEGAN", str(began))


def _line(mark: yaml.Mark | None) -> int:
    return mark.line + 1 if mark else 1
