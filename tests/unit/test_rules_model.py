"""Filters against a model of their own: contracts B.4 read once more, in plain Python over JSON as `json` reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hookspan.model.jsonview import read_json
from hookspan.model.rules import OF_REQUEST, compile_rules

NOTHING = object()
NUMERIC = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)

Step = str | int | None
"""A member, a place in a list, or None for `[*]`."""


# -- the model -------------------------------------------------------------------------------------------------------


def is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def as_number(value: Any) -> Decimal | None:
    if is_number(value):
        return Decimal(value)
    return Decimal(value) if isinstance(value, str) and NUMERIC.fullmatch(value) else None


def as_instant(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) and INSTANT.fullmatch(value) else None


def alike(one: Any, other: Any) -> bool:
    """Equal as JSON, without any coercion."""
    if is_number(one) and is_number(other):
        return bool(one == other)
    if type(one) is not type(other):
        return False
    if isinstance(one, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, dict):
        return set(one) == set(other) and all(alike(one[name], other[name]) for name in one)
    return bool(one == other)


def equal(one: Any, other: Any) -> bool:
    """`alike`, or a number and a text that writes the same number."""
    if is_number(one) != is_number(other) and isinstance(one if is_number(other) else other, str):
        return as_number(one) is not None and as_number(one) == as_number(other)
    return alike(one, other)


def between(found: Any, least: Any, most: Any) -> bool | None:
    for reading in (as_number, as_instant):
        read = [reading(each) for each in (found, least, most)]
        if None not in read:
            return bool(read[1] <= read[0] <= read[2])  # type: ignore[operator]  # None was ruled out
    return None


def before(one: Any, other: Any) -> bool | None:
    for reading in (as_number, as_instant):
        left, right = reading(one), reading(other)
        if left is not None and right is not None:
            return bool(left < right)  # type: ignore[operator]  # of one kind
    return None


def holds_in(found: Any, value: Any) -> bool | None:
    if isinstance(found, list):
        return any(equal(each, value) for each in found)
    return value in found if isinstance(found, str) and isinstance(value, str) else None


def both_texts(test: Callable[[str, str], Any]) -> Callable[[Any, Any], bool]:
    return lambda found, value: isinstance(found, str) and bool(test(found, value))


def empty(found: Any) -> bool | None:
    return len(found) == 0 if isinstance(found, str | list | dict) else True if found is None else None


MODEL: dict[str, Callable[[Any, Any], Any]] = {
    "equals": equal,
    "not_equals": lambda found, value: not equal(found, value),
    "contains": lambda found, value: holds_in(found, value) is True,
    "not_contains": lambda found, value: holds_in(found, value) is False,
    "starts_with": both_texts(str.startswith),
    "ends_with": both_texts(str.endswith),
    "regex_match": both_texts(lambda found, value: re.search(value, found)),
    "greater_than": lambda found, value: before(value, found) is True,
    "less_than": lambda found, value: before(found, value) is True,
    "greater_or_equal": lambda found, value: before(found, value) is False,
    "less_or_equal": lambda found, value: before(value, found) is False,
    "in": lambda found, value: any(equal(found, each) for each in value),
    "not_in": lambda found, value: not any(equal(found, each) for each in value),
    "between": lambda found, value: between(found, value["min"], value["max"]) is True,
    "exists": lambda found, value: True,
    "not_exists": lambda found, value: False,
    "is_empty": lambda found, value: empty(found) is True,
    "is_not_empty": lambda found, value: empty(found) is False,
}


def walked(value: Any, steps: tuple[Step, ...]) -> Any:
    for step in steps:
        if isinstance(value, dict):
            value = value.get(str(step), NOTHING) if isinstance(step, str) else NOTHING
        elif isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return NOTHING
    return value


def led_to(document: Any, steps: tuple[Step, ...]) -> list[Any]:
    """What the row looks at: one value or NOTHING, or one of them for every element that `[*]` goes over."""
    if None not in steps:
        return [walked(document, steps)]
    cut = steps.index(None)
    held = walked(document, steps[:cut])
    elements = list(held.values()) if isinstance(held, dict) else held if isinstance(held, list) else []
    return [walked(element, steps[cut + 1 :]) for element in elements]


def row_holds(document: Any, row: dict[str, Any], steps: tuple[Step, ...]) -> bool:
    operator = row["operator"]
    found = led_to(document, steps)
    verdicts = [
        operator == "not_exists" if each is NOTHING else bool(MODEL[operator](each, row.get("value"))) for each in found
    ]
    if not verdicts:
        return bool(operator == "not_exists")
    return all(verdicts) if operator.startswith("not_") else any(verdicts)


def passes(document: Any, rows: list[tuple[dict[str, Any], tuple[Step, ...]]]) -> bool:
    groups: dict[int, list[bool]] = {}
    for row, steps in rows:
        if row["enabled"]:
            groups.setdefault(row["logicGroup"], []).append(row_holds(document, row, steps))
    return not groups or any(all(verdicts) for verdicts in groups.values())


# -- what is tried ---------------------------------------------------------------------------------------------------

NAMES = ["a", "b", "c d", "0", "it's"]
TEXTS = ["", "a", "ab", "b", "5", "5.0", "-1", "1e1", "05", "2025-05-21T21:27:09Z", "2025-05-21T23:27:09.0+02:00"]
INSTANTS = [*TEXTS[-2:], "2024-01-01T00:00:00.5Z"]
SCALAR = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, 1, 5, 10, -1, 2**64, 2**64 + 1]),
    st.sampled_from([Decimal("5.0"), Decimal("0.1"), Decimal("1E+1"), Decimal("-1.0")]),
    st.sampled_from(TEXTS),
)
VALUE = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=8,
)
NUMBER_LIKE = st.sampled_from([0, 1, 5, Decimal("0.1"), 2**64, "5", "5.0", "-1", "1e1"])
INSTANT_LIKE = st.sampled_from(INSTANTS)
PATTERN = st.sampled_from(["^a", "b$", "a|b", "^a?b?$", "[0-9]", "x", ""])


@st.composite
def spans(draw: st.DrawFn) -> dict[str, Any]:
    """A span that is one: the least is not above the most."""
    one, other = draw(st.tuples(NUMBER_LIKE, NUMBER_LIKE) | st.tuples(INSTANT_LIKE, INSTANT_LIKE))
    return {"min": other, "max": one} if before(other, one) else {"min": one, "max": other}


OPERANDS: dict[str, st.SearchStrategy[Any]] = {
    "starts_with": st.sampled_from(TEXTS),
    "ends_with": st.sampled_from(TEXTS),
    "regex_match": PATTERN,
    **dict.fromkeys(("greater_than", "less_than"), NUMBER_LIKE | INSTANT_LIKE),
    **dict.fromkeys(("greater_or_equal", "less_or_equal"), NUMBER_LIKE | INSTANT_LIKE),
    **dict.fromkeys(("in", "not_in"), st.lists(VALUE, max_size=4)),
    "between": spans(),
}


def written(steps: tuple[Step, ...]) -> str:
    """The path as a caller writes it."""
    parts = ["$"]
    for step in steps:
        if step is None:
            parts.append("[*]")
        elif isinstance(step, int):
            parts.append(f"[{step}]")
        elif step.isalpha():
            parts.append(f".{step}")
        else:
            quoted = step.replace("'", "\\'")
            parts.append(f"['{quoted}']")
    return "".join(parts)


STEP: st.SearchStrategy[Step] = st.sampled_from([*(name for name in NAMES if name != "0"), 0, 1, -1])


@st.composite
def rows(draw: st.DrawFn) -> tuple[dict[str, Any], tuple[Step, ...]]:
    """A row and the steps of its path."""
    steps: list[Step] = draw(st.lists(STEP, max_size=3))
    if draw(st.booleans()):
        steps.insert(draw(st.integers(0, len(steps))), None)
    operator = draw(st.sampled_from(sorted(MODEL)))
    row = {
        "fieldPath": written(tuple(steps)),
        "operator": operator,
        "value": draw(OPERANDS.get(operator, VALUE)),
        "logicGroup": draw(st.integers(0, 2)),
        "enabled": draw(st.integers(0, 4)) > 0,
    }
    return row, tuple(steps)


@settings(max_examples=1_500, deadline=None)
@given(VALUE, st.lists(rows(), max_size=5))
def test_filters_decide_as_the_contract_reads(
    document: Any, tried: list[tuple[dict[str, Any], tuple[Step, ...]]]
) -> None:
    text = msgspec.json.Encoder(decimal_format="number").encode(document)
    rules = compile_rules([row for row, _ in tried], scopes=OF_REQUEST)

    verdict = rules.passes({"$": read_json(text).value})

    assert verdict is passes(json.loads(text, parse_float=Decimal), tried)


# -- every operator on every kind ------------------------------------------------------------------------------------

KINDS: dict[str, Any] = {
    "missing": NOTHING,
    "null": None,
    "true": True,
    "number": 5,
    "numeric": "5",
    "text": "abc",
    "instant": "2025-05-21T21:27:09Z",
    "list": ["abc", 5],
    "object": {"abc": 5},
}
LATER = "2030-01-01T00:00:00Z"
TABLE: list[tuple[str, Any, str]] = [
    ("equals", 5, "number numeric"),
    ("equals", "5", "number numeric"),
    ("equals", None, "null"),
    ("equals", True, "true"),
    ("equals", "abc", "text"),
    ("equals", ["abc", 5], "list"),
    ("equals", {"abc": 5}, "object"),
    ("not_equals", 5, "null true text instant list object"),
    ("contains", "b", "text"),
    ("contains", 5, "list"),
    ("not_contains", "b", "numeric instant list"),
    ("not_contains", 5, ""),
    ("starts_with", "ab", "text"),
    ("ends_with", "bc", "text"),
    ("regex_match", ".", "numeric text instant"),
    ("greater_than", 4, "number numeric"),
    ("greater_than", "2020-01-01T00:00:00Z", "instant"),
    ("less_than", 6, "number numeric"),
    ("less_than", LATER, "instant"),
    ("greater_or_equal", "5", "number numeric"),
    ("less_or_equal", 5, "number numeric"),
    ("between", {"min": 1, "max": 9}, "number numeric"),
    ("between", {"min": "2020-01-01T00:00:00Z", "max": LATER}, "instant"),
    ("in", [5, None, True], "null true number numeric"),
    ("not_in", [5, None, True], "text instant list object"),
    ("exists", None, "null true number numeric text instant list object"),
    ("not_exists", None, "missing"),
    ("is_empty", None, "null"),
    ("is_not_empty", None, "numeric text instant list object"),
]


@pytest.mark.parametrize(("operator", "value", "kinds"), TABLE)
def test_an_operator_holds_for_these_kinds_and_no_others(operator: str, value: Any, kinds: str) -> None:
    rules = compile_rules([{"fieldPath": "$.x", "operator": operator, "value": value}])

    held = {kind for kind, found in KINDS.items() if rules.passes({"$": {} if found is NOTHING else {"x": found}})}

    assert held == set(kinds.split())


def test_every_operator_stands_in_the_table() -> None:
    assert {operator for operator, _, _ in TABLE} == set(MODEL)
