"""Whether a changed JSON Schema still accepts everything that was written under the published one.

The log keeps events for ever, so a reader of today must be able to read all of them: a schema may widen, never narrow.
An incompatible change takes a new schema version and an upcaster.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

_LOWER_BOUNDS = ("minimum", "exclusiveMinimum", "minLength", "minItems")
_UPPER_BOUNDS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
_FIXED = ("pattern", "format", "const")


def narrowings(published: Schema, changed: Schema) -> list[str]:
    """Return, one sentence each, what ``changed`` no longer accepts although ``published`` did."""
    return list(_Comparison(published, changed).between(published, changed, "data"))


class _Comparison:
    def __init__(self, published: Schema, changed: Schema) -> None:
        self.old_definitions = published.get("$defs", {})
        self.new_definitions = changed.get("$defs", {})

    def between(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        old, new = _resolved(old, self.old_definitions), _resolved(new, self.new_definitions)
        if "anyOf" in old or "oneOf" in old or "anyOf" in new or "oneOf" in new:
            yield from self._between_choices(_choices(old), _choices(new), path)
            return
        if old.get("type") != new.get("type"):
            yield f"{path}: was {old.get('type')}, is {new.get('type')}"
            return
        yield from _bounds(old, new, path)
        yield from self._members(old, new, path)
        if "items" in old and "items" in new:
            yield from self.between(old["items"], new["items"], f"{path}[]")

    def _members(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        for name in before.keys() - after.keys():
            yield f"{path}.{name}: is gone"
        for name in set(new.get("required", ())) - set(old.get("required", ())):
            yield f"{path}.{name}: is now required"
        for name in before.keys() & after.keys():
            yield from self.between(before[name], after[name], f"{path}.{name}")

    def _between_choices(self, old: list[Schema], new: list[Schema], path: str) -> Iterator[str]:
        for choice in old:
            reasons = [list(self.between(choice, candidate, path)) for candidate in new]
            if all(reasons):
                yield min(reasons, key=len)[0]


def _choices(schema: Schema) -> list[Schema]:
    return list(schema.get("anyOf") or schema.get("oneOf") or [schema])


def _resolved(schema: Schema, definitions: Schema) -> Schema:
    while "$ref" in schema:
        schema = definitions[schema["$ref"].rsplit("/", 1)[-1]]
    return schema


def _bounds(old: Schema, new: Schema, path: str) -> Iterator[str]:
    for bound in _LOWER_BOUNDS:
        if bound in new and new[bound] > old.get(bound, float("-inf")):
            yield f"{path}: {bound} rose to {new[bound]}"
    for bound in _UPPER_BOUNDS:
        if bound in new and new[bound] < old.get(bound, float("inf")):
            yield f"{path}: {bound} fell to {new[bound]}"
    for keyword in _FIXED:
        if keyword in new and new[keyword] != old.get(keyword):
            yield f"{path}: {keyword} changed to {new[keyword]!r}"
    if "enum" in new:
        for value in set(old.get("enum", ())) - set(new["enum"]):
            yield f"{path}: {value!r} is no longer a value"
        if "enum" not in old:
            yield f"{path}: is now one of a few values"
