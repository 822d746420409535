"""Whether data are as a JSON Schema says, within a bound of steps: compiled once, run on any bytes, fetching nothing.

Formats are checked, `regex` alone is not. Numbers are compared exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

import jsonschema_rs
import msgspec

from hookspan.errors import Fault, Invalid
from hookspan.model.jsonview import Json, read_json
from hookspan.model.schema_cost import Cost, cost_of
from hookspan.model.schema_nodes import read_graph
from hookspan.model.surrogates import mask_lone

MISMATCH = "schema_mismatch"
LOOKS_BUDGET = 500_000
"""Looks of 100 ns at most: 50 ms."""
PATTERN_BUDGET = 4_000_000
"""Bytes times states of patterns; each costs 12 ns at most: 50 ms."""
FAULTS_MOST = 20
LISTED_LOOKS = 5_000
"""Below this every place may be told; a fault costs as much as 150 looks."""

_PATTERNS = jsonschema_rs.RegexOptions(size_limit=262_144, dfa_size_limit=262_144)
_encode = msgspec.json.Encoder(decimal_format="number").encode


@dataclass(frozen=True, slots=True)
class Judge:
    """A compiled schema; `is_open` when it allows everything, so that nothing need be read."""

    _validator: jsonschema_rs.Draft202012Validator
    _cost: Cost
    _has_choices: bool
    is_open: bool = False

    def faults(self, data: bytes) -> list[Fault]:
        """What is wrong with JSON bytes, at most 20 faults with RFC 6901 pointers; empty when nothing is."""
        view = read_json(data)
        if not view.is_json and (masked := mask_lone(data)) is not None:
            view = read_json(masked.text)
        if not view.is_json:
            return [Fault("", MISMATCH, f"cannot be checked: {view.fault}")]
        looks = _values(data) * self._cost.looks
        if looks > LOOKS_BUDGET or len(data) * self._cost.pattern_steps > PATTERN_BUDGET:
            return [Fault("", MISMATCH, "cannot be checked: so many values are too much work for this schema")]
        if self._validator.is_valid(view.value):
            return []
        return self._places(view.value, looks)

    def _places(self, value: Json, looks: int) -> list[Fault]:
        if looks > LISTED_LOOKS and self._has_choices:
            return [Fault("", MISMATCH, "does not match the schema; it is too large to say where")]
        if looks <= LISTED_LOOKS:
            return [_fault(error) for error in islice(self._validator.iter_errors(value), FAULTS_MOST)]
        try:
            self._validator.validate(value)
        except jsonschema_rs.ValidationError as error:
            return [_fault(error)]
        return []


def compile_schema(schema: object) -> Judge:
    """Compile a schema within the limits; raises Invalid with pointers under `/schema`."""
    graph = read_graph(schema)
    cost = cost_of(graph)
    assert isinstance(schema, dict | bool)
    try:
        validator = jsonschema_rs.Draft202012Validator(
            schema,
            offline=True,
            validate_formats=True,
            formats={"regex": _any_text},
            mask="the value",
            pattern_options=_PATTERNS,
        )
    except jsonschema_rs.ValidationError as error:
        pointer = "".join(f"/{_escaped(part)}" for part in error.instance_path)
        raise Invalid.one(f"/schema{pointer}", f"is not JSON Schema: {error.message[:300]}") from None
    except ValueError as error:
        raise Invalid.one("/schema", f"is not JSON Schema: {str(error)[:300]}") from None
    return Judge(validator, cost, graph.has_choices, is_open=schema is True or schema == {})


def _any_text(_text: str) -> bool:
    """Compiling a stranger's pattern for every text of the data would cost more than all else together."""
    return True


def _values(data: bytes) -> int:
    """Not fewer than the values and member names in JSON text."""
    return 1 + 2 * data.count(b",") + 2 * data.count(b"{") + data.count(b"[")


def _fault(error: jsonschema_rs.ValidationError) -> Fault:
    pointer = "".join(f"/{_escaped(part)}" for part in error.instance_path)
    return Fault(pointer, MISMATCH, error.message[:300])


def _escaped(part: str | int) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")
