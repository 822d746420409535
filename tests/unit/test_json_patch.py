"""A JSON Patch leads from the old value to the new one, and says no more than it must (RFC 6902)."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookspan.model.json_patch import PATCH_BYTES, diff, patch_text

SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "b", "é"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from(["a", "b", "a/b", "~", ""]), inner),
    max_leaves=20,
)


def applied(value: Any, operations: list[dict[str, Any]]) -> Any:
    """What a reader of RFC 6902 makes of it."""
    root = {"": copy.deepcopy(value)}
    for each in operations:
        *way, last = ["", *(_token(part) for part in each["path"].split("/")[1:])]
        holder: Any = root
        for token in way:
            holder = holder[int(token)] if isinstance(holder, list) else holder[token]
        change(holder, last, each)
    return root[""]


def change(holder: Any, last: str, operation: dict[str, Any]) -> None:
    """Carry out one operation inside the value that holds its target."""
    place: Any = int(last) if isinstance(holder, list) else last
    if operation["op"] == "remove":
        del holder[place]
    elif operation["op"] == "add" and isinstance(holder, list):
        assert place <= len(holder)
        holder.insert(place, operation["value"])
    else:
        assert (operation["op"] == "add") == (place not in holder if isinstance(holder, dict) else False)
        holder[place] = operation["value"]


def _token(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")


def exactly(value: Any) -> Any:
    """The value with booleans told from numbers."""
    if isinstance(value, dict):
        return {name: exactly(inner) for name, inner in value.items()}
    return [exactly(inner) for inner in value] if isinstance(value, list) else (type(value).__name__, value)


@given(VALUES, VALUES)
def test_applied_to_the_old_value_it_gives_the_new_one(old: Any, new: Any) -> None:
    patch = diff(old, new)

    assert exactly(applied(old, patch)) == exactly(new)


@given(VALUES)
def test_of_equal_values_there_is_nothing_to_say(value: Any) -> None:
    assert diff(value, copy.deepcopy(value)) == []


@pytest.mark.parametrize(("old", "new", "patch"), [
    ({"a": 1}, {"a": 2}, [{"op": "replace", "path": "/a", "value": 2}]),
    ({"a": 1}, {}, [{"op": "remove", "path": "/a"}]),
    ({}, {"a/b": 1}, [{"op": "add", "path": "/a~1b", "value": 1}]),
    ([1, 2, 3], [1, 3], [{"op": "remove", "path": "/1"}]),
    ([1, 3], [1, 2, 3], [{"op": "add", "path": "/1", "value": 2}]),
    ({"a": {"b": [1]}}, {"a": {"b": [2]}}, [{"op": "replace", "path": "/a/b/0", "value": 2}]),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}, []),
    (True, 1, [{"op": "replace", "path": "", "value": 1}]),
])  # fmt: skip
def test_only_what_differs_is_said(old: Any, new: Any, patch: list[dict[str, Any]]) -> None:
    assert diff(old, new) == patch


def test_every_digit_is_kept() -> None:
    text = patch_text(diff({"total": Decimal("10.50")}, {"total": Decimal("12345678901234567890.10")}))

    assert text == b'[{"op":"replace","path":"/total","value":12345678901234567890.10}]'


def test_a_patch_that_would_be_as_long_as_the_value_is_not_kept() -> None:
    assert patch_text(diff({}, {"a": "x" * PATCH_BYTES})) is None
