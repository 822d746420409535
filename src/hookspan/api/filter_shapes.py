"""Bodies of the filters' routes (contracts B.4): how they are read, and how rows and verdicts are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from hookspan.api.bodies import Answer, SeedBody
from hookspan.errors import Invalid
from hookspan.inbound.trials import LAST_MOST, Backtest, GivenRequest, Verdict
from hookspan.model.times import instant
from hookspan.storage.webhook_filters import FilterRow

FilterOperator = Literal[
    "equals",
    "not_equals",
    "contains",
    "not_contains",
    "starts_with",
    "ends_with",
    "regex_match",
    "greater_than",
    "less_than",
    "in",
    "not_in",
    "greater_or_equal",
    "less_or_equal",
    "between",
    "exists",
    "not_exists",
    "is_empty",
    "is_not_empty",
]
LAST_DEFAULT = 100
METHOD_MOST = 10


class WebhookFilter(Answer):
    """One row: what stands at the path must hold against the value. Rows of one group are ANDed, groups are ORed."""

    id: str
    webhook_id: str
    field_path: str
    operator: FilterOperator
    value: Any
    logic_group: int
    enabled: bool
    created_at: str
    updated_at: str


class WebhookFilterList(Answer):
    """The filters of a source, by group and then by birth."""

    data: list[WebhookFilter]
    total: int
    limit: int
    offset: int


class WebhookFilterPatch(SeedBody):
    """Members to change; `field` is read for `fieldPath`, and `regex gt gte lt lte` for their operators."""

    field_path: str = ""
    operator: str = ""
    value: Any = None
    logic_group: int = 0
    enabled: bool = True


class WebhookFilterInput(WebhookFilterPatch):
    """A new row."""

    field_path: str
    operator: str


class WebhookFilterRow(WebhookFilterInput):
    """A row in a set; with the `id` of a stored one it is that row."""

    id: str | None = None


class WebhookFilterSet(SeedBody):
    """All the rows there shall be."""

    filters: list[WebhookFilterRow]


class FilterTestInput(SeedBody):
    """A request to try, told or stored (`eventId`), and the rows to try; without `filters` the stored ones."""

    payload: Any = None
    headers: dict[str, str] | None = None
    query: dict[str, str] | None = None
    method: str = "POST"
    event_id: str | None = None
    filters: list[WebhookFilterRow] | None = None


class FilterClause(Answer):
    """One row's verdict; `actual` is left out for those who may not see payloads."""

    filter_id: str | None
    field_path: str
    operator: str
    expected: Any
    actual: Any = None
    found: bool
    passed: bool


class FilterGroup(Answer):
    """A group's verdict."""

    group: int
    passed: bool
    clauses: list[FilterClause]


class FilterTestResult(Answer):
    """The verdict and why; `error` is `filter_error` when the filter spent what one evaluation may."""

    passed: bool
    reason: str
    details: dict[str, list[str]]
    groups: list[FilterGroup]
    error: Literal["filter_error"] | None = None


class FilterBacktestInput(SeedBody):
    """How many stored requests to try, and the rows; without `filters` the stored ones."""

    filters: list[WebhookFilterRow] | None = None
    last: int = LAST_DEFAULT


class FilterExamples(Answer):
    """Ids of events, latest first, at most five of each."""

    passed: list[str]
    filtered: list[str]
    failed: list[str]


class FilterChanges(Answer):
    """How many requests get another verdict than they got when they came, and ids of some, by what it is now."""

    count: int
    passed: list[str]
    filtered: list[str]


class FilterBacktestResult(Answer):
    """How the last requests fare; `failed` counts those that spend what one evaluation may."""

    tested: int
    passed: int
    filtered: int
    failed: int
    examples: FilterExamples
    changed: FilterChanges


class PathSuggestion(Answer):
    """A path for a filter; `example` is left out for those who may not see payloads."""

    path: str
    kind: Literal["string", "number", "boolean", "null", "object", "array"]
    example: Any = None
    seen: int


class PathSuggestionList(Answer):
    """Paths that begin as asked, at most 200."""

    data: list[PathSuggestion]


_SPELLINGS = {
    "id": "id",
    "fieldPath": "fieldPath",
    "field_path": "fieldPath",
    "field": "field",
    "operator": "operator",
    "value": "value",
    "logicGroup": "logicGroup",
    "logic_group": "logicGroup",
    "enabled": "enabled",
}


def row_of(body: Mapping[str, object]) -> dict[str, object]:
    """A row's members under the names the compiler knows; others are ignored, as everywhere at this door."""
    return {_SPELLINGS[name]: member for name, member in body.items() if name in _SPELLINGS}


def rows_of(body: Mapping[str, object], *, required: bool = False) -> list[object] | None:
    """The rows under `filters`; None when there are none, which `required` refuses."""
    rows = body.get("filters")
    if rows is None and not required:
        return None
    if not isinstance(rows, list):
        raise Invalid.one("/filters", "must be a list of filter rows" if rows is not None else "is required")
    return [row_of(row) if isinstance(row, dict) else row for row in rows]


def given_request(body: Mapping[str, object]) -> GivenRequest:
    """The request that a test tells."""
    method = body.get("method", "POST")
    if not isinstance(method, str) or not 1 <= len(method) <= METHOD_MOST:
        raise Invalid.one("/method", f"must be a method of at most {METHOD_MOST} characters")
    return GivenRequest(
        payload=body.get("payload"),
        has_payload="payload" in body,
        headers=_texts(body, "headers"),
        query=_texts(body, "query"),
        method=method.upper(),
    )


def last_of(body: Mapping[str, object]) -> int:
    """How many stored requests a backtest takes."""
    last = body.get("last", LAST_DEFAULT)
    if not isinstance(last, int) or isinstance(last, bool) or not 1 <= last <= LAST_MOST:
        raise Invalid.one("/last", f"must be a whole number from 1 to {LAST_MOST:,}")
    return last


def _texts(body: Mapping[str, object], name: str) -> Mapping[str, str]:
    given = body.get(name)
    if given is None:
        return {}
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise Invalid.one(f"/{name}", "must be an object of texts")
    return given


def filter_json(row: FilterRow) -> dict[str, object]:
    """A row as it is shown; the value is the JSON that is stored, every digit of it."""
    return {
        "id": row.id,
        "webhookId": row.webhook_id,
        "fieldPath": row.field_path,
        "operator": row.operator,
        "value": msgspec.Raw(row.value.encode()),
        "logicGroup": row.logic_group,
        "enabled": row.enabled,
        "createdAt": instant(row.created_at),
        "updatedAt": instant(row.updated_at),
    }


def verdict_json(verdict: Verdict) -> dict[str, object]:
    """A verdict as contracts B.4 prints it."""
    shown = verdict.result.as_json()
    return shown if verdict.fault is None else {**shown, "error": verdict.fault}


def backtest_json(told: Backtest) -> dict[str, object]:
    """A backtest with its examples."""
    ids = told.ids
    return {
        "tested": told.tested,
        "passed": told.passed,
        "filtered": told.filtered,
        "failed": told.failed,
        "examples": {name: ids[name] for name in ("passed", "filtered", "failed")},
        "changed": {"count": told.changed, "passed": ids["now_passed"], "filtered": ids["now_filtered"]},
    }
