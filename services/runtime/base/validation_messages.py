"""Faults in what somebody entered, said in plain sentences: what is wrong, and what would be right.

Forms, JSON bodies, query parameters and settings are all checked by pydantic; people read its findings in these words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, get_args

from pydantic_core import ErrorDetails

from contracts.events import base

_LONGEST_QUOTE = 60
_NO_CHARACTER = "\N{REPLACEMENT CHARACTER}"


class ValueFault(NamedTuple):
    """What is wrong with one value and what would be right, each a sentence."""

    problem: str
    expected: str


class Unfit(ValueError):
    """Raised by a validator that knows both sentences: what is wrong, and what would be right."""

    def __init__(self, problem: str, expected: str) -> None:
        super().__init__(f"{problem} {expected}")
        self.problem = problem
        self.expected = expected


def fault_of(error: ErrorDetails, *, quote: bool = True) -> ValueFault:
    """Say what one finding of pydantic means. Without ``quote`` the value itself is not repeated."""
    subject = quoted(error["input"]) if quote else "The value"
    context = error.get("ctx", {})
    raised = context.get("error")
    if isinstance(raised, Unfit):
        return ValueFault(raised.problem, raised.expected)
    if isinstance(raised, Exception):
        return ValueFault(as_sentence(str(raised)), "Give a value that this rule allows.")
    found = _WORDS.get(error["type"])
    if found is None:
        return ValueFault(f"{subject} cannot be taken.", as_sentence(error["msg"]))
    problem, expected = found
    return ValueFault(problem.format(subject=subject), expected(context) if callable(expected) else expected)


def without_echoes(errors: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out what only repeats another finding of pydantic.

    Where a value may be left out and does not fit, pydantic adds that none would have fitted; where an entry of a list
    does not fit, that the others are too few.
    """
    places = [error["loc"] for error in errors]
    return [each for each in errors if not _is_echo(each, places)]


def _is_echo(error: ErrorDetails, places: Sequence[tuple[int | str, ...]]) -> bool:
    own = error["loc"]
    if error["type"] == "none_required":
        return any(place != own and place[: len(own) - 1] == own[:-1] for place in places)
    return error["type"] == "too_short" and any(len(place) > len(own) and place[: len(own)] == own for place in places)


def quoted(value: object) -> str:
    """Return a value as it can be shown in a sentence: ``“31/12/2014”``, ``A list``."""
    if value is None:
        return "An empty value (null)"
    if isinstance(value, bool):
        return f"“{str(value).lower()}”"
    if isinstance(value, Mapping):
        return "A group of fields"
    if isinstance(value, (list, tuple, set, frozenset)):
        return "A list"
    if isinstance(value, bytes):
        return "The content"
    text = visible(str(value))
    return f"“{text[:_LONGEST_QUOTE]}…”" if len(text) > _LONGEST_QUOTE else f"“{text}”"


def visible(text: str) -> str:
    """Return ``text`` on one line with every character that is not seen replaced: no console obeys it."""
    return "".join(character if character.isprintable() else _NO_CHARACTER for character in text)


def as_sentence(text: str) -> str:
    """Return ``text`` with a capital letter first and a full stop last."""
    text = text.strip()
    closed = text if text.endswith((".", "!", "?", "…")) else f"{text}."
    return closed[:1].upper() + closed[1:]


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _choices(context: Mapping[str, Any]) -> str:
    return f"Give one of {context['expected']}."


def _tags(context: Mapping[str, Any]) -> str:
    return f"Give {context['discriminator']} as one of {context['expected_tags']}."


def _pattern_of(annotated: Any) -> str:
    return str(get_args(annotated)[1].pattern)


_PATTERNS = {
    _pattern_of(
        base.PartnerCode
    ): "Give a partner's code: capital letters and digits, at most 12, a letter first, such as BRE.",
    _pattern_of(base.PeriodLabel): "Give a period such as 2014-15 Q2, 2014-15 or once.",
    _pattern_of(base.QuarterLabel): "Give a quarter such as 2014-15 Q2.",
}


def _pattern(context: Mapping[str, Any]) -> str:
    return _PATTERNS.get(context["pattern"], f"Give text of the form {context['pattern']}.")


_DATE = "Give a date as year-month-day, such as 2014-10-03."
_INSTANT = "Give a date, a time and its offset from UTC, such as 2014-10-03T17:00:00+01:00."
_TIME = "Give a time of day such as 14:00."
_TEXT = "Give text."
_WHOLE = "Give a whole number."
_NUMBER = "Give a number."
_AMOUNT = "Give an amount such as 6 or 4.50."
_ANSWER = "Give true or false."
_LIST = "Give a list."
_GROUP = "Give a group of fields with their names."

_Expected = str | Callable[[Mapping[str, Any]], str]

_WORDS: dict[str, tuple[str, _Expected]] = {
    "missing": ("This is missing.", "Give a value for it."),
    "extra_forbidden": ("There is no field of this name here.", "Leave it out, or correct its spelling."),
    "none_required": ("{subject} was given where nothing may stand.", "Leave it out."),
    "json_invalid": ("This is not valid JSON.", "Send JSON as RFC 8259 describes it."),
    "json_type": ("{subject} is not JSON.", "Give JSON as text."),
    "model_type": ("{subject} is not a group of fields.", _GROUP),
    "model_attributes_type": ("{subject} is not a group of fields.", _GROUP),
    "dataclass_type": ("{subject} is not a group of fields.", _GROUP),
    "dict_type": ("{subject} is not a group of fields.", _GROUP),
    "mapping_type": ("{subject} is not a group of fields.", _GROUP),
    "list_type": ("{subject} is not a list.", _LIST),
    "tuple_type": ("{subject} is not a list.", _LIST),
    "set_type": ("{subject} is not a list.", _LIST),
    "frozen_set_type": ("{subject} is not a list.", _LIST),
    "iterable_type": ("{subject} is not a list.", _LIST),
    "string_type": ("{subject} is not text.", _TEXT),
    "string_unicode": ("This text has characters that no text can hold.", "Give text encoded as UTF-8."),
    "string_too_short": (
        "{subject} is too short.",
        lambda c: f"Give at least {_count(c['min_length'], 'character')}.",
    ),
    "string_too_long": ("{subject} is too long.", lambda c: f"Give at most {_count(c['max_length'], 'character')}."),
    "string_pattern_mismatch": ("{subject} is not of the right form.", _pattern),
    "too_short": (
        "There are too few entries.",
        lambda c: f"Give at least {_count(c['min_length'], 'entry').replace('entrys', 'entries')}.",
    ),
    "too_long": (
        "There are too many entries.",
        lambda c: f"Give at most {_count(c['max_length'], 'entry').replace('entrys', 'entries')}.",
    ),
    "bool_type": ("{subject} is neither true nor false.", _ANSWER),
    "bool_parsing": ("{subject} is neither true nor false.", _ANSWER),
    "int_type": ("{subject} is not a whole number.", _WHOLE),
    "int_parsing": ("{subject} is not a whole number.", _WHOLE),
    "int_parsing_size": ("{subject} is too large a number.", "Give a whole number of fewer digits."),
    "int_from_float": ("{subject} is not a whole number.", _WHOLE),
    "float_type": ("{subject} is not a number.", _NUMBER),
    "float_parsing": ("{subject} is not a number.", _NUMBER),
    "finite_number": ("{subject} is not a finite number.", _NUMBER),
    "decimal_type": ("{subject} is not an amount.", _AMOUNT),
    "decimal_parsing": ("{subject} is not an amount.", _AMOUNT),
    "decimal_max_digits": (
        "{subject} has too many digits.",
        lambda c: f"Give at most {_count(c['max_digits'], 'digit')}.",
    ),
    "decimal_max_places": (
        "{subject} has too many decimals.",
        lambda c: f"Give at most {_count(c['decimal_places'], 'decimal')}.",
    ),
    "decimal_whole_digits": (
        "{subject} is too large.",
        lambda c: f"Give at most {_count(c['whole_digits'], 'digit')} before the decimal point.",
    ),
    "greater_than": ("{subject} is too small.", lambda c: f"Give a number above {c['gt']}."),
    "greater_than_equal": ("{subject} is too small.", lambda c: f"Give {c['ge']} or more."),
    "less_than": ("{subject} is too large.", lambda c: f"Give a number below {c['lt']}."),
    "less_than_equal": ("{subject} is too large.", lambda c: f"Give {c['le']} or less."),
    "multiple_of": ("{subject} does not fit the steps allowed.", lambda c: f"Give a multiple of {c['multiple_of']}."),
    "enum": ("{subject} is not one of the choices.", _choices),
    "literal_error": ("{subject} is not one of the choices.", _choices),
    "union_tag_invalid": ("{subject} is of no kind that is known here.", _tags),
    "union_tag_not_found": (
        "It does not say of which kind it is.",
        lambda c: f"Add the field {c['discriminator']}.",
    ),
    "date_type": ("{subject} is not a date.", _DATE),
    "date_parsing": ("{subject} is not a date.", _DATE),
    "date_from_datetime_parsing": ("{subject} is not a date.", _DATE),
    "date_from_datetime_inexact": ("{subject} is a date with a time.", _DATE),
    "date_past": ("{subject} is not in the past.", "Give a date before today."),
    "date_future": ("{subject} is not in the future.", "Give a date after today."),
    "time_type": ("{subject} is not a time of day.", _TIME),
    "time_parsing": ("{subject} is not a time of day.", _TIME),
    "datetime_type": ("{subject} is not a date and time.", _INSTANT),
    "datetime_parsing": ("{subject} is not a date and time.", _INSTANT),
    "datetime_from_date_parsing": ("{subject} is not a date and time.", _INSTANT),
    "datetime_object_invalid": ("{subject} is not a date and time.", _INSTANT),
    "timezone_naive": (
        "{subject} has an offset from UTC.",
        "Give the local date and time alone, such as 2014-10-03T17:00.",
    ),
    "timezone_aware": ("{subject} has no offset from UTC.", _INSTANT),
    "url_type": ("{subject} is not a web address.", "Give an address such as https://example.org/paper."),
    "url_parsing": ("{subject} is not a web address.", "Give an address such as https://example.org/paper."),
    "url_scheme": (
        "{subject} is not an address of the right kind.",
        lambda c: f"Start it with {c['expected_schemes']}.",
    ),
    "url_too_long": ("{subject} is too long.", lambda c: f"Give at most {_count(c['max_length'], 'character')}."),
    "uuid_type": ("{subject} is not an identifier.", "Give a UUID of 32 hexadecimal digits with hyphens."),
    "uuid_parsing": ("{subject} is not an identifier.", "Give a UUID of 32 hexadecimal digits with hyphens."),
    "bytes_type": ("{subject} is not content.", "Send the content as the body of the request."),
    "recursion_loop": ("This holds itself.", "Give a value that ends."),
}
