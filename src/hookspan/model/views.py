"""What the other seeds' names for an execution or a step carry: canonical data in their shape (contracts F.1, F.3).

A view is a pure function of the canonical data, chosen by the delivered name. D1 is the data of `execution.*`, D2 of
`step.*`; V2 and V4 are seed 1's shapes (camelCase, upper-case status), V3 is seed 3's (snake_case).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hookspan.model import catalogue

_STATUS_WORDS = {"skipped": "COMPLETED"}
"""Seed 1 has no word for a step that was passed over; everything else is its own word in upper case."""


def view(delivered_name: str, canonical_type: str, data: Mapping[str, object]) -> dict[str, object] | None:
    """The data as `delivered_name` promises it, members in the order contracts F.3 prints; None = unchanged."""
    row = catalogue.find(delivered_name)
    if row is None or row.canonical != canonical_type:
        return None
    write = _VIEWS.get(row.shape)
    return write(delivered_name, data) if write is not None else None


def has_view(delivered_name: str, canonical_type: str) -> bool:
    """Whether `view` would change the data, known without decoding it."""
    row = catalogue.find(delivered_name)
    return row is not None and row.canonical == canonical_type and row.shape in _VIEWS


def _status(data: Mapping[str, object]) -> str:
    word = str(data.get("status"))
    return _STATUS_WORDS.get(word, word.upper())


def _workflow_execution(delivered_name: str, data: Mapping[str, object]) -> dict[str, object]:
    """V2 from D1."""
    shaped: dict[str, object] = {
        "id": data.get("executionId"),
        "workflowDefinitionId": data.get("workflowId"),
        "status": _status(data),
        "startTime": data.get("startedAt"),
        "endTime": data.get("completedAt"),
    }
    if delivered_name.endswith(".failed"):
        shaped["error"] = data.get("error")
    return shaped


def _workflow(_delivered_name: str, data: Mapping[str, object]) -> dict[str, object]:
    """V3 from D1; `error` keeps code and message, its step's id under the seed's spelling."""
    error = data.get("error")
    if isinstance(error, Mapping):
        error = {("step_id" if key == "stepId" else key): value for key, value in error.items()}
    return {
        "execution_id": data.get("executionId"),
        "workflow_id": data.get("workflowId"),
        "workflow_name": data.get("workflowName"),
        "status": data.get("status"),
        "started_at": data.get("startedAt"),
        "completed_at": data.get("completedAt"),
        "duration_ms": data.get("durationMs"),
        "error": error,
    }


def _task_execution(_delivered_name: str, data: Mapping[str, object]) -> dict[str, object]:
    """V4 from D2; a step's own run id, where the engine adds one as `id`, comes before its id in the definition."""
    return {
        "id": data.get("id", data.get("stepId")),
        "workflowExecutionId": data.get("executionId"),
        "taskDefinitionId": data.get("stepId"),
        "status": _status(data),
        "startTime": data.get("startedAt"),
        "endTime": data.get("completedAt"),
        "attempts": data.get("attempt"),
        "error": data.get("error"),
        "resources": data.get("resources"),
    }


_VIEWS: dict[str, Callable[[str, Mapping[str, object]], dict[str, object]]] = {
    "V2": _workflow_execution,
    "V3": _workflow,
    "V4": _task_execution,
}
