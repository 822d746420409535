"""A filter's reason without what the filter saw."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookspan.model.rules import compile_rules, reason_without_values

MARKED = st.text(alphabet=st.sampled_from(' (was)"\\,;:x1[]{}'), max_size=20)


def reason(expected: object, *actual: object) -> str:
    """Why a view with these values is refused, each in a group of its own."""
    rows = [
        {"fieldPath": f"$.m{number}", "operator": "equals", "value": expected, "logicGroup": number}
        for number in range(len(actual))
    ]
    view = {"$": {f"m{number}": each for number, each in enumerate(actual)}}
    return compile_rules(rows).explain(view).reason


@pytest.mark.parametrize("seen", ["SECRET", 'a") SECRET', ["SECRET", 1.5], {"SECRET": None}, 10**30, "SECRET" * 100])
def test_the_values_are_left_out_and_the_rest_stands(seen: object) -> None:
    assert reason_without_values(reason(1, seen, seen)) == (
        "no group passed: group 0: $.m0 equals 1; group 1: $.m1 equals 1"
    )


@given(MARKED, st.lists(MARKED.map(lambda text: f"{text}SECRET{text}"), min_size=1, max_size=3), st.integers(0, 300))
def test_no_value_shows_however_texts_look_and_wherever_it_is_cut(expected: str, seen: list[str], end: int) -> None:
    whole = reason(expected, *seen)

    assert "SECRET" not in reason_without_values(whole)
    assert "SECRET" not in reason_without_values(whole[:end])
