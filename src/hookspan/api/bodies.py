"""Base classes of bodies: camelCase outside, snake_case inside (contracts 0.2)."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


def _untold(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


UNCHANGED: Any = Field(default=None, json_schema_extra=_untold)
"""A member of a change that may be left out; no default is published, for none would be taken."""


class Answer(BaseModel):
    """A body we send. Members are named in camelCase; build one with snake_case names."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class NativeBody(BaseModel):
    """A body of a native write: an unknown member is 422 `unknown_member`, nothing is coerced."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", strict=True)


class SeedBody(BaseModel):
    """A body of the seed-shaped doors: unknown members are ignored and never bound, nothing is coerced.

    snake_case is read too.
    """

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore", strict=True)
