"""Bodies of the routes of test requests to sources (contracts B.5)."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import parse_qsl

import msgspec
from pydantic.json_schema import SkipJsonSchema

from hookspan.api.bodies import Answer, SeedBody
from hookspan.api.filter_shapes import FilterTestResult
from hookspan.inbound.samples import SampleRequest
from hookspan.model.jsonview import read_json
from hookspan.model.times import instant
from hookspan.storage.webhook_tests import WebhookTestRow

_read = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class TestRequest(SeedBody):
    """A request to a source. `body` is any JSON, sent as it is written here, or a text, sent as it is."""

    method: str = "POST"
    headers: dict[str, str] | None = None
    query: dict[str, str] | str | None = None
    body: Any = None
    sign: bool = True
    dry_run: bool = False


class TestResponse(Answer):
    """What the sender would have heard.

    `error` is the cause when it is no success; `verification` is `skipped` where only the provider can sign, and
    `detail` says so. `headers` and `body` need the scope endpoints:test_body.
    """

    success: bool
    status_code: int
    response_time_ms: int
    headers: dict[str, str]
    body: str
    event_id: str | SkipJsonSchema[None] = None
    status: Literal["received", "processed", "filtered", "failed", "held"] | SkipJsonSchema[None] = None
    execution_id: str | SkipJsonSchema[None] = None
    filter: FilterTestResult | SkipJsonSchema[None] = None
    verification: Literal["signed", "skipped", "as_sent"]
    error: str | SkipJsonSchema[None] = None
    detail: str | SkipJsonSchema[None] = None


class KeptTestRequest(Answer):
    """A test request as it was asked for, and the headers that were sent; credentials masked."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    sent_headers: dict[str, str]
    body: str | None
    body_truncated: bool
    sign: bool


class WebhookTest(Answer):
    """One test that was kept; without payloads:read its content is null."""

    id: str
    event_id: str | None
    created_at: str
    request: KeptTestRequest
    response: TestResponse


class WebhookTestList(Answer):
    """The last tests of a source, newest first; there are never more than one page."""

    data: list[WebhookTest]
    total: int
    limit: int
    offset: int


class SampleTestRequest(Answer):
    """A request to start a test from: the last real one, the provider's, or one made from a schema."""

    kind: Literal["last", "provider", "schema"]
    event_type: str
    event_id: str | None
    method: str
    headers: dict[str, str]
    query: dict[str, str]
    body: Any


class SampleRequestList(Answer):
    """Samples, the last real request first."""

    data: list[SampleTestRequest]


def kept_json(row: WebhookTestRow, *, with_content: bool, with_answer: bool) -> dict[str, object]:
    """A kept test, without what the caller may not see."""
    request: dict[str, object] = dict(_read(row.request.encode()))
    response: dict[str, object] = dict(_read(row.response.encode()))
    if not with_content:
        request |= {"headers": {}, "sentHeaders": {}, "query": "", "body": None}
        response.pop("filter", None)
    if not with_answer:
        response |= {"headers": {}, "body": ""}
    return {
        "id": row.id,
        "eventId": row.event_id,
        "createdAt": instant(row.created_at),
        "request": request,
        "response": response,
    }


def sample_json(sample: SampleRequest) -> dict[str, object]:
    """A sample in the form that the test takes."""
    return {
        "kind": sample.kind,
        "eventType": sample.event_type,
        "eventId": sample.event_id,
        "method": sample.method,
        "headers": dict(sample.headers),
        "query": dict(reversed(parse_qsl(sample.query, keep_blank_values=True))),
        "body": msgspec.Raw(sample.body) if _is_plain(sample.body) else sample.body.decode("utf-8", "replace"),
    }


def _is_plain(body: bytes) -> bool:
    """Whether JSON in the answer means the same body again: a text or null would be sent as something else."""
    view = read_json(body)
    return view.is_json and isinstance(view.value, dict | list | bool | int)
