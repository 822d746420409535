"""The operators of filter rows, each compiled with its value into one test (contracts B.4).

A type that does not fit makes every operator false, the negative ones too. A test is charged before it does work that
grows with the value it looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import msgspec

from hookspan.errors import Fault, Invalid
from hookspan.model.comparing import AnyOf, instant_of, number_of, order
from hookspan.model.jsonview import DECIMAL_CHARACTERS, read_json
from hookspan.model.patterns import SUBJECT_BYTES, compile_pattern

VALUE_BYTES = 4_096
LIST_MOST = 1_000
NODES_MOST = 10_000
STEPS_MOST = 1_000_000
"""About 10 ms at the worst that a step was measured to cost."""
NODE_STEPS = 16
"""What comparing one value inside a list or object costs."""

ALIASES: Mapping[str, str] = {
    "regex": "regex_match",
    "gt": "greater_than",
    "gte": "greater_or_equal",
    "lt": "less_than",
    "lte": "less_or_equal",
}
_SHORT_TEXT = 30_000
_SHORT_NEEDLE = 100


class FilterError(Exception):
    """A filter spent its budget, or is stored in a form that cannot be read: neither a yes nor a no."""


class Budget:
    """What one evaluation may spend: nodes visited, and steps of searching in texts."""

    def __init__(self) -> None:
        self._nodes = NODES_MOST
        self._steps = STEPS_MOST

    def visit(self, nodes: int) -> None:
        """Spend on looking at values; FilterError when it does not suffice."""
        self._nodes -= nodes
        if self._nodes < 0:
            raise FilterError(f"the filter looks at more than {NODES_MOST:,} values")

    def spend(self, steps: int) -> None:
        """Spend on searching; FilterError when it does not suffice."""
        self._steps -= steps
        if self._steps < 0:
            raise FilterError("the filter searches through more text than one evaluation may")


Test: TypeAlias = Callable[[object, Budget], bool]


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator with its value. A negative one must hold for all that `[*]` finds, any other for one."""

    name: str
    holds: Test
    is_negative: bool
    if_missing: bool


def compile_operator(name: str, value: object, pointer: str) -> Operator:
    """The operator, an alias resolved; raises Invalid at `pointer`/operator or `pointer`/value."""
    name = ALIASES.get(name, name)
    build = _BUILDERS.get(name)
    if build is None:
        raise Invalid.one(f"{pointer}/operator", f"must be one of {' '.join(_BUILDERS)}")
    try:
        test = build(value)
    except Invalid as error:
        raise Invalid([Fault(f"{pointer}/value", fault.code, fault.detail) for fault in error.faults]) from None
    return Operator(name, test, name.startswith("not_"), name == "not_exists")


def takes_value(name: str) -> bool:
    """Whether the operator compares with a value."""
    return name not in _BARE


def exact_value(value: object, pointer: str) -> object:
    """The value as it will be compared: numbers exact, within the limits; raises Invalid at `pointer`."""
    if isinstance(value, list | tuple):
        if len(value) > LIST_MOST:
            raise Invalid.one(pointer, f"a list has at most {LIST_MOST:,} values")
        return [_exact(each, pointer) for each in value]
    return _exact(value, pointer)


def _exact(value: object, pointer: str) -> object:
    try:
        written = _write(value)
    except (RecursionError, TypeError, ValueError):
        raise Invalid.one(pointer, "must be a JSON value") from None
    if len(written) > VALUE_BYTES:
        raise Invalid.one(pointer, f"a value has at most {VALUE_BYTES:,} bytes")
    view = read_json(written)
    if not view.is_json:
        raise Invalid.one(pointer, f"must be a JSON value; this is {view.fault}")
    return view.value


_write = msgspec.json.Encoder(decimal_format="number").encode


def _wrong(detail: str) -> Invalid:
    return Invalid.one("", detail)


def _equals(value: object) -> Test:
    wanted = AnyOf([value])
    return lambda found, budget: _is_among(wanted, found, budget)


def _not_equals(value: object) -> Test:
    wanted = AnyOf([value])
    return lambda found, budget: not _is_among(wanted, found, budget)


def _members(value: object) -> AnyOf:
    if not isinstance(value, list):
        raise _wrong("must be a list")
    return AnyOf(value)


def _in(value: object) -> Test:
    wanted = _members(value)
    return lambda found, budget: _is_among(wanted, found, budget)


def _not_in(value: object) -> Test:
    wanted = _members(value)
    return lambda found, budget: not _is_among(wanted, found, budget)


def _is_among(wanted: AnyOf, found: object, budget: Budget) -> bool:
    if wanted.nested_nodes and isinstance(found, list | dict):
        budget.spend(wanted.nested_nodes * NODE_STEPS)
    elif isinstance(found, str):
        budget.spend(_reading(found))
    return wanted.holds(found)


def _contained(value: object) -> Callable[[object, Budget], bool | None]:
    """Whether the value is part of a text or list; None for a type that does not fit."""
    wanted = AnyOf([value])

    def is_in(found: object, budget: Budget) -> bool | None:
        if isinstance(found, list):
            budget.visit(len(found))
            return any(_is_among(wanted, element, budget) for element in found)
        if not isinstance(found, str) or not isinstance(value, str):
            return None
        repeats = min(len(value), _SHORT_NEEDLE) if len(found) < _SHORT_TEXT else 1
        budget.spend(len(found) * repeats // 16)
        return value in found

    return is_in


def _contains(value: object) -> Test:
    is_in = _contained(value)
    return lambda found, budget: is_in(found, budget) is True


def _not_contains(value: object) -> Test:
    is_in = _contained(value)
    return lambda found, budget: is_in(found, budget) is False


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _wrong("must be a text")
    return value


def _starts_with(value: object) -> Test:
    start = _text(value)
    return lambda found, _: isinstance(found, str) and found.startswith(start)


def _ends_with(value: object) -> Test:
    end = _text(value)
    return lambda found, _: isinstance(found, str) and found.endswith(end)


def _regex_match(value: object) -> Test:
    pattern = compile_pattern(_text(value))

    def matches(found: object, budget: Budget) -> bool:
        if not isinstance(found, str):
            return False
        subject = found.encode("utf-8", "replace") if len(found) <= SUBJECT_BYTES else b""
        if len(found) > SUBJECT_BYTES or len(subject) > SUBJECT_BYTES:
            raise FilterError(f"a pattern searches texts of at most {SUBJECT_BYTES:,} bytes")
        budget.spend(pattern.cost(subject))
        return pattern.is_in(subject)

    return matches


def _comparison(is_met: Callable[[int], bool]) -> Callable[[object], Test]:
    def build(value: object) -> Test:
        if number_of(value) is None and instant_of(value) is None:
            raise _wrong("must be a number or an RFC 3339 instant")

        def compares(found: object, budget: Budget) -> bool:
            budget.spend(_reading(found) + _reading(value))
            place = order(found, value)
            return place is not None and is_met(place)

        return compares

    return build


def _between(value: object) -> Test:
    if not isinstance(value, dict) or value.keys() != {"min", "max"}:
        raise _wrong('must be {"min": …, "max": …}')
    least, most = value["min"], value["max"]
    place = order(least, most)
    if place is None or place > 0:
        raise _wrong("min and max must be two numbers or two RFC 3339 instants, min not above max")

    def is_between(found: object, budget: Budget) -> bool:
        budget.spend(2 * _reading(found) + _reading(least) + _reading(most))
        return order(found, least) in (0, 1) and order(found, most) in (0, -1)

    return is_between


def _reading(value: object) -> int:
    """Steps to see whether a text is a number; one that is too long for that is not read."""
    return len(value) if isinstance(value, str) and len(value) <= DECIMAL_CHARACTERS else 0


def _size(found: object) -> int | None:
    """None for a type that has no size; null is empty."""
    if found is None:
        return 0
    return len(found) if isinstance(found, str | list | dict) else None


def _exists(_value: object) -> Test:
    return lambda _found, _budget: True


def _not_exists(_value: object) -> Test:
    return lambda _found, _budget: False


def _is_empty(_value: object) -> Test:
    return lambda found, _: _size(found) == 0


def _is_not_empty(_value: object) -> Test:
    return lambda found, _: bool(_size(found))


_BUILDERS: Mapping[str, Callable[[object], Test]] = {
    "equals": _equals,
    "not_equals": _not_equals,
    "contains": _contains,
    "not_contains": _not_contains,
    "starts_with": _starts_with,
    "ends_with": _ends_with,
    "regex_match": _regex_match,
    "greater_than": _comparison(lambda place: place > 0),
    "less_than": _comparison(lambda place: place < 0),
    "in": _in,
    "not_in": _not_in,
    "greater_or_equal": _comparison(lambda place: place >= 0),
    "less_or_equal": _comparison(lambda place: place <= 0),
    "between": _between,
    "exists": _exists,
    "not_exists": _not_exists,
    "is_empty": _is_empty,
    "is_not_empty": _is_not_empty,
}
_BARE = frozenset({"exists", "not_exists", "is_empty", "is_not_empty"})
OPERATORS = tuple(_BUILDERS)
