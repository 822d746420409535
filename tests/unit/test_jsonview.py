"""The bounded look at bytes that may be JSON: exact, limited, and never an error (security S9)."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hookspan.model.jsonview import (
    DECIMAL_TOO_LONG,
    INTEGER_TOO_LONG,
    NOT_JSON,
    NOT_UTF8,
    TOO_DEEP,
    TOO_MANY_NODES,
    JsonView,
    read_json,
    repeated_member,
)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"null", None),
        (b" 1 ", 1),
        (b"18446744073709551616", 2**64),
        (b"-" + b"9" * 64, -(10**64) + 1),
        (b"10.50", Decimal("10.50")),
        (b"1e400", Decimal("1E+400")),
        (b"0.1", Decimal("0.1")),
        (b'{"a":1,"a":2}', {"a": 2}),
        (b'"\\u0000"', "\0"),
        ('"é😀"'.encode(), "é😀"),
        (b'"' + b"9" * 100 + b'"', "9" * 100),
    ],
)
def test_what_is_json_is_read_exactly(body: bytes, value: object) -> None:
    view = read_json(body)

    assert view.is_json
    assert view.value == value
    assert type(view.value) is type(value)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", NOT_JSON),
        (b"NaN", NOT_JSON),
        (b"-Infinity", NOT_JSON),
        (b"{'a':1}", NOT_JSON),
        (b"1 2", NOT_JSON),
        (b"\xef\xbb\xbf{}", NOT_JSON),
        ('{"a":1}'.encode("utf-16"), NOT_JSON),
        (b'"\xff"', NOT_UTF8),
        (b'"\xed\xa0\x80"', NOT_UTF8),
        (b'"\\ud800"', NOT_JSON),
        (b"9" * 65, INTEGER_TOO_LONG),
        (b'{"a":[-' + b"9" * 65 + b"]}", INTEGER_TOO_LONG),
        (b"9" * 4_300, INTEGER_TOO_LONG),
        (b"0." + b"1" * 2_000, DECIMAL_TOO_LONG),
        (b"1e10000", DECIMAL_TOO_LONG),
        (b"1e99999999999999999999", DECIMAL_TOO_LONG),
        (b"[" * 50_000, TOO_DEEP),
        (b"[0" + b",0" * 100_000 + b"]", TOO_MANY_NODES),
        (b"[" + b"[]," * 100_000 + b"[]]", TOO_MANY_NODES),
        (b'["' + b'","' * 300_000 + b'"]', TOO_MANY_NODES),
    ],
)
def test_what_is_beyond_the_limits_has_no_value_and_a_reason(body: bytes, fault: str) -> None:
    assert read_json(body) == JsonView(None, fault)


@pytest.mark.parametrize("shape", [(b"[", b"]"), (b'{"a":', b"}")])
def test_sixty_four_levels_are_read_and_the_next_is_not(shape: tuple[bytes, bytes]) -> None:
    opening, closing = shape

    assert read_json(opening * 64 + b"0" + closing * 64).is_json
    assert read_json(opening * 65 + b"0" + closing * 65).fault == TOO_DEEP


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"a":1,"b":{"a":1}}', None),
        (b'{"a":1,"a":1}', "/a"),
        (b'[{"a":[{"b~/":1,"b~/":2}]}]', "/0/a/0/b~0~1"),
        (b'{"a":{"x":1,"x":2},"a":3}', "/a"),
        (b'{"a":{"x":1,"x":2},"b":{"y":1,"y":2}}', "/b/y"),
        (b'"text"', None),
        (b"1" * 5_000, None),
    ],
)
def test_a_member_that_stands_twice_is_found(body: bytes, pointer: str | None) -> None:
    assert repeated_member(body) == pointer


def test_a_hundred_thousand_values_are_read_and_commas_inside_texts_do_not_count() -> None:
    assert read_json(b"[" + b"[]," * 99_998 + b"[]]").is_json
    assert read_json(b"[" + b"[]," * 99_999 + b"[]]").fault == TOO_MANY_NODES
    assert read_json(b'{"a,\\"[": "' + b"[,{" * 100_000 + b'\\\\"}').is_json


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.text(alphabet='[]{}",:0123456789eE.-+\\ntrufals ', max_size=60).map(str.encode))
def test_arbitrary_bytes_give_a_view_and_agree_with_a_second_reader(body: bytes) -> None:
    view = read_json(body)

    if view.is_json:
        assert json.loads(body.decode(), parse_float=Decimal) == view.value


_TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**64) + 1, 10**64 - 1) | st.text(),
    lambda below: st.lists(below, max_size=5) | st.dictionaries(st.text(), below, max_size=5),
    max_leaves=40,
)


@given(_TREES)
def test_what_was_written_is_what_is_read(tree: object) -> None:
    assert read_json(json.dumps(tree, ensure_ascii=False).encode("utf-8", "replace")).value == tree
