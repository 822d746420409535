"""The words that the built-in shapes are written in: members with a schema and an example, joined into objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Schema = dict[str, object]

TEXT: Schema = {"type": "string"}
IDENTITY: Schema = {"type": "string", "minLength": 1}
INSTANT: Schema = {"type": "string", "format": "date-time"}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "number"}
BOOLEAN: Schema = {"type": "boolean"}
OBJECT: Schema = {"type": "object"}
ANYTHING: Schema = {}

AT, LATER = "2025-05-21T21:26:58.211Z", "2025-05-21T21:27:09.442Z"
EXECUTION_ID = "0196f4be-1111-7abc-8def-0123456789ab"
WORKFLOW_ID = "0196f4be-2222-7abc-8def-0123456789ab"
EVENT_ID = "0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d"
WEBHOOK_ID = "0196f4be-4444-7abc-8def-0123456789ab"
ENDPOINT_ID = "0196f4be-5555-7abc-8def-0123456789ab"
DELIVERY_ID = "0196f4be-6666-7abc-8def-0123456789ab"
KEY_ID = "0196f4be-7777-7abc-8def-0123456789ab"
TASK_ID = "0196f4be-8888-7abc-8def-0123456789ab"


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an object, as the example shows it."""

    name: str
    schema: Schema
    example: object
    is_required: bool = True


def some(name: str, schema: Schema, example: object) -> Member:
    """A member that may be absent."""
    return Member(name, schema, example, is_required=False)


def open_or(schema: Schema) -> Schema:
    """The same, or null while it is not known."""
    kind = schema.get("type")
    if kind is None:
        return schema
    widened = {**schema, "type": [*(kind if isinstance(kind, list) else [kind]), "null"]}
    options = schema.get("enum")
    return {**widened, "enum": [*options, None]} if isinstance(options, list) else widened


def one_word(*words: str) -> Schema:
    """One of these words."""
    return {"type": "string", "enum": list(words)}


def list_of(schema: Schema) -> Schema:
    """An array of such values."""
    return {"type": "array", "items": schema}


def object_of(*members: Member) -> Schema:
    """An object with these members; further ones may be added later."""
    return {
        "type": "object",
        "properties": {member.name: member.schema for member in members},
        "required": [member.name for member in members if member.is_required],
    }


def example_of(*members: Member) -> dict[str, object]:
    """The example values, in order; `...` leaves a member out."""
    return {member.name: member.example for member in members if member.example is not ...}


def merged(example: Mapping[str, object], **changes: object) -> dict[str, object]:
    """An example with other values for some members, their order kept."""
    return {**example, **changes}
