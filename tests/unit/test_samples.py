"""Samples made from schemas: valid under them, the same each time, never endless."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from hookspan.model.samples import sample_of
from hookspan.model.schema_judge import compile_schema
from tests.support.schemas import schemas

NODE: dict[str, Any] = {"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#/$defs/node"}}}


def made(schema: Any) -> bytes | None:
    return sample_of(schema, compile_schema(schema))


@given(schemas)
def test_a_sample_is_valid_under_its_own_schema(schema: dict[str, Any]) -> None:
    sample = made(schema)

    assert sample is None or compile_schema(schema).faults(sample) == []
    assert sample == made(schema)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"examples": [{"id": 7}, {"id": 8}], "type": "object"}, b'{"id":7}'),
        ({"const": 10.50}, b"10.5"),
        ({"enum": ["b", "a"]}, b'"b"'),
        ({"type": "integer", "minimum": 7, "multipleOf": 5}, b"10"),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 0.5}, b"0.25"),
        ({"type": "integer", "maximum": -3}, b"-3"),
        ({"type": "string", "format": "date"}, b'"2025-05-21"'),
        ({"type": "string", "minLength": 6, "maxLength": 6}, b'"textxx"'),
        ({"type": "string", "pattern": "^inv_[0-9]{3,}$"}, b'"inv_000"'),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 3, "uniqueItems": True}, b"[0,1,2]"),
        ({"properties": {"b": {}, "a": {"type": "null"}}, "required": ["a"]}, b'{"a":null,"b":{}}'),
        ({"allOf": [{"required": ["a"]}, {"properties": {"a": {"type": "boolean"}}}]}, b'{"a":true}'),
        ({"oneOf": [{"type": "integer", "minimum": 1, "maximum": 0}, {"type": "null"}]}, b"null"),
        ({"not": {"type": "object"}}, b"[]"),
        (True, b"{}"),
    ],
)
def test_a_sample_is_the_least_that_fits(schema: Any, expected: bytes) -> None:
    assert made(schema) == expected


@pytest.mark.parametrize("schema", [False, {"type": "string", "pattern": "^a$", "minLength": 2}])
def test_where_nothing_is_found_there_is_no_sample(schema: Any) -> None:
    assert made(schema) is None


def test_a_schema_without_end_ends() -> None:
    assert made({"$defs": {"node": NODE}, "$ref": "#/$defs/node"}) is None
    optional = {**NODE, "required": []}
    assert made({"$defs": {"node": optional}, "$ref": "#/$defs/node"}) is not None
