"""Every operator of filter rows, by table: what holds, what does not, and what does not fit (contracts B.4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookspan.errors import Invalid
from hookspan.model.comparing import instant_of, order, same
from hookspan.model.jsonview import read_json
from hookspan.model.rules import compile_rules

BIG = 2**64 + 1
HOUR, SAME_HOUR = "2025-05-21T21:27:09.442Z", "2025-05-21T23:27:09.442000000+02:00"

HOLDS: list[tuple[str, Any, Any]] = [
    ("equals", "paid", "paid"),
    ("equals", 5, "5"),
    ("equals", "5", 5),
    ("equals", 10, Decimal("10.0")),
    ("equals", "1e1", 10),
    ("equals", BIG, BIG),
    ("equals", None, None),
    ("equals", True, True),
    ("equals", [1, {"a": "b"}], [1, {"a": "b"}]),
    ("equals", {"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ("not_equals", "paid", "open"),
    ("not_equals", 1, True),
    ("not_equals", "5", "5.0"),
    ("not_equals", None, 0),
    ("not_equals", 2**53, 2**53 + 1),
    ("not_equals", ["1"], [1]),
    ("contains", "ai", "paid"),
    ("contains", "", "paid"),
    ("contains", 2, [1, 2]),
    ("contains", "2", [1, 2]),
    ("contains", {"a": 1}, [{"a": 1}]),
    ("not_contains", "x", "paid"),
    ("not_contains", 3, [1, 2]),
    ("not_contains", 3, []),
    ("starts_with", "pa", "paid"),
    ("ends_with", "id", "paid"),
    ("regex_match", "^p.i", "paid"),
    ("regex_match", "é+", "crée"),
    ("regex_match", r"\pL\d", "ß1"),
    ("greater_than", 10, 11),
    ("greater_than", 10, "10.5"),
    ("greater_than", "9", "10"),
    ("greater_than", BIG, BIG + 1),
    ("greater_than", HOUR, "2025-05-21T21:27:09.4421Z"),
    ("less_than", Decimal("0.1"), Decimal("0.09")),
    ("less_than", HOUR, "2024-02-29T00:00:00-00:00"),
    ("less_than", "2017-01-01T00:00:01Z", "2016-12-31T23:59:60Z"),
    ("greater_or_equal", 10, 10),
    ("greater_or_equal", HOUR, SAME_HOUR),
    ("less_or_equal", HOUR, SAME_HOUR),
    ("in", ["a", 1], "a"),
    ("in", ["a", 1], "1"),
    ("in", ["a", "1"], 1),
    ("in", [None], None),
    ("in", [[1]], [1]),
    ("not_in", ["a", 1], "b"),
    ("not_in", [], None),
    ("not_in", [1], True),
    ("between", {"min": 1, "max": 3}, 1),
    ("between", {"min": 1, "max": 3}, "3.0"),
    ("between", {"min": HOUR, "max": HOUR}, SAME_HOUR),
    ("exists", None, None),
    ("exists", None, 0),
    ("is_empty", None, ""),
    ("is_empty", None, []),
    ("is_empty", None, {}),
    ("is_empty", None, None),
    ("is_not_empty", None, " "),
    ("is_not_empty", None, [None]),
]

FAILS: list[tuple[str, Any, Any]] = [
    ("equals", "paid", "PAID"),
    ("equals", 1, True),
    ("equals", "true", True),
    ("equals", "", None),
    ("equals", 0, None),
    ("equals", "007", 7),
    ("equals", " 7", 7),
    ("equals", [1, 2], [2, 1]),
    ("equals", 2**53, 2**53 + 1),
    ("equals", Decimal("0.1"), Decimal("0.10000000000000000001")),
    ("not_equals", 5, "5"),
    ("contains", "1", "2"),
    ("contains", 1, "1"),
    ("contains", "a", {"a": 1}),
    ("contains", "a", 5),
    ("not_contains", 1, "2"),
    ("not_contains", "a", {"b": 1}),
    ("not_contains", "a", None),
    ("starts_with", "P", "paid"),
    ("starts_with", "1", 10),
    ("ends_with", "1", 1),
    ("regex_match", "^a", "ba"),
    ("regex_match", "1", 1),
    ("regex_match", "n", None),
    ("greater_than", 10, 10),
    ("greater_than", 10, "ten"),
    ("greater_than", 10, True),
    ("greater_than", 10, HOUR),
    ("greater_than", HOUR, "2030-02-30T00:00:00Z"),
    ("greater_than", HOUR, "2030-01-01T00:00:00"),
    ("greater_than", HOUR, 99_999_999_999_999),
    ("less_than", 10, None),
    ("less_than", 10, [1]),
    ("in", ["a"], "A"),
    ("in", [], None),
    ("in", [1], [1]),
    ("not_in", ["1"], 1),
    ("between", {"min": 1, "max": 3}, Decimal("3.000000000000000000001")),
    ("between", {"min": 1, "max": 3}, "2025"),
    ("not_exists", None, None),
    ("is_empty", None, 0),
    ("is_empty", None, False),
    ("is_not_empty", None, 1),
    ("is_not_empty", None, None),
    ("is_not_empty", None, ""),
]

VALUES: dict[str, Any] = {
    **dict.fromkeys(("equals", "not_equals", "contains", "not_contains", "starts_with", "ends_with"), "a"),
    **dict.fromkeys(("regex_match", "regex"), "a"),
    **dict.fromkeys(("greater_than", "less_than", "greater_or_equal", "less_or_equal", "gt", "gte", "lt", "lte"), 1),
    "in": ["a"],
    "not_in": ["a"],
    "between": {"min": 1, "max": 2},
    **dict.fromkeys(("exists", "is_empty", "is_not_empty"), None),
}


def passes(operator: str, value: Any, found: Any) -> bool:
    """One row over a body with one field."""
    rules = compile_rules([{"fieldPath": "$.x", "operator": operator, "value": value}])
    return rules.passes({"$": {"x": found}})


@pytest.mark.parametrize(("operator", "value", "found"), HOLDS)
def test_an_operator_holds(operator: str, value: Any, found: Any) -> None:
    assert passes(operator, value, found)


@pytest.mark.parametrize(("operator", "value", "found"), FAILS)
def test_an_operator_does_not_hold(operator: str, value: Any, found: Any) -> None:
    assert not passes(operator, value, found)


@pytest.mark.parametrize("operator", VALUES)
def test_a_missing_field_makes_every_operator_false(operator: str) -> None:
    rules = compile_rules([{"fieldPath": "$.x.y", "operator": operator, "value": VALUES[operator]}])

    assert not rules.passes({"$": {"x": {}}})
    assert not rules.passes({})


def test_a_missing_field_does_not_exist() -> None:
    rules = compile_rules([{"fieldPath": "$.x.y", "operator": "not_exists"}])

    assert rules.passes({"$": {"x": {}}})
    assert rules.passes({})
    assert not rules.passes({"$": {"x": {"y": None}}})


@pytest.mark.parametrize(
    ("operator", "value"),
    [
        ("in", "a"),
        ("not_in", None),
        ("in", list(range(1_001))),
        ("starts_with", 1),
        ("ends_with", None),
        ("regex_match", "("),
        ("regex_match", "(?=a)"),
        ("regex_match", r"(a)\1"),
        ("regex_match", "a{1001}"),
        ("regex_match", "a" * 513),
        ("regex_match", "é" * 257),
        ("regex_match", 1),
        ("greater_than", "soon"),
        ("less_than", True),
        ("greater_than", None),
        ("between", [1, 2]),
        ("between", {"min": 1}),
        ("between", {"min": 2, "max": 1}),
        ("between", {"min": 1, "max": HOUR}),
        ("equals", "a" * 4_097),
        ("equals", 10**65),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_at_its_pointer(operator: str, value: Any) -> None:
    with pytest.raises(Invalid) as refused:
        compile_rules([{"fieldPath": "$.x", "operator": operator, "value": value}])

    assert [fault.pointer for fault in refused.value.faults] == ["/filter/0/value"]


def test_a_value_nested_beyond_all_is_refused() -> None:
    nested: list[Any] = []
    for _ in range(1_500):
        nested = [nested]

    with pytest.raises(Invalid):
        compile_rules([{"fieldPath": "$.x", "operator": "equals", "value": {"a": nested}}])


def test_a_thousand_values_of_many_bytes_are_a_list() -> None:
    values = [f"{number:036d}" for number in range(1_000)]

    assert passes("in", values, values[-1])
    assert not passes("in", values, "x")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(JSON, JSON)
def test_equals_and_not_equals_are_opposites_of_what_is_found(value: Any, found: Any) -> None:
    assert passes("equals", value, found) is not passes("not_equals", value, found)


@given(JSON)
def test_everything_equals_itself(value: Any) -> None:
    assert passes("equals", value, value)
    assert passes("in", [value], value)
    assert same(value, value)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=12), st.integers(-(10**30), 10**30))
def test_numbers_compare_exactly_however_they_are_written(decimal: Decimal, integer: int) -> None:
    view = read_json(f"[{decimal:f},{integer}]".encode())
    assert isinstance(view.value, list)

    assert order(*view.value) == order(str(f"{decimal:f}"), str(integer)) == (decimal > integer) - (decimal < integer)


@given(st.datetimes(datetime(1970, 1, 1), datetime(9990, 1, 1)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001
def test_an_instant_is_the_same_in_every_zone(moment: datetime, minutes: int) -> None:
    here = moment.replace(tzinfo=UTC)
    there = here.astimezone(timezone(timedelta(minutes=minutes)))

    assert instant_of(here.isoformat()) == instant_of(there.isoformat())
