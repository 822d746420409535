"""Data made from a JSON Schema, the same each time: what a test send or a form may start from.

Examples come first, then constants, then the least that the keywords ask for. Every candidate is judged by the schema
itself, so what no rule here understands costs a sample, never a wrong one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Any

import msgspec

from hookspan.model.sample_texts import text_of
from hookspan.model.schema_judge import Judge

TRIES = 6
LEVELS_MOST = 12
OPTIONAL_LEVELS = 3
ITEMS_MOST = 100
VALUES_MOST = 2_000
_encode = msgspec.json.Encoder(decimal_format="number").encode


def sample_of(schema: object, judge: Judge) -> bytes | None:
    """JSON that is valid under the schema; None where none was found."""
    for candidate in _candidates(schema):
        text = _encode(candidate)
        if not judge.faults(text):
            return text
    return None


def _candidates(schema: object) -> Iterator[object]:
    for choice in range(TRIES):
        yield _Maker(schema, choice).value(schema, 0, 0)
    yield from ({}, [], None, "", 0, True)


class _Maker:
    """One try; `choice` says which of several alternatives is taken everywhere."""

    def __init__(self, document: object, choice: int) -> None:
        self._document = document
        self._choice = choice
        self._made = 0

    def value(self, schema: object, level: int, nth: int) -> object:
        """A value; another one for each `nth`, where the schema leaves room."""
        flat = self._flat(schema, 0)
        for word in ("const", "default"):
            if word in flat:
                return flat[word]
        for word in ("examples", "enum"):
            if isinstance(flat.get(word), list) and flat[word]:
                return flat[word][nth % len(flat[word])]
        kind = self._kind(flat)
        if kind == "object":
            return self._object(flat, level)
        if kind == "array":
            return self._array(flat, level, nth)
        if kind in ("integer", "number"):
            return _number(flat, kind, nth)
        if kind == "string":
            return text_of(flat, nth)
        return None if kind == "null" else nth % 2 == 0

    def _flat(self, schema: object, follow: int) -> Mapping[str, Any]:
        """The schema with what it refers to and combines, as one set of keywords."""
        if not isinstance(schema, dict) or follow > LEVELS_MOST:
            return {}
        flat = {word: member for word, member in schema.items() if word not in ("$ref", "allOf", "anyOf", "oneOf")}
        parts = [self._referred(schema["$ref"])] if isinstance(schema.get("$ref"), str) else []
        parts += schema.get("allOf", [])
        for word in ("anyOf", "oneOf"):
            ways = schema.get(word)
            if isinstance(ways, list) and ways:
                parts.append(ways[self._choice % len(ways)])
        for part in parts:
            flat = _joined(flat, self._flat(part, follow + 1))
        return flat

    def _referred(self, reference: str) -> object:
        found = self._document
        for part in reference[1:].split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            found = found.get(name) if isinstance(found, dict) else None
        return found

    def _kind(self, schema: Mapping[str, Any]) -> str:
        named = schema.get("type")
        if isinstance(named, list) and named:
            return str(named[self._choice % len(named)])
        if isinstance(named, str):
            return named
        marks = {"object": _OBJECT_WORDS, "array": _ARRAY_WORDS, "string": _TEXT_WORDS, "number": _NUMBER_WORDS}
        return next((kind for kind, words in marks.items() if words & set(schema)), "object")

    def _object(self, schema: Mapping[str, Any], level: int) -> dict[str, object]:
        named = _map(schema, "properties")
        wanted = list(dict.fromkeys(_list(schema, "required")))
        if level < OPTIONAL_LEVELS and self._choice < TRIES - 1:
            wanted += [name for name in named if name not in wanted]
        for name in wanted:
            wanted += [other for other in _map(schema, "dependentRequired").get(name, ()) if other not in wanted]
        wanted = wanted[: schema.get("maxProperties", len(wanted))]
        rest = schema.get("additionalProperties", True)
        members = {name: self._inner(named.get(name, rest), level) for name in wanted}
        for place in range(min(int(schema.get("minProperties", 0)), ITEMS_MOST)):
            if len(members) < schema["minProperties"]:
                members[f"member{place + 1}"] = self._inner(rest, level)
        return members

    def _array(self, schema: Mapping[str, Any], level: int, nth: int) -> list[object]:
        first, rest = _list(schema, "prefixItems"), schema.get("items", True)
        least = max(int(schema.get("minItems", 0)), len(first) if level < OPTIONAL_LEVELS else 0)
        if "contains" in schema:
            rest, least = schema["contains"], max(least, int(schema.get("minContains", 1)))
        if least == 0 and level < OPTIONAL_LEVELS and rest not in (True, False):
            least = 1
        least = min(least, int(schema.get("maxItems", ITEMS_MOST)), ITEMS_MOST)
        shapes = [first[place] if place < len(first) else rest for place in range(least)]
        return [self._inner(shape, level, nth + place) for place, shape in enumerate(shapes)]

    def _inner(self, schema: object, level: int, nth: int = 0) -> object:
        self._made += 1
        return self.value(schema, level + 1, nth) if level < LEVELS_MOST and self._made < VALUES_MOST else None


_OBJECT_WORDS = frozenset({"properties", "required", "additionalProperties", "minProperties", "patternProperties"})
_ARRAY_WORDS = frozenset({"items", "prefixItems", "minItems", "contains", "uniqueItems"})
_TEXT_WORDS = frozenset({"minLength", "maxLength", "pattern", "format"})
_NUMBER_WORDS = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})


def _number(schema: Mapping[str, Any], kind: str, nth: int) -> int | Decimal:
    """The first multiple at or above the lower bound, or the last at or below the upper one."""
    step = Decimal(str(schema.get("multipleOf", 1)))
    if kind == "integer" and step != step.to_integral_value():
        step = Decimal(1)
    low = _bound(schema, "minimum", "exclusiveMinimum", max)
    high = _bound(schema, "maximum", "exclusiveMaximum", min)
    if low is not None:
        number = (low / step).to_integral_value(ROUND_CEILING) * step
    else:
        number = Decimal(0) if high is None or high > 0 else -((-high / step).to_integral_value(ROUND_CEILING) * step)
    if "exclusiveMinimum" in schema and number == low:
        number += step
    if "exclusiveMaximum" in schema and number == high:
        number -= step
    if high is not None and low is not None and not low <= number <= high and kind == "number":
        number = (low + high) / 2
    number += step * nth
    return int(number) if number == number.to_integral_value() else number


def _bound(schema: Mapping[str, Any], word: str, exclusive: str, tighter: Any) -> Decimal | None:
    bounds = [Decimal(str(schema[name])) for name in (word, exclusive) if name in schema]
    return tighter(bounds) if bounds else None


def _joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Both sets of keywords: members and requirements together, bounds as tight as either."""
    joined = {**other, **one}
    for word in set(one) & set(other):
        if word in ("properties", "patternProperties", "dependentRequired", "$defs"):
            joined[word] = _both(one[word], other[word])
        elif word == "required":
            joined[word] = list(dict.fromkeys([*one[word], *other[word]]))
        elif word.startswith(("min", "exclusiveMin")):
            joined[word] = max(one[word], other[word])
        elif word.startswith(("max", "exclusiveMax")):
            joined[word] = min(one[word], other[word])
        elif word in ("enum", "type") and isinstance(one[word], list) and isinstance(other[word], list):
            joined[word] = [option for option in one[word] if option in other[word]] or one[word]
        elif word == "type" and isinstance(one[word], list) and other[word] in one[word]:
            joined[word] = other[word]
    return joined


def _both(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: {"allOf": [one[name], other[name]]} if name in one and name in other else {**other, **one}[name]
        for name in {**one, **other}
    }


def _map(schema: Mapping[str, Any], word: str) -> Mapping[str, Any]:
    found = schema.get(word)
    return found if isinstance(found, dict) else {}


def _list(schema: Mapping[str, Any], word: str) -> Sequence[Any]:
    found = schema.get(word)
    return found if isinstance(found, list) else ()
