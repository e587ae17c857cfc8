"""The published description of every event: JSON Schemas and an AsyncAPI document, generated from the models.

``python -m tools.schemas`` writes them to ``contracts/schemas/``. It refuses to overwrite a published schema
with one that accepts less.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import yaml

import contracts
from contracts.envelope import Envelope
from contracts.events import PROGRAMME_FACTS, REPORTING_FACTS, Fact
from contracts.sealing import EPOCH_PATTERN, SEAL_PATTERN
from tools.compatibility import narrowings

SCHEMAS = Path(contracts.__file__).parent / "schemas"
ENVELOPE = "envelope.v1.json"
ASYNCAPI = "asyncapi.yaml"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

STREAMS = {
    "programme": (PROGRAMME_FACTS, "What the partners and the board did: the log of each partnership, in order."),
    "reporting": (REPORTING_FACTS, "What follows from it: packs issued, breaches, returns that are due."),
}


def schema_of(fact: type[Fact]) -> dict[str, Any]:
    """Return the JSON Schema of a fact's data."""
    return {"$schema": DIALECT, "$id": fact.schema_name(), **fact.model_json_schema(mode="serialization")}


def envelope_schema() -> dict[str, Any]:
    """Return the JSON Schema of an event: the CloudEvents attributes, then the chain value.

    On the broker epoch and seal follow; an event that is shown over HTTP bears neither.
    """
    schema = Envelope.model_json_schema(mode="serialization")
    schema["properties"]["chain"] = {
        "type": "string",
        "pattern": "^[0-9a-f]{64}$",
        "description": "SHA-256 of the previous event's chain value and of this event's bytes without this attribute.",
    }
    schema["properties"]["epoch"] = {
        "type": "string",
        "pattern": f"^{EPOCH_PATTERN}$",
        "description": "On the broker: the epoch of the log. A later one says that the log was restored or begun anew.",
    }
    schema["properties"]["seal"] = {
        "type": "string",
        "pattern": f"^{SEAL_PATTERN}$",
        "description": "On the broker, last of all: the id of the key, a full stop, and HMAC-SHA256 with that key over "
        "the stream's name in capitals, a zero byte and all bytes of the message before the quotation mark that ends "
        "the epoch. A message without a genuine seal is no event.",
    }
    schema["required"] = [*schema["required"], "chain"]
    return {"$schema": DIALECT, "$id": ENVELOPE, **schema}


def asyncapi() -> dict[str, Any]:
    """Return the AsyncAPI 3.0 document: one channel per stream, one message per fact."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Concordat events",
            "version": "1",
            "description": "A partnership is one ordered log of events. Versions are contiguous from 1; every event "
            "carries the chain value of the log up to and with it. It travels under the seal of the service that "
            "publishes it.",
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {stream: _channel(stream, *described) for stream, described in STREAMS.items()},
        "operations": {
            f"publish-{stream}": {"action": "send", "channel": {"$ref": f"#/channels/{stream}"}} for stream in STREAMS
        },
        "components": {
            "messages": {fact.slug(): _message(fact) for facts, _ in STREAMS.values() for fact in facts},
        },
    }


def documents() -> dict[str, str]:
    """Return every published file by name, as text."""
    schemas = {fact.schema_name(): schema_of(fact) for facts, _ in STREAMS.values() for fact in facts}
    schemas[ENVELOPE] = envelope_schema()
    texts = {name: json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for name, schema in schemas.items()}
    texts[ASYNCAPI] = yaml.safe_dump(asyncapi(), sort_keys=False, allow_unicode=True, width=120)
    return texts


def incompatibilities(folder: Path = SCHEMAS) -> list[str]:
    """Return what today's models no longer accept although a schema published in ``folder`` says they do."""
    today = documents()
    faults = []
    for published in sorted(folder.glob("*.json")):
        if published.name not in today:
            faults.append(f"{published.name}: was published and has no model any more")
            continue
        lost = narrowings(json.loads(published.read_text("utf-8")), json.loads(today[published.name]))
        faults += [f"{published.name}: {reason}; give the event a new version and an upcaster" for reason in lost]
    return faults


def publish(folder: Path = SCHEMAS) -> None:
    """Write every document. Raises ValueError where that would break a published schema."""
    if faults := incompatibilities(folder):
        raise ValueError("\n".join(faults))
    for name, text in documents().items():
        (folder / name).write_text(text, "utf-8")


def _channel(stream: str, facts: tuple[type[Fact], ...], description: str) -> dict[str, Any]:
    return {
        "address": f"{stream}.{{partnership}}.{{event}}",
        "description": description,
        "parameters": {
            "partnership": {"description": "The partnership's code."},
            "event": {"description": "The event's name.", "enum": [fact.slug() for fact in facts]},
        },
        "messages": {fact.slug(): {"$ref": f"#/components/messages/{fact.slug()}"} for fact in facts},
        "bindings": {"nats": {}},
    }


def _message(fact: type[Fact]) -> dict[str, Any]:
    return {
        "name": fact.type_name(),
        "summary": " ".join((fact.__doc__ or "").split()),
        "headers": {
            "type": "object",
            "properties": {"Nats-Msg-Id": {"type": "string"}, "traceparent": {"type": "string"}},
        },
        "payload": {
            "allOf": [
                {"$ref": f"./{ENVELOPE}"},
                {"properties": {"type": {"const": fact.type_name()}, "data": {"$ref": f"./{fact.schema_name()}"}}},
            ]
        },
    }


if __name__ == "__main__":
    try:
        publish()
    except ValueError as fault:
        sys.exit(str(fault))
