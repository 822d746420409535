"""The table of emitters keeps true: every type has an emitter that names it, and a test that saw it arrive."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from docs import emitters
from docs.emitters import SOURCE, is_mentioned, witnesses
from hookspan.model.catalogue import CATALOGUE, EventType, find
from tests.emitters.told import names_of

FACTS = [row for row in CATALOGUE if row.canonical is None]


def test_every_type_of_the_catalogue_is_seen_delivered_by_a_test() -> None:
    seen = witnesses()

    assert [row.name for row in CATALOGUE if row.name not in seen] == []


def test_every_type_that_a_test_names_is_of_the_catalogue() -> None:
    assert [name for name in witnesses() if find(name) is None] == []


def test_every_test_that_is_named_is_there_and_says_the_same_by_itself() -> None:
    for name, tests in witnesses().items():
        for file, _, test in (each.partition("::") for each in tests):
            module = importlib.import_module(f"tests.emitters.{Path(file).stem}")

            assert name in names_of(getattr(module, test))


def test_every_fact_has_an_emitter_and_nothing_else_has() -> None:
    assert set(emitters.emitters()) == {row.name for row in FACTS}


@pytest.mark.parametrize("row", FACTS, ids=lambda row: row.name)
def test_the_module_that_is_named_as_emitter_names_the_type(row: EventType) -> None:
    for module in emitters.emitters()[row.name].modules:
        assert is_mentioned(row, (SOURCE / module).read_text(encoding="utf-8")), module


def test_a_module_that_does_not_name_the_type_is_found_out() -> None:
    row = find("agent.failed")
    assert row is not None

    assert not is_mentioned(row, 'kind = f"agent.{word}"')
    assert is_mentioned(row, 'Word = Literal["failed"]\nkind = f"agent.{word}"')
    assert not is_mentioned(row, "agent failed")


def test_every_row_of_the_page_tells_of_an_emitter_a_moment_and_a_test() -> None:
    rows = list(emitters.rows({"S1": "a", "S2": "b", "S3": "c", "ours": "d"}))

    assert [row[0].strip("`") for row in rows] == [row.name for row in CATALOGUE]
    assert all(row[3] and row[4] and "::test_" in row[6] for row in rows)
