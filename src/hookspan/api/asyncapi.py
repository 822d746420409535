"""What this instance sends, in two languages: AsyncAPI 3.0, and the `webhooks` of the OpenAPI document.

Both are written from the built-in event types, so that they are the same on every instance; a tenant's own types are
under `/api/v1/event-types`. Messages are shown as the profile `standard` sends them.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import msgspec
from fastapi import APIRouter, Response

from hookspan.model.catalogue import CATALOGUE, EventType, names_of
from hookspan.model.schemas import built_in_description, built_in_example
from hookspan.model.schemas_parts import AT, EVENT_ID, object_of
from hookspan.model.schemas_shapes import SHAPES

router = APIRouter(tags=["system"])

_TEXT = {"type": "string"}
_HEADERS = {
    "webhook-id": {**_TEXT, "description": "The event's id, the same in every attempt"},
    "webhook-timestamp": {**_TEXT, "description": "Unix seconds of this attempt"},
    "webhook-signature": {**_TEXT, "description": "`v1,` and the base64 HMAC-SHA256 of id, timestamp and body"},
}
_HEADER_EXAMPLE = {
    "webhook-id": EVENT_ID,
    "webhook-timestamp": "1747862830",
    "webhook-signature": "v1,C8jLXH2BKztqD5D//LIQ3YEdDWoclNU57ggJwToR5fc=",
}


def data_schemas() -> dict[str, Any]:
    """The shapes of built-in data, by the name of the component each becomes in either document."""
    named: dict[str, Any] = {_component(shape): object_of(*members) for shape, members in SHAPES.items()}
    return {**named, _component("any"): {"description": "Whatever the publisher sends"}}


def openapi_webhooks() -> dict[str, Any]:
    """`webhooks` of OpenAPI 3.1: one for each built-in name, its data under `components.schemas`."""
    return {row.name: {"post": _operation(row)} for row in CATALOGUE}


@cache
def asyncapi_document() -> bytes:
    """The AsyncAPI document as JSON. Channels have no address: each endpoint brings its own URL."""
    names = [row.name for row in CATALOGUE]
    document = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "hookspan",
            "version": "1",
            "description": "The events this instance sends to the endpoints that subscribe to them.",
        },
        "defaultContentType": "application/json",
        "channels": {name: _channel(name) for name in names},
        "operations": {
            f"send.{name}": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{name}"},
                "messages": [{"$ref": f"#/channels/{name}/messages/{name}"}],
            }
            for name in names
        },
        "components": {"messages": {row.name: _message(row) for row in CATALOGUE}, "schemas": data_schemas()},
    }
    return msgspec.json.encode(document)


@router.get("/asyncapi.json", include_in_schema=False)
async def asyncapi() -> Response:
    """The document of what this instance sends, AsyncAPI 3.0."""
    return Response(asyncapi_document(), media_type="application/json")


def _channel(name: str) -> dict[str, Any]:
    return {
        "address": None,
        "description": built_in_description(name),
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
    }


def _message(row: EventType) -> dict[str, Any]:
    return {
        "name": row.name,
        "title": row.name,
        "summary": _summary(row),
        "contentType": "application/json",
        "headers": {"type": "object", "properties": _HEADERS, "required": list(_HEADERS)},
        "payload": _envelope(row),
        "examples": [{"headers": _HEADER_EXAMPLE, "payload": _example(row)}],
    }


def _operation(row: EventType) -> dict[str, Any]:
    return {
        "operationId": "on" + "".join(word.capitalize() for word in re.split(r"\W|_", row.name)),
        "summary": row.name,
        "description": _summary(row),
        "tags": ["webhooks"],
        "security": [],
        "parameters": [
            {"name": name, "in": "header", "required": True, "schema": schema} for name, schema in _HEADERS.items()
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _envelope(row), "example": _example(row)}},
        },
        "responses": {"2XX": {"description": "Received; anything else is tried again"}},
    }


def _envelope(row: EventType) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {**_TEXT, "const": row.name},
            "timestamp": {**_TEXT, "format": "date-time"},
            "data": {"$ref": f"#/components/schemas/{_component(row.shape)}"},
        },
    }


def _example(row: EventType) -> dict[str, Any]:
    return {"type": row.name, "timestamp": AT, "data": dict(built_in_example(row.name))}


def _summary(row: EventType) -> str:
    others = [name for name in names_of(row.canonical or row.name) if name != row.name]
    return built_in_description(row.name) + (f" Also known as {', '.join(others)}." if others else "")


def _component(shape: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in shape.split("_")) + "Data"
