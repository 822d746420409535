"""Whether data that were valid stay valid under a schema's next version: rules that answer yes only where it shows.

A keyword may go, or stay and let through as much as before. What no rule understands must stay as it is. One thing is
taken for granted: members that the old schema did not name were not sent, so new optional ones are welcome.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import msgspec

from hookspan.errors import Fault

CODE = "incompatible_schema"

_ALL_TYPES = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
_FLOORS = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
_COUNT_FLOORS = ("minLength", "minItems", "minProperties")
_CEILINGS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")
_UNCHANGED = (
    "pattern",
    "format",
    "multipleOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "dependentSchemas",
    "unevaluatedProperties",
    "unevaluatedItems",
)
_LEVELS = 40
COMPARED_MOST = 5_000
_text = msgspec.json.Encoder(decimal_format="number", order="sorted").encode
_TWINS = {
    "minimum": "exclusiveMinimum",
    "exclusiveMinimum": "minimum",
    "maximum": "exclusiveMaximum",
    "exclusiveMaximum": "maximum",
}


def breaks(old: object, new: object) -> list[Fault]:
    """What of `new` may refuse data that `old` allows, at most one fault for a place, pointers into the new schema."""
    return list({fault.pointer: fault for fault in _Comparison(old, new).faults(old, new, "/schema", 0)}.values())


class _Comparison:
    """Two documents and the pairs of places already compared."""

    def __init__(self, old: object, new: object) -> None:
        self._old, self._new = old, new
        self._pairs: set[tuple[int, int]] = set()
        self._journal: list[tuple[int, int]] = []
        self._compared = 0
        # Pairs are told apart by identity, which an object that is gone gives to the next one.
        self._alive: list[object] = []
        self._targets: dict[str, list[str] | None] = {}

    def faults(self, old: object, new: object, pointer: str, level: int) -> Iterator[Fault]:
        """Why data of `old` may not pass `new`."""
        old, new = _followed(self._old, old), _followed(self._new, new)
        pair = (id(old), id(new))
        if new is True or old is False or pair in self._pairs or self._is_same(old, new):
            return
        self._pairs.add(pair)
        self._journal.append(pair)
        self._compared += 1
        self._alive += (old, new)
        before, after = _keywords(old), _keywords(new)
        if new is False:
            yield _fault(pointer, "allows nothing any more")
            return
        if level > _LEVELS or self._compared > COMPARED_MOST:
            yield _fault(pointer, "is too intricate to compare")
            return
        for rule in (_types, _options, _bounds, _required, self._unchanged):
            yield from rule(before, after, pointer)
        for part in (self._members, self._items, self._combined):
            yield from part(before, after, pointer, level + 1)

    def _is_same(self, old: object, new: object) -> bool:
        """The same words, and the same behind every reference in them, however far."""
        if _text(old) != _text(new):
            return False
        waiting, seen = list(_references(new)), set[str]()
        while waiting:
            reference = waiting.pop()
            if reference not in seen:
                seen.add(reference)
                further = self._behind(reference)
                if further is None:
                    return False
                waiting += further
        return True

    def _behind(self, reference: str) -> list[str] | None:
        """The references in what this one leads to; None where that is not the same in both documents."""
        if reference not in self._targets:
            old, new = _target(self._old, reference), _target(self._new, reference)
            is_same = old is not None and _text(old) == _text(new)
            self._targets[reference] = list(_references(new)) if is_same else None
        return self._targets[reference]

    def _unchanged(self, old: Mapping[str, Any], new: Mapping[str, Any], pointer: str) -> Iterator[Fault]:
        for word in _UNCHANGED:
            if word in new and not (word in old and self._is_same(old[word], new[word])):
                what = "is a new restriction" if word not in old else "was changed in a way that may refuse old data"
                yield _fault(f"{pointer}/{word}", what)

    def _members(self, old: Mapping[str, Any], new: Mapping[str, Any], pointer: str, level: int) -> Iterator[Fault]:
        named, kept = _map(old, "properties"), _map(new, "properties")
        rest = old.get("additionalProperties", True)
        for name, schema in kept.items():
            if name in named or isinstance(rest, dict):
                before = named.get(name, rest)
                yield from self.faults(before, schema, f"{pointer}/properties/{_escaped(name)}", level)
        for name, schema in _map(new, "patternProperties").items():
            place = f"{pointer}/patternProperties/{_escaped(name)}"
            yield from self.faults(_map(old, "patternProperties").get(name, True), schema, place, level)
        if "additionalProperties" in new:
            place = f"{pointer}/additionalProperties"
            for before in [rest, *(schema for name, schema in named.items() if name not in kept)]:
                yield from self.faults(before, new["additionalProperties"], place, level)

    def _items(self, old: Mapping[str, Any], new: Mapping[str, Any], pointer: str, level: int) -> Iterator[Fault]:
        first, kept = _list(old, "prefixItems"), _list(new, "prefixItems")
        rest, others = old.get("items", True), new.get("items", True)
        for place, schema in enumerate(kept):
            before = first[place] if place < len(first) else rest
            yield from self.faults(before, schema, f"{pointer}/prefixItems/{place}", level)
        for before in [*first[len(kept) :], rest]:
            yield from self.faults(before, others, f"{pointer}/items", level)

    def _combined(self, old: Mapping[str, Any], new: Mapping[str, Any], pointer: str, level: int) -> Iterator[Fault]:
        held = [old, *_list(old, "allOf")]
        for place, schema in enumerate(_list(new, "allOf")):
            if not any(self._passes(before, schema, level) for before in held):
                yield _fault(f"{pointer}/allOf/{place}", "may refuse data that were allowed")
        if "anyOf" in new:
            ways = _list(old, "anyOf") or _list(old, "oneOf") or [old]
            if not all(any(self._passes(way, schema, level) for schema in _list(new, "anyOf")) for way in ways):
                yield _fault(f"{pointer}/anyOf", "lacks a way that was allowed")

    def _passes(self, old: object, new: object, level: int) -> bool:
        """Try; what was taken for compared meanwhile is forgotten."""
        mark = len(self._journal)
        is_passing = next(self.faults(old, new, "", level), None) is None
        self._pairs.difference_update(self._journal[mark:])
        del self._journal[mark:]
        return is_passing


def _types(old: Mapping[str, Any], new: Mapping[str, Any], pointer: str) -> Iterator[Fault]:
    lost = _allowed_types(old) - _allowed_types(new)
    if lost:
        yield _fault(f"{pointer}/type", f"no longer allows {' '.join(sorted(lost))}")


def _allowed_types(schema: Mapping[str, Any]) -> frozenset[str]:
    named = schema.get("type")
    types = frozenset([named] if isinstance(named, str) else named) if named is not None else _ALL_TYPES
    options = _choice(schema)
    if options is not None:
        types = frozenset(_type_of(option) for option in options) & (types | _integers(types))
    return types | _integers(types)


def _integers(types: frozenset[str]) -> frozenset[str]:
    return frozenset({"integer"} if "number" in types else ())


def _type_of(value: object) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    if isinstance(value, int | Decimal | float):
        return "integer" if value == int(value) else "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def _options(old: Mapping[str, Any], new: Mapping[str, Any], pointer: str) -> Iterator[Fault]:
    after = _choice(new)
    if after is None:
        return
    word, before = ("const" if "const" in new else "enum"), _choice(old)
    if before is None:
        yield _fault(f"{pointer}/{word}", "is a new restriction")
    elif {_text(option) for option in before} - {_text(option) for option in after}:
        yield _fault(f"{pointer}/{word}", "no longer allows a value that was allowed")


def _choice(schema: Mapping[str, Any]) -> list[object] | None:
    if "const" in schema:
        return [schema["const"]]
    options = schema.get("enum")
    return options if isinstance(options, list) else None


def _bounds(old: Mapping[str, Any], new: Mapping[str, Any], pointer: str) -> Iterator[Fault]:
    for words, sign in ((_FLOORS, 1), (_CEILINGS, -1)):
        for word in words:
            is_nothing = word in _COUNT_FLOORS and new.get(word) == 0
            if word in new and not is_nothing and not _is_within(old, new, word, sign):
                yield _fault(f"{pointer}/{word}", "is narrower than it was" if word in old else "is a new restriction")
    if new.get("uniqueItems") is True and old.get("uniqueItems") is not True:
        yield _fault(f"{pointer}/uniqueItems", "is a new restriction")


def _is_within(old: Mapping[str, Any], new: Mapping[str, Any], word: str, sign: int) -> bool:
    """Whether the old bound, exclusive or not, is at least as tight as the new one."""
    twin = _TWINS.get(word, word)
    if word in old and sign * (old[word] - new[word]) >= 0:
        return True
    if twin == word or twin not in old:
        return False
    room = sign * (old[twin] - new[word])
    return bool(room > 0 if word.startswith("exclusive") else room >= 0)


def _required(old: Mapping[str, Any], new: Mapping[str, Any], pointer: str) -> Iterator[Fault]:
    for name in _list(new, "required"):
        if name not in _list(old, "required"):
            yield _fault(f"{pointer}/required", f"{name!r} was not required before")
    before = _map(old, "dependentRequired")
    for name, names in _map(new, "dependentRequired").items():
        if not set(names) <= set(before.get(name, ())) | set(_list(old, "required")):
            yield _fault(f"{pointer}/dependentRequired/{_escaped(name)}", "is a new restriction")


def _followed(document: object, schema: object) -> object:
    """What a bare reference into its own document leads to; one with words beside it is left to the rules."""
    for _ in range(_LEVELS):
        if not isinstance(schema, dict) or not isinstance(schema.get("$ref"), str) or set(schema) & _RESTRICTING:
            return schema
        found = _target(document, schema["$ref"])
        if found is None:
            return schema
        schema = found
    return schema


def _target(document: object, reference: str) -> object:
    """What a JSON pointer of the document leads to; None for nothing, and for an anchor."""
    if reference != "#" and not reference.startswith("#/"):
        return None
    for part in unquote(reference[1:]).split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        document = document.get(name) if isinstance(document, dict) else None
    return document


_RESTRICTING = frozenset(
    {*_FLOORS, *_CEILINGS, *_UNCHANGED, "type", "enum", "const", "required", "properties", "items", "prefixItems"}
    | {"allOf", "anyOf", "additionalProperties", "patternProperties", "dependentRequired", "uniqueItems"}
)


def _keywords(schema: object) -> Mapping[str, Any]:
    """The schema as keywords; a reference that could not be followed stands as a restriction of its own."""
    if not isinstance(schema, dict):
        return {}
    if "$ref" not in schema:
        return schema
    return {**schema, "allOf": [*_list(schema, "allOf"), {"$ref": schema["$ref"]}]}


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from [value["$ref"]] if isinstance(value.get("$ref"), str) else []
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for inner in inside:
        yield from _references(inner)


def _map(schema: Mapping[str, Any], word: str) -> Mapping[str, Any]:
    found = schema.get(word)
    return found if isinstance(found, dict) else {}


def _list(schema: Mapping[str, Any], word: str) -> Sequence[Any]:
    found = schema.get(word)
    return found if isinstance(found, list) else ()


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _fault(pointer: str, detail: str) -> Fault:
    return Fault(pointer, CODE, detail)
