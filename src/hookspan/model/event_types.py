"""An event type as it is kept: a name with versions, each version one JSON Schema that never changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Compatibility = Literal["none", "backward"]
"""What a new version owes its predecessor: nothing, or that data valid before stays valid."""

UNKNOWN_TYPES = "event_types.unknown"
"""Tenant setting: may a type that is not registered be published (`allow`, default) or not (`reject`)?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeRow:
    """A tenant's own type; `version` is the current one. Times in epoch ms."""

    id: str
    tenant_id: str
    name: str
    description: str
    compatibility: Compatibility
    version: int
    archived: bool
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeVersion:
    """One version; `schema` and `examples` are JSON texts."""

    event_type_id: str
    version: int
    schema: str
    examples: str
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownType:
    """What publishing asks of a tenant's own type, without its schema."""

    id: str
    version: int
    archived: bool
