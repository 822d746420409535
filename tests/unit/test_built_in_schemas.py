"""The built-in event types: every one has a schema, an example that is valid under it, and a seed that names it."""

from __future__ import annotations

import msgspec
import pytest

from hookspan.model.catalogue import CATALOGUE
from hookspan.model.schema_judge import compile_schema
from hookspan.model.schemas import built_in_description, built_in_example, built_in_id, built_in_names, built_in_schema
from tests.unit.test_catalogue import EXECUTION, SEED_002, SEED_004, STEP

SEED_003 = [
    "webhook.received",
    "workflow.triggered",
    "execution.started",
    "execution.completed",
    "execution.failed",
    "step.started",
    "step.completed",
    "step.failed",
]


@pytest.mark.parametrize("name", built_in_names())
def test_an_example_is_valid_under_its_own_schema(name: str) -> None:
    judge = compile_schema(dict(built_in_schema(name)))

    assert judge.faults(msgspec.json.encode(dict(built_in_example(name)))) == []


@pytest.mark.parametrize("name", [row.name for row in CATALOGUE if row.shape not in {"any", "V10"}])
def test_a_schema_asks_for_something(name: str) -> None:
    judge = compile_schema(dict(built_in_schema(name)))

    assert judge.faults(b"{}") != []
    assert judge.faults(b"[]") != []


@pytest.mark.parametrize(("seed", "names"), [("S1", SEED_002), ("S2", SEED_003), ("S3", SEED_004)])
def test_every_type_a_seed_names_has_a_schema(seed: str, names: list[str]) -> None:
    assert len(names) == {"S1": 24, "S2": 8, "S3": 15}[seed]
    assert set(names) <= {row.name for row in CATALOGUE if row.seed == seed}
    assert all(built_in_schema(name)["title"] == name for name in names)


def test_members_that_are_not_named_stay_allowed() -> None:
    judge = compile_schema(dict(built_in_schema("api.key.created")))

    assert judge.faults(msgspec.json.encode({**built_in_example("api.key.created"), "later": 1})) == []


def test_what_the_engine_tells_is_valid() -> None:
    for name, told in (("execution.failed", EXECUTION), ("step.completed", STEP)):
        assert compile_schema(dict(built_in_schema(name))).faults(msgspec.json.encode(told)) == []


def test_ids_are_the_same_on_every_instance() -> None:
    assert built_in_id("custom") == "70eef089-" + built_in_id("custom")[9:]
    assert len({built_in_id(name) for name in built_in_names()}) == len(CATALOGUE)


def test_every_type_says_when_it_happens() -> None:
    assert all(built_in_description(row.name).endswith(".") for row in CATALOGUE)
