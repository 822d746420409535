"""The page of definitions says all that the schema says, and what it gives as an example is a workflow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

import pytest

from docs.definitions import EXAMPLES, definitions_page
from hookspan.model.workflows import StepKind, TriggerKind
from hookspan.model.yaml_reading import read_yaml
from hookspan.workflows.definition_schema import definition_schema
from hookspan.workflows.validate import read_workflow

PAGE = definitions_page()


def names(schema: object) -> Iterator[str]:
    """Every member that the schema knows, wherever it stands."""
    if isinstance(schema, dict):
        yield from schema.get("properties", ())
        yield from (name for each in schema.values() for name in names(each))
    elif isinstance(schema, list):
        yield from (name for each in schema for name in names(each))


def test_every_member_stands_in_a_table() -> None:
    only_in_sources = {"webhookId", "createdAt", "updatedAt", "id", "version", "semver", "schedules"}

    told = set(re.findall(r"^\| `(\w+)` \|", PAGE, flags=re.MULTILINE))

    assert set(names(definition_schema())) - only_in_sources - {"with"} == told - {"id"}


@pytest.mark.parametrize("kind", [*get_args(TriggerKind), *get_args(StepKind)])
def test_every_kind_has_an_example_that_is_read(kind: str) -> None:
    room = "triggers" if kind in get_args(TriggerKind) else "steps"
    shown = PAGE.partition(f"\n### `{kind}`\n")[2].partition("```yaml\n")[2].partition("```")[0]

    read = read_yaml(shown.encode(), most_bytes=10_000).value

    assert isinstance(read, dict)
    assert read_workflow({"name": "Example", **read}).definition
    assert shown.strip() == EXAMPLES[room][kind].strip()
    assert f"kind: {kind}" in shown or kind == "pass"


def test_usual_values_are_told_as_they_are_written() -> None:
    rows = [line for line in PAGE.splitlines() if re.match(r"\| `(method|timezone|enabled|maxAttempts)`", line)]

    assert [line.split(" | ")[2] for line in rows] == ["`UTC`", "`true`", "`GET`", "`3`"]
