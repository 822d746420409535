"""Bodies of the event types' routes, for the document of the API (contracts B.8)."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from pydantic import Field

from hookspan.api.bodies import Answer, SeedBody
from hookspan.events.registry import EventType as ShownType
from hookspan.model.event_types import Compatibility
from hookspan.model.times import optional_instant

SeedName = Literal["S1", "S2", "S3"]


class EventTypePatch(SeedBody):
    """Members of an event type; absent = unchanged. Another schema is the next version."""

    description: str | None = None
    json_schema: dict[str, Any] | bool = Field(default=True, alias="schema")
    examples: list[Any] | None = None
    compatibility: Compatibility | None = None


class EventTypeInput(SeedBody):
    """A new event type; `schema` is JSON Schema 2020-12 that refers only to itself."""

    name: str
    description: str | None = None
    json_schema: dict[str, Any] | bool = Field(alias="schema")
    examples: list[Any] | None = None
    compatibility: Compatibility | None = None


class ValidateInput(SeedBody):
    """Data to judge, by the current version of the type or another one."""

    data: Any
    version: int | None = None


class EventType(Answer):
    """One version of an event type; of a built-in one `createdAt` and `updatedAt` are null."""

    id: str
    name: str
    description: str
    json_schema: dict[str, Any] | bool = Field(alias="schema")
    version: int
    examples: list[Any]
    compatibility: Compatibility
    canonical: str
    aliases: list[str]
    built_in: bool
    seed: list[SeedName]
    retain: Literal["always", "wanted"]
    archived: bool
    created_at: str | None
    updated_at: str | None


class EventTypeList(Answer):
    """One page of event types by name, or the versions of one, newest first."""

    data: list[EventType]
    total: int
    limit: int
    offset: int


class SchemaFault(Answer):
    """One place of the data that is not as the schema says."""

    pointer: str
    detail: str


class ValidateResult(Answer):
    """Whether data are valid, and where they are not; at most twenty places."""

    valid: bool
    errors: list[SchemaFault]


class SampleList(Answer):
    """Data that the type may carry: its examples, else one made from its schema."""

    data: list[Any]


def event_type_json(shown: ShownType) -> dict[str, object]:
    """The answer; schema and examples go out as they were stored."""
    return {
        "id": shown.id,
        "name": shown.name,
        "description": shown.description,
        "schema": msgspec.Raw(shown.schema.encode()),
        "version": shown.version,
        "examples": msgspec.Raw(shown.examples.encode()),
        "compatibility": shown.compatibility,
        "canonical": shown.canonical,
        "aliases": shown.aliases,
        "builtIn": shown.built_in,
        "seed": shown.seed,
        "retain": shown.retain,
        "archived": shown.archived,
        "createdAt": optional_instant(shown.created_at),
        "updatedAt": optional_instant(shown.updated_at),
    }
