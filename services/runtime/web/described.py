"""An OpenAPI document as people read it: operations with what they take and give, each type in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from json import dumps
from typing import Any, NamedTuple

_REFERENCE = "#/components/schemas/"
_FORMATS = {"date": "date", "date-time": "instant", "uri": "address", "time": "time of day"}
_PLAIN = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false", "null": "null"}
_PLACES = {"path": "in the path", "query": "in the query", "header": "header", "cookie": "cookie"}

Schema = Mapping[str, Any]


class Piece(NamedTuple):
    """A part of what is said of a type: words, a value as it is written, or the name of a schema."""

    text: str
    schema: bool = False
    code: bool = False


class Field(NamedTuple):
    """A field of an object, or a parameter; ``place`` says where a parameter stands."""

    name: str
    type: tuple[Piece, ...]
    required: bool
    description: str
    example: str
    place: str = ""


class Content(NamedTuple):
    """What a body holds, in one media type."""

    media_type: str
    type: tuple[Piece, ...]
    fields: tuple[Field, ...]


class Response(NamedTuple):
    """An answer with this status."""

    status: str
    description: str
    contents: tuple[Content, ...]
    headers: tuple[Field, ...]


@dataclass(frozen=True)
class Operation:
    """One thing that can be asked of the API: ``given`` is what the document has of it, read as far as it is shown."""

    document: Schema = field(repr=False)
    path: str
    method: str
    given: Schema = field(repr=False)

    @property
    def id(self) -> str:
        """What names it in the document."""
        return str(self.given["operationId"])

    @property
    def summary(self) -> str:
        """What it does, in a few words."""
        return str(self.given.get("summary", ""))

    @property
    def description(self) -> str:
        """What more there is to say."""
        return str(self.given.get("description", ""))

    @property
    def tag(self) -> str:
        """What it stands under."""
        return str(next(iter(self.given.get("tags", ())), "other"))

    @property
    def signed(self) -> bool:
        """Whether it needs to be known who asks."""
        return "401" in self.given["responses"] and self.method != "GET"

    @property
    def parameters(self) -> tuple[Field, ...]:
        """What goes with its address."""
        return tuple(_parameter(each) for each in self.given.get("parameters", ()))

    @property
    def body(self) -> tuple[Content, ...]:
        """What is sent with it, by media type."""
        return _contents(self.document, self.given.get("requestBody", {}))

    @property
    def responses(self) -> tuple[Response, ...]:
        """What it is answered with, by status."""
        return tuple(_response(self.document, *each) for each in sorted(self.given["responses"].items()))


def operations(document: Schema) -> Iterator[Operation]:
    """Yield the operations of a document, in its order."""
    for path, methods in document["paths"].items():
        for method, given in methods.items():
            yield Operation(document, path, method.upper(), given)


def fields_of(schema: Schema) -> tuple[Field, ...]:
    """Return the fields of an object; none for anything else."""
    required = schema.get("required", ())
    return tuple(
        Field(name, type_of(each), name in required, each.get("description", ""), _example(each))
        for name, each in schema.get("properties", {}).items()
    )


def type_of(schema: Schema) -> tuple[Piece, ...]:
    """Return what a value may be, in words."""
    if "$ref" in schema:
        return (Piece(schema["$ref"].removeprefix(_REFERENCE), schema=True),)
    if values := schema.get("enum", [schema["const"]] if "const" in schema else []):
        return _either([(Piece(_written(each), code=True),) for each in values])
    if kinds := schema.get("anyOf", schema.get("oneOf")):
        return _either([type_of(each) for each in kinds])
    if schema.get("type") == "array":
        return (Piece("list of "), *type_of(schema.get("items", {})), *_bounds(schema, "Items"))
    if schema.get("type") == "object":
        return _object(schema)
    words = _FORMATS.get(schema.get("format", "")) or _PLAIN.get(schema.get("type", ""), "any value")
    return (Piece(words), *_bounds(schema, "Length"), *_range(schema))


def _object(schema: Schema) -> tuple[Piece, ...]:
    values = schema.get("additionalProperties")
    return (Piece("object of "), *type_of(values)) if isinstance(values, Mapping) else (Piece("object"),)


def _either(kinds: list[tuple[Piece, ...]]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    for place, kind in enumerate(kinds):
        if place:
            pieces.append(Piece(" or " if place == len(kinds) - 1 else ", "))
        pieces.extend(kind)
    return tuple(pieces)


def _bounds(schema: Schema, of: str) -> tuple[Piece, ...]:
    counted = "characters" if of == "Length" else "entries"
    most, least = schema.get(f"max{of}"), schema.get(f"min{of}", 0)
    return (Piece(f", {least:,} to {most:,} {counted}" if least else f", at most {most:,} {counted}"),) if most else ()


def _range(schema: Schema) -> tuple[Piece, ...]:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None:
        return (Piece(f", {least:,} to {most:,}"),)
    return (Piece(f", at least {least:,}"),) if least is not None else ()


def _parameter(given: Schema) -> Field:
    schema = given.get("schema", {})
    description = given.get("description", schema.get("description", ""))
    example = _example(given) or _example(schema)
    place = _PLACES[given["in"]]
    return Field(given["name"], type_of(schema), given.get("required", False), description, example, place)


def _response(document: Schema, status: str, given: Schema) -> Response:
    headers = tuple(
        Field(
            name, type_of(each.get("schema", {})), required=False, description=each.get("description", ""), example=""
        )
        for name, each in given.get("headers", {}).items()
    )
    return Response(status, given.get("description", ""), _contents(document, given), headers)


def _contents(document: Schema, given: Schema) -> tuple[Content, ...]:
    return tuple(
        Content(media_type, type_of(each.get("schema", {})), fields_of(_resolved(document, each.get("schema", {}))))
        for media_type, each in given.get("content", {}).items()
    )


def _resolved(document: Schema, schema: Schema) -> Schema:
    name = schema.get("$ref", "").removeprefix(_REFERENCE)
    found: Schema = document["components"]["schemas"][name] if name else schema
    return found


def _example(schema: Schema) -> str:
    examples = schema.get("examples", ())
    first = next(iter(examples.values() if isinstance(examples, Mapping) else examples), None)
    return "" if first is None else _written(first)


def _written(value: Any) -> str:
    return value if isinstance(value, str) and value else dumps(value, ensure_ascii=False)
