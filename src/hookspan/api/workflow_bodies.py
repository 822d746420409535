"""Definitions on the wire: JSON, or YAML for people (contracts C.6); numbers are kept as they were written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from fastapi import Request, Response
from pydantic import BaseModel

from hookspan.api.conditional import entity_tag
from hookspan.api.exact import read_object, takes, written
from hookspan.errors import Invalid
from hookspan.model.times import instant
from hookspan.model.workflows import VersionRow, WorkflowRow
from hookspan.storage.workflow_triggers import ScheduleRow
from hookspan.workflows.exported import exported_yaml
from hookspan.workflows.shapes import version_json, workflow_json

YAML_TYPE = "application/yaml"
YAML_TYPES = frozenset({YAML_TYPE, "application/x-yaml", "text/yaml", "text/x-yaml"})
"""What is read as YAML: the name of RFC 9512, and those that were in use before it."""
SHOWN_AS_YAML: dict[int | str, dict[str, Any]] = {200: {"content": {YAML_TYPE: {"schema": {"type": "string"}}}}}
"""What a route that also answers in YAML says of it in the document."""


async def read_definition(request: Request) -> Mapping[str, object]:
    """The body as an object; InvalidJson or Invalid."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in YAML_TYPES:
        return await read_object(request)
    # The gate has read it already, for the audit log: once is enough, it may take a good part of a second.
    value = request.state.document
    if not isinstance(value, dict):
        raise Invalid.one("", "must be an object")
    return cast(Mapping[str, object], value)


def takes_definition(body: type[BaseModel], *, required: bool = True) -> dict[str, Any]:
    """As `takes`, of a route that also reads YAML."""
    extra = takes(body, required=required)
    content = extra["requestBody"]["content"]
    content[YAML_TYPE] = content["application/json"]
    return extra


def wants_yaml(request: Request) -> bool:
    """Whether the caller would rather have YAML (RFC 9110 §12.5.1); who names nothing gets JSON."""
    wished = dict(_wishes(request.headers.get("accept", "")))
    others = [quality for media, quality in wished.items() if media in ("application/json", "application/*", "*/*")]
    return 0 < wished.get(YAML_TYPE, 0) >= max(others, default=0)


def _wishes(accept: str) -> Sequence[tuple[str, float]]:
    found = []
    for each in accept.split(","):
        media, *parameters = (part.strip().lower() for part in each.split(";"))
        quality = next((part[2:] for part in parameters if part.startswith("q=")), "1")
        found.append((media, float(quality) if quality.replace(".", "", 1).isdecimal() else 0.0))
    return found


def shown(
    row: WorkflowRow,
    version: VersionRow,
    schedules: Sequence[ScheduleRow],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """One workflow with its ETag."""
    body = {**workflow_json(row, version), "schedules": [_schedule(each) for each in schedules]}
    fields = {"ETag": tag_of(row, schedules), "Vary": "Accept", **(headers or {})}
    return written(body, status=status, headers=fields)


def tag_of(row: WorkflowRow, schedules: Sequence[ScheduleRow], *, is_yaml: bool = False) -> str:
    """The ETag of a workflow as shown: with schedules, every run that is fired or passed over is another one.

    What `If-Match` compares is the row's version before the dot, so a schedule never stands in the way of a change.
    """
    # While the row is the same each of these only grows, so the sum tells any two states apart.
    beside = sum(each.next_at for each in schedules) if schedules else None
    return entity_tag(row.updated_at, beside, variant="yaml" if is_yaml else "")


def shown_version(row: WorkflowRow, version: VersionRow, request: Request) -> Response:
    """One version, as JSON or as YAML that can be sent back."""
    if wants_yaml(request):
        return yaml_answer(row, version)
    return written(version_json(version), headers={"Vary": "Accept"})


def yaml_answer(row: WorkflowRow, version: VersionRow, headers: Mapping[str, str] | None = None) -> Response:
    """The definition as YAML, without what the server sets."""
    return Response(exported_yaml(row, version), 200, {"Vary": "Accept", **(headers or {})}, YAML_TYPE)


def _schedule(row: ScheduleRow) -> dict[str, object]:
    return {
        "triggerId": row.trigger_id,
        "nextRunAt": instant(row.next_at),
        "lastRunAt": None if row.last_at is None else instant(row.last_at),
    }
