"""Writing a programme file: YAML 1.2 that ``reading`` finds the very same values in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from services.programme.file.scalars import meaning

_WIDTH = 120
_NEEDS_ESCAPES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


class _Dumper(yaml.SafeDumper):
    """Writes no anchors, and quotes what would be read as anything but the text that it is, by YAML 1.2."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    if _NEEDS_ESCAPES.search(text) or meaning(text) != text:
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
    return dumper.represent_scalar("tag:yaml.org,2002:str", text)


def _date(dumper: yaml.SafeDumper, day: date) -> yaml.Node:
    return _text(dumper, day.isoformat())


def _number(dumper: yaml.SafeDumper, number: Decimal) -> yaml.Node:
    if number == number.to_integral_value():
        return dumper.represent_scalar("tag:yaml.org,2002:int", f"{number:.0f}")
    return dumper.represent_scalar("tag:yaml.org,2002:float", f"{number:f}")


_Dumper.yaml_implicit_resolvers = {}
_Dumper.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(true|false)\Z"), ["t", "f"])
_Dumper.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"-?\d+\Z"), list("-0123456789"))
_Dumper.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"-?\d+\.\d+\Z"), list("-0123456789"))
_Dumper.add_representer(str, _text)
_Dumper.add_representer(date, _date)
_Dumper.add_representer(Decimal, _number)


def yaml_of(parts: Mapping[str, Any]) -> str:
    """Return a file with these parts: groups, lists, texts, whole numbers, decimals, dates and truths."""
    return "".join(_part(name, value) for name, value in parts.items())


def _part(name: str, value: Any) -> str:
    """Return one part; the entries of a list stand on lines of their own, or on one where they hold no others."""
    if not isinstance(value, list):
        return _dumped({name: value}, in_flow=False)
    lines = (line for entry in value for line in _dumped([entry], in_flow=None).splitlines(keepends=True))
    return f"{name}:\n{''.join(f'  {line}' for line in lines)}"


def _dumped(value: Any, *, in_flow: bool | None) -> str:
    return yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH, default_flow_style=in_flow
    )
