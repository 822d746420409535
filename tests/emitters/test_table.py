"""The table of emitters keeps true: who is named publishes, whoever publishes is named, and a test saw it arrive."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from docs import emitters
from docs.emitters import SOURCE, witnesses
from hookspan.model.catalogue import CATALOGUE, find
from tests.emitters.emissions import ANY, Emissions, disagreements
from tests.emitters.modules import Source
from tests.emitters.told import names_of

FACTS = [row for row in CATALOGUE if row.canonical is None]
WRONG = {
    "custom": "workflows/validate.py",
    "webhook.received": "inbound/dedupe.py",
    "execution.started": "workflows/machine.py",
    "execution.completed": "workflows/facts.py",
    "execution.failed": "workflows/facts.py",
    "execution.cancelled": "workflows/facts.py",
    "step.failed": "workflows/machine.py",
    "step.retrying": "workflows/facts.py",
    "endpoint.deleted": "outbound/endpoint_facts.py",
    "resource.shortage": "model/schemas.py",
    "progress.updated": "workflows/record.py",
    "system.error": "model/notices.py",
}
"""Modules that speak of a type, and publish none of it."""


@pytest.fixture(scope="module")
def published() -> dict[str, set[str]]:
    """What the source publishes: modules by type."""
    return Emissions(Source.of(SOURCE)).found()


@pytest.fixture
def table() -> dict[str, set[str]]:
    """What the table tells: modules by type."""
    return {name: set(emitter.modules) for name, emitter in emitters.emitters().items()}


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


def test_every_fact_has_an_emitter_and_nothing_else_has(table: dict[str, set[str]]) -> None:
    assert set(table) == {row.name for row in FACTS}


def test_the_source_publishes_the_facts_of_the_catalogue_and_no_others(published: dict[str, set[str]]) -> None:
    assert set(published) - {ANY} == {row.name for row in FACTS} - {"custom"}


def test_who_is_named_publishes_and_whoever_publishes_is_named(
    table: dict[str, set[str]], published: dict[str, set[str]]
) -> None:
    assert disagreements(table, published) == []


@pytest.mark.parametrize("name", WRONG)
def test_a_module_that_only_speaks_of_a_type_is_found_out(
    name: str, table: dict[str, set[str]], published: dict[str, set[str]]
) -> None:
    table[name] |= {WRONG[name]}

    assert disagreements(table, published) == [f"{WRONG[name]} does not publish {name}"]


@pytest.mark.parametrize("name", [row.name for row in FACTS])
def test_a_module_that_is_left_out_is_found_out(
    name: str, table: dict[str, set[str]], published: dict[str, set[str]]
) -> None:
    left_out = sorted(table[name])[0]

    table[name] -= {left_out}

    assert disagreements(table, published) == [f"{left_out} publishes {name}, and the table leaves it out"]


def test_every_row_of_the_page_tells_of_an_emitter_a_moment_and_a_test() -> None:
    rows = list(emitters.rows({"S1": "a", "S2": "b", "S3": "c", "ours": "d"}))

    assert [row[0].strip("`") for row in rows] == [row.name for row in CATALOGUE]
    assert all(row[3] and row[4] and "::test_" in row[6] for row in rows)
