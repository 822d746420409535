"""No cell of an export is read as a formula, and every cell comes back as it went in (security S29)."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookspan.history.export import csv_line

TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Text as an attacker would write it: a trigger in front of anything, quotes, separators and line ends inside.
texts = st.text(st.one_of(st.sampled_from([*TRIGGERS, '"', ",", ";", "'"]), st.characters(exclude_categories=["Cs"])))


def parsed(line: str) -> list[list[str]]:
    return list(csv.reader(StringIO(line, newline="")))


@given(st.lists(texts, min_size=1, max_size=6))
def test_no_cell_starts_with_a_trigger(cells: list[str]) -> None:
    (row,) = parsed(csv_line(["id", *cells]))

    assert [cell for cell in row if cell.startswith(TRIGGERS)] == []


@given(st.lists(texts, min_size=1, max_size=6))
def test_a_cell_is_the_text_but_for_the_guard(cells: list[str]) -> None:
    (row,) = parsed(csv_line(["id", *cells]))

    assert row[1:] == [f"'{cell}" if cell.startswith(TRIGGERS) else cell for cell in cells]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠a"])
def test_a_formula_gets_a_quote_in_front(text: str) -> None:
    (row,) = parsed(csv_line([text, 1]))

    assert row == [f"'{text}", "1"]


def test_numbers_nothing_and_line_ends_are_as_the_rfc_says() -> None:
    assert csv_line([1, None, True, -5, 'say "hi", there']) == '1,,true,-5,"say ""hi"", there"\r\n'
