"""JSON Schemas for property tests: every kind of value, nested, with bounds that leave room."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

_NAMES = st.sampled_from(["id", "total", "a/b", "~", "items", "é"])
_PATTERNS = st.sampled_from(["^inv_[0-9]{3}$", "^[A-Z]+$", "a|b", "^(?:x|y){2,4}-\\d$", "[^a-z]", "^\\w{1,5}$"])
_FORMATS = st.sampled_from(["date-time", "date", "uuid", "email", "ipv4", "ipv6", "uri", "hostname", "made-up"])


def _bounded(low: str, high: str, most: int) -> st.SearchStrategy[dict[str, Any]]:
    pairs = st.tuples(st.integers(0, most), st.integers(0, most)).map(sorted)
    return pairs.map(lambda pair: {low: pair[0], high: pair[1]})


def _typed(kind: str, *parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(st.just({}), *parts).map(lambda words: {"type": kind, **words})


_LEAVES = st.one_of(
    _typed("string", _bounded("minLength", "maxLength", 8), _PATTERNS.map(lambda each: {"pattern": each})),
    _FORMATS.map(lambda each: {"type": "string", "format": each}),
    _typed("integer", _bounded("minimum", "maximum", 20), st.just({"multipleOf": 3, "minimum": 4})),
    _typed("number", _bounded("minimum", "maximum", 5), st.just({"exclusiveMinimum": 0, "exclusiveMaximum": 1})),
    st.sampled_from([{"type": "boolean"}, {"type": "null"}, {}, {"type": ["string", "null"]}, {"const": {"a": [1]}}]),
    st.lists(st.sampled_from(["a", 1, 2.5, None, True]), min_size=1, max_size=3).map(lambda each: {"enum": each}),
)


def _nested(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    members = st.dictionaries(_NAMES, inner, max_size=4)
    return st.one_of(
        members.map(lambda each: {"type": "object", "properties": each, "required": sorted(each)[:2]}),
        members.map(lambda each: {"type": "object", "properties": each, "additionalProperties": False}),
        inner.map(lambda each: {"type": "array", "items": each}),
        st.lists(inner, min_size=1, max_size=3).map(lambda each: {"type": "array", "prefixItems": each}),
        st.lists(inner, min_size=1, max_size=3).map(lambda each: {"anyOf": each}),
        inner.map(lambda each: {"$defs": {"inner": each}, "title": "defined"} | each),
    )


schemas: st.SearchStrategy[dict[str, Any]] = st.recursive(_LEAVES, _nested, max_leaves=6)
"""Schemas that some value satisfies, nearly always."""
