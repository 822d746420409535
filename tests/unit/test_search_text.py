"""The text in which an event is searched for, of any bytes (S9)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hookspan.model.search_text import search_text


@given(st.binary(max_size=200), st.integers(min_value=1, max_value=64))
def test_any_bytes_make_a_text_that_a_database_takes(body: bytes, most: int) -> None:
    text = search_text(body, event_type="a.b", body_bytes=most)

    assert "\0" not in text
    assert text.encode().decode() == text


def test_a_character_on_the_edge_is_left_out_and_not_misread() -> None:
    assert search_text("aé".encode(), event_type="t", body_bytes=2) == "t\n\na"


def test_masked_values_are_left_out() -> None:
    headers = [("authorization", "***"), ("x-sig", "abcdef12… sha256:0011223344556677"), ("x-a", "Shown")]

    assert search_text(b"", event_type="t", subject="S", headers=headers) == "t\ns\nshown\n"
