"""A workflow as people keep it in a file: without what the server sets, and without what a reader fills in by itself.

Read again, it is the very same version.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import cast

import msgspec

from hookspan.model.workflows import DEFINITION_BYTES, StepKind, VersionRow, WorkflowRow, usual_retry, usual_timeout_ms
from hookspan.model.yaml_writing import flow_text, yaml_text
from hookspan.workflows.validate import decode_definition, read_workflow, retry_normal

YAML_BYTES = DEFINITION_BYTES + 16_384
"""What a YAML text of a workflow may have: a whole definition, and the name and description beside it."""

_LISTS = ("steps", "syncPoints", "milestones")
_ALWAYS = frozenset({"id", "kind"})
_write = msgspec.json.Encoder(decimal_format="number").encode


def exported(row: WorkflowRow, version: VersionRow) -> dict[str, object]:
    """The object to keep; `version` may be an older one, what the row says is that of now."""
    graph = {"concurrency": row.concurrency, **decode_definition(version.definition)}
    plain, parts = _usual()
    described = {"description": row.description} if row.description else {}
    rest = {name: value for name, value in graph.items() if name not in _LISTS and not _is_same(value, plain.get(name))}
    lists = {name: _short(graph[name], parts[name]) for name in _LISTS if name == "steps" or graph.get(name)}
    return {"name": row.name, **described, "status": row.status, **rest, **lists}


def exported_yaml(row: WorkflowRow, version: VersionRow) -> str:
    """The same as YAML; in flow style where block style would be longer than can be sent back."""
    value = exported(row, version)
    text = yaml_text(value)
    return text if len(text.encode()) <= YAML_BYTES else flow_text(value)


def _short(parts: object, usual: Mapping[str, object]) -> list[dict[str, object]]:
    assert isinstance(parts, list)
    return [_shorter(each, usual) for each in parts]


def _shorter(part: Mapping[str, object], usual: Mapping[str, object]) -> dict[str, object]:
    """Without the members that are as a reader would have them; the name of a part is by itself its id."""
    of_kind = _usual_of(cast(StepKind, part["kind"])) if "kind" in part else {}
    own = {**usual, **of_kind, "name": part.get("id")}
    return {name: value for name, value in part.items() if name in _ALWAYS or not _is_same(value, own.get(name))}


def _is_same(value: object, other: object) -> bool:
    return _write(value) == _write(other)


def _usual_of(kind: StepKind) -> Mapping[str, object]:
    """Where what a step says nothing of hangs on its kind."""
    return {"timeoutMs": usual_timeout_ms(kind), "retry": retry_normal(usual_retry(kind))}


@cache
def _usual() -> tuple[Mapping[str, object], Mapping[str, Mapping[str, object]]]:
    """What the readers make of a workflow that says nothing, and of a part of each list that says nothing."""
    empty = {"steps": [{"id": "a"}], "syncPoints": [{"requires": ["a"]}], "milestones": [{}]}
    read = decode_definition(read_workflow({"name": "x", **empty}).text)
    # Named even where it is what a point of one step would say: without it a point is refused.
    parts = {name: {**_first(read[name]), "requires": None} for name in _LISTS}
    return decode_definition(read_workflow({"name": "x"}).text), parts


def _first(parts: object) -> dict[str, object]:
    assert isinstance(parts, list)
    return dict(parts[0])
