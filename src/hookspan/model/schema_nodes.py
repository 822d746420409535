"""A JSON Schema as a graph of its subschemas, read within limits: what may be run on strangers' data at all (S22).

2020-12, at most 64 KiB, 32 levels and 256 references, each into the document itself. Nothing here, and nothing built
on it, ever fetches anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import msgspec

from hookspan.errors import Invalid
from hookspan.model.schema_patterns import pattern_steps

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_BYTES = 65_536
SCHEMA_DEPTH = 32
REFS_MOST = 256
UNEVALUATED_TIMES = 3
"""How often the engine looks at a subschema again for `unevaluated…` beside it; measured 2.7."""

_HERE = ("allOf", "anyOf", "oneOf")
_HERE_ONE = ("not", "if", "then", "else")
_REFUSED = ("$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$recursiveAnchor", "$id")
_encode = msgspec.json.Encoder(decimal_format="number").encode

Label = tuple[str, str | None]
"""Which children an edge leads to: of an object (`{`) or array (`[`), one by name or, with None, any."""


@dataclass(slots=True)
class Node:
    """A subschema: `here` applies to the same value (so many times), `below` to its children.

    A negative number below takes back what the unnamed edge counted: `additionalProperties` skips named members.
    """

    pointer: str
    weight: int = 1
    pattern_steps: int = 0
    here: list[tuple[int, int]] = field(default_factory=list)
    below: list[tuple[Label, int, int]] = field(default_factory=list)


@dataclass(slots=True)
class Graph:
    """The subschemas that are reached from the first one; `has_choices` where alternatives stand in it."""

    nodes: list[Node] = field(default_factory=list)
    has_choices: bool = False


def read_graph(schema: object) -> Graph:
    """The graph of a schema; raises Invalid, pointers under `/schema`, for one that is beyond the limits."""
    if not isinstance(schema, dict | bool):
        raise Invalid.one("/schema", "must be a JSON Schema: an object, true or false")
    if _depth_over(schema, SCHEMA_DEPTH):
        raise Invalid.one("/schema", f"must not be deeper than {SCHEMA_DEPTH} levels")
    if len(_encode(schema)) > SCHEMA_BYTES:
        raise Invalid.one("/schema", f"must not be over {SCHEMA_BYTES} bytes")
    return _Reader(schema).read()


class _Reader:
    """Walks subschemas by keyword, then the targets of references, each place once."""

    def __init__(self, schema: dict[str, Any] | bool) -> None:
        self._schema = schema
        self._graph = Graph()
        self._places: dict[str, int] = {}
        self._anchors: dict[str, str] = {}
        self._refs: list[tuple[int, str, int]] = []

    def read(self) -> Graph:
        self._node(self._schema, "")
        done = 0
        while done < len(self._refs):
            index, target, times = self._refs[done]
            self._graph.nodes[index].here.append((self._target(self._graph.nodes[index].pointer, target), times))
            done += 1
            if done > REFS_MOST:
                raise Invalid.one("/schema", f"must not hold more than {REFS_MOST} references")
        return self._graph

    def _node(self, schema: object, pointer: str) -> int:
        if pointer in self._places:
            return self._places[pointer]
        index = self._places[pointer] = len(self._graph.nodes)
        node = Node(pointer)
        self._graph.nodes.append(node)
        if isinstance(schema, dict):
            self._check_words(schema, pointer)
            times = UNEVALUATED_TIMES if "unevaluatedProperties" in schema or "unevaluatedItems" in schema else 1
            node.weight, node.pattern_steps = _weight(schema), _pattern_steps(schema, pointer)
            node.here += [(self._node(inner, place), times) for inner, place in _applied(schema, pointer)]
            self._below_object(node, schema)
            self._below_array(node, schema)
            if isinstance(schema.get("$ref"), str):
                self._refs.append((index, schema["$ref"], times))
        return index

    def _check_words(self, schema: Mapping[str, Any], pointer: str) -> None:
        for word in _REFUSED:
            if word in schema:
                raise _fault(pointer, word, "is not offered; a schema is one document that refers only to itself")
        if schema.get("$schema", DIALECT) not in (DIALECT, DIALECT + "#"):
            raise _fault(pointer, "$schema", f"must be {DIALECT}, or absent")
        if isinstance(schema.get("$anchor"), str):
            self._anchors[schema["$anchor"]] = pointer
        self._graph.has_choices |= "anyOf" in schema or "oneOf" in schema

    def _below_object(self, node: Node, schema: Mapping[str, Any]) -> None:
        pointer = node.pointer
        named = {
            name: self._node(inner, f"{pointer}/properties/{_escaped(name)}")
            for name, inner in _members(schema, "properties")
        }
        node.below += [(("{", name), index, 1) for name, index in named.items()]
        for name, inner in _members(schema, "patternProperties"):
            node.below.append((("{", None), self._node(inner, f"{pointer}/patternProperties/{_escaped(name)}"), 1))
        for word in ("propertyNames", "unevaluatedProperties"):
            if word in schema:
                node.below.append((("{", None), self._node(schema[word], f"{pointer}/{word}"), 1))
        if "additionalProperties" in schema:
            rest = self._node(schema["additionalProperties"], f"{pointer}/additionalProperties")
            node.below.append((("{", None), rest, 1))
            node.below += [(("{", name), rest, -1) for name in named]

    def _below_array(self, node: Node, schema: Mapping[str, Any]) -> None:
        pointer = node.pointer
        first = [
            self._node(inner, f"{pointer}/prefixItems/{place}")
            for place, inner in enumerate(_list(schema, "prefixItems"))
        ]
        node.below += [(("[", str(place)), index, 1) for place, index in enumerate(first)]
        for word in ("contains", "unevaluatedItems"):
            if word in schema:
                node.below.append((("[", None), self._node(schema[word], f"{pointer}/{word}"), 1))
        if "items" in schema:
            rest = self._node(schema["items"], f"{pointer}/items")
            node.below.append((("[", None), rest, 1))
            node.below += [(("[", str(place)), rest, -1) for place in range(len(first))]

    def _target(self, pointer: str, reference: str) -> int:
        if not reference.startswith("#"):
            raise _fault(pointer, "$ref", "must begin with #: a schema refers only to itself, nothing is fetched")
        place = unquote(reference[1:])
        if place and not place.startswith("/"):
            if place not in self._anchors:
                raise _fault(pointer, "$ref", "there is no such $anchor in this schema")
            place = self._anchors[place]
        found, place = _resolved(self._schema, place)
        if not isinstance(found, dict | bool):
            raise _fault(pointer, "$ref", "leads nowhere in this schema")
        return self._node(found, place)


def _applied(schema: Mapping[str, Any], pointer: str) -> Iterator[tuple[object, str]]:
    """Subschemas of the same value, but for `$ref`."""
    for word in _HERE:
        yield from ((inner, f"{pointer}/{word}/{place}") for place, inner in enumerate(_list(schema, word)))
    yield from ((schema[word], f"{pointer}/{word}") for word in _HERE_ONE if word in schema)
    for name, inner in _members(schema, "dependentSchemas"):
        yield inner, f"{pointer}/dependentSchemas/{_escaped(name)}"
    # The definitions apply to nothing, but anchors stand in them; their targets are read when a reference leads there.


def _weight(schema: Mapping[str, Any]) -> int:
    """What a look at one value costs, in units of 100 ns; comparing exact decimals and structures is dear."""
    options = schema.get("enum")
    const = 1 if "const" not in schema else _option_weight(schema["const"])
    if (
        not isinstance(options, list)
        or len({type(option) for option in options} & {str, int}) == len({type(option) for option in options}) == 1
    ):
        return const
    return const + sum(map(_option_weight, options))


def _option_weight(option: object) -> int:
    """Ten for every number, member and item in it; one for a plain word."""
    if isinstance(option, dict):
        return 10 + sum(map(_option_weight, option.values()))
    if isinstance(option, list):
        return 10 + sum(map(_option_weight, option))
    return 1 if isinstance(option, str | bool | None) else 10


def _pattern_steps(schema: Mapping[str, Any], pointer: str) -> int:
    """The sizes of the patterns that are run on this value or on the names of its members."""
    texts = [("pattern", schema["pattern"])] if isinstance(schema.get("pattern"), str) else []
    texts += [("patternProperties", name) for name, _ in _members(schema, "patternProperties")]
    steps = 0
    for word, text in texts:
        size = pattern_steps(text)
        if size is None:
            raise _fault(pointer, word, "holds a pattern that is too long or repeats too much")
        steps += size
    return steps


def _members(schema: Mapping[str, Any], word: str) -> Iterator[tuple[str, object]]:
    members = schema.get(word)
    return iter(members.items()) if isinstance(members, dict) else iter(())


def _list(schema: Mapping[str, Any], word: str) -> Sequence[object]:
    found = schema.get(word)
    return found if isinstance(found, list) else ()


def _resolved(schema: object, place: str) -> tuple[object, str]:
    """What a JSON pointer leads to, or None, and the pointer as this module writes it."""
    found, written = schema, ""
    for part in place.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        written += f"/{_escaped(name)}"
        if isinstance(found, dict):
            found = found.get(name)
        elif isinstance(found, list) and name.isascii() and name.isdigit() and int(name) < len(found):
            found = found[int(name)]
        else:
            return None, written
    return found, written


def _depth_over(schema: object, most: int) -> bool:
    level = [schema]
    for _ in range(most + 1):
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        if not level:
            return False
    return True


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _fault(pointer: str, word: str, detail: str) -> Invalid:
    return Invalid.one(f"/schema{pointer}/{_escaped(word)}", detail)
