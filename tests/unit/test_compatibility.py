"""May a schema be followed by another: what was valid must stay valid."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from hookspan.model.compatibility import breaks
from hookspan.model.jsonview import read_json
from hookspan.model.samples import sample_of
from hookspan.model.schema_judge import compile_schema
from tests.support.schemas import schemas

TEXT, NUMBER, INTEGER = {"type": "string"}, {"type": "number"}, {"type": "integer"}
ORDER: dict[str, Any] = {"type": "object", "required": ["id"], "properties": {"id": TEXT, "total": NUMBER}}
CLOSED: dict[str, Any] = {"properties": {"id": TEXT}, "additionalProperties": False}
TREE: dict[str, Any] = {"$defs": {"n": {"properties": {"l": {"$ref": "#/$defs/n"}, "v": TEXT}}}, "$ref": "#/$defs/n"}
NARROW_TREE: dict[str, Any] = {
    "$defs": {"n": {"properties": {"l": {"$ref": "#/$defs/n"}, "v": {"const": "a"}}}},
    "$ref": "#/$defs/n",
}

LISTED: dict[str, Any] = {"definitions": {"x": NUMBER}, "items": {"items": {"$ref": "#/definitions/x"}}}
ONE_OF: dict[str, Any] = {"$defs": {"x": NUMBER}, "oneOf": [{"$ref": "#/$defs/x"}, {"type": "null"}]}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (ORDER, ORDER),
        (ORDER, {}),
        (ORDER, True),
        (ORDER, {**ORDER, "required": []}),
        (ORDER, {**ORDER, "properties": {**ORDER["properties"], "note": TEXT}}),
        (ORDER, {**ORDER, "type": ["object", "null"]}),
        (ORDER, {**ORDER, "properties": {"id": TEXT}}),
        (INTEGER, NUMBER),
        ({"enum": ["a"]}, {"enum": ["a", "b"]}),
        ({"const": "a"}, {"type": "string"}),
        ({"const": "a"}, {"enum": ["a", "b"]}),
        ({"minimum": 3}, {"minimum": 2}),
        ({"exclusiveMinimum": 3}, {"minimum": 3}),
        ({"minimum": 4}, {"exclusiveMinimum": 3}),
        ({"maxLength": 3}, {"maxLength": 4}),
        (CLOSED, {"properties": {"id": TEXT, "note": TEXT}, "additionalProperties": False}),
        ({"items": INTEGER}, {"items": NUMBER}),
        ({"prefixItems": [TEXT], "items": TEXT}, {"items": TEXT}),
        (TEXT, {"minLength": 0, "type": "string"}),
        (TEXT, {"allOf": [TEXT]}),
        ({"anyOf": [TEXT, INTEGER]}, {"anyOf": [NUMBER, TEXT]}),
        (TEXT, {"anyOf": [TEXT, {"type": "null"}]}),
        (TREE, TREE),
        (NARROW_TREE, TREE),
        ({"pattern": "^a"}, {"pattern": "^a", "title": "A"}),
        (False, TEXT),
        ({**ONE_OF, "title": "before"}, ONE_OF),
    ],
)
def test_what_lets_as_much_through_is_compatible(old: object, new: object) -> None:
    assert breaks(old, new) == []


@pytest.mark.parametrize(
    ("old", "new", "pointer"),
    [
        (ORDER, {**ORDER, "required": ["id", "total"]}, "/required"),
        (ORDER, {**ORDER, "properties": {"id": TEXT, "total": INTEGER}}, "/properties/total/type"),
        (ORDER, {**ORDER, "additionalProperties": False}, "/additionalProperties"),
        (CLOSED, {"additionalProperties": False}, "/additionalProperties"),
        (TEXT, {"type": "string", "enum": ["a"]}, "/enum"),
        ({"enum": ["a", "b"]}, {"enum": ["a"]}, "/enum"),
        ({"enum": [1]}, {"enum": [True]}, "/enum"),
        ({}, TEXT, "/type"),
        (NUMBER, INTEGER, "/type"),
        ({"minimum": 3}, {"minimum": 4}, "/minimum"),
        ({"minimum": 3}, {"exclusiveMinimum": 3}, "/exclusiveMinimum"),
        ({"maximum": 3}, {"maximum": 2}, "/maximum"),
        (TEXT, {"type": "string", "maxLength": 5}, "/maxLength"),
        (TEXT, {"type": "string", "maxLength": 0}, "/maxLength"),
        (NUMBER, {"type": "number", "minimum": 0}, "/minimum"),
        (TEXT, {"type": "string", "pattern": "^a"}, "/pattern"),
        ({"format": "date"}, {"format": "time"}, "/format"),
        ({"items": NUMBER}, {"items": INTEGER}, "/items/type"),
        ({}, {"uniqueItems": True}, "/uniqueItems"),
        ({}, {"not": TEXT}, "/not"),
        (TEXT, {"oneOf": [TEXT, {}]}, "/oneOf"),
        ({"anyOf": [TEXT, NUMBER]}, {"anyOf": [TEXT]}, "/anyOf"),
        (TEXT, {"allOf": [INTEGER]}, "/allOf/0"),
        (TREE, NARROW_TREE, "/properties/v/const"),
        ({}, {"dependentRequired": {"a": ["b"]}}, "/dependentRequired/a"),
        (TEXT, False, ""),
        (LISTED, {**LISTED, "definitions": {"x": INTEGER}}, "/items/items/type"),
        (ONE_OF, {**ONE_OF, "$defs": {"x": INTEGER}}, "/oneOf"),
    ],
)
def test_what_may_refuse_old_data_is_told_with_its_place(old: object, new: object, pointer: str) -> None:
    assert f"/schema{pointer}" in [fault.pointer for fault in breaks(old, new)]


@given(schemas)
def test_a_schema_is_compatible_with_itself(schema: dict[str, Any]) -> None:
    assert breaks(schema, schema) == []


@given(schemas, schemas)
def test_data_of_the_old_schema_pass_a_compatible_one(old: dict[str, Any], new: dict[str, Any]) -> None:
    if breaks(old, new):
        return
    sample = sample_of(old, compile_schema(old))

    # A member that the old schema did not name may be one the new one restricts; objects are judged elsewhere.
    if sample is not None and "{" not in sample.decode():
        assert compile_schema(new).faults(sample) == [], read_json(sample).value
