"""Lone surrogates are masked for the parser and restored byte for byte."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookspan.model.surrogates import mask_lone

PARTS = [rb"\ud800", rb"\uDFFF", rb"\udc00", rb"\ud83d\ude00", rb"\\", rb"\"", rb"\ue000", rb"\ue001", b"ud800", b"x"]


@given(st.lists(st.sampled_from(PARTS), max_size=12))
def test_any_text_is_read_masked_and_comes_back_whole(parts: list[bytes]) -> None:
    text = b'{"a":"' + b"".join(parts) + b'"}'

    masked = mask_lone(text)

    msgspec.json.decode(text if masked is None else masked.text)
    assert masked is None or masked.restored(masked.text) == text


@pytest.mark.parametrize("text", [rb'"\\ud800"', rb'"\ud83d\ude00"', b'"plain"'])
def test_what_is_no_lone_surrogate_is_left_alone(text: bytes) -> None:
    assert mask_lone(text) is None
