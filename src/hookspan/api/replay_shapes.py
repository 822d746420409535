"""Bodies of the replay routes (contracts B.7, C.3)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from hookspan.api.bodies import Answer, NativeBody, SeedBody
from hookspan.api.event_shapes import EventSummary, Origin, ReceiptStatus
from hookspan.history.bulk import RATE_MOST, RATE_USUAL
from hookspan.history.replay_jobs import REASON_CHARACTERS
from hookspan.model.deliveries import DeliveryStatus

Reason = Annotated[str | None, Field(max_length=REASON_CHARACTERS)]
Instant = str | int


class ReplayInput(SeedBody):
    """How to replay one event: as stored, or with another payload (any JSON, also null) in the place of its content."""

    modified_payload: Any = None
    reason: Reason = None


class ReplayBatchInput(SeedBody):
    """A few events of one source, replayed as stored."""

    event_ids: list[str]
    reason: Reason = None


def _listed(value: object) -> object:
    return value if isinstance(value, list) or value is None else [value]


def _spelt(value: object) -> object:
    """A status code may be given as a number."""
    listed = _listed(value)
    return [str(each) if type(each) is int else each for each in listed] if isinstance(listed, list) else listed


Texts = Annotated[list[str] | None, BeforeValidator(_listed)]


class ReplayQuery(NativeBody):
    """The filters of `GET /api/v1/events`; those that may repeat take one value or a list, `where` a list of rows."""

    type: Texts = None
    event_type: Texts = None
    status: Texts = None
    origin: Annotated[list[Origin] | None, BeforeValidator(_listed)] = None
    webhook_id: Texts = None
    workflow_id: Texts = None
    execution_id: Texts = None
    delivery_status: Annotated[list[DeliveryStatus] | None, BeforeValidator(_listed)] = None
    endpoint_id: Texts = None
    method: Texts = None
    response_status: Annotated[list[str] | None, BeforeValidator(_spelt)] = None
    source_ip: Texts = None
    error_code: Texts = None
    subject: str | None = None
    ordering_key: str | None = None
    priority: Annotated[list[Annotated[int, Field(ge=0, le=3)]] | None, BeforeValidator(_listed)] = None
    has_execution: bool | None = None
    replayed: bool | None = None
    test: bool | None = None
    q: str | None = None
    where: list[dict[str, Any]] | str | None = None
    from_: Annotated[Instant | None, Field(alias="from")] = None
    to: Instant | None = None
    born_from: Annotated[Instant | None, Field(alias="createdAt[gte]")] = None
    born_before: Annotated[Instant | None, Field(alias="createdAt[lt]")] = None

    def members(self) -> dict[str, Any]:
        """What was given, by public names, with one spelling of the span and of the type."""
        given = self.model_dump(by_alias=True, exclude_none=True)
        for spelling, name in (("createdAt[gte]", "from"), ("createdAt[lt]", "to")):
            if spelling in given:
                given[name] = given.pop(spelling)
        if "eventType" in given:
            given["type"] = [*given.get("type", ()), *given.pop("eventType")]
        return given


class BulkReplayInput(NativeBody):
    """Which events: a query or ids (at most 1,000); `endpointIds` makes it a replay for these endpoints alone.

    `dryRun` only counts.
    """

    query: ReplayQuery | None = None
    event_ids: list[str] | None = None
    dry_run: bool = False
    rate_per_second: Annotated[int, Field(ge=1, le=RATE_MOST)] = RATE_USUAL
    endpoint_ids: list[str] | None = None
    reason: Reason = None


class ReplayResult(Answer):
    """What became of a replay; on success the new event is on disk. `executionId` is there when a workflow started."""

    success: bool
    event_id: Annotated[str | None, Field(exclude_if=lambda value: value is None)] = None
    execution_id: Annotated[str | None, Field(exclude_if=lambda value: value is None)] = None
    replay_count: Annotated[int | None, Field(exclude_if=lambda value: value is None)] = None
    source_event_id: Annotated[str | None, Field(exclude_if=lambda value: value is None)] = None
    error: Annotated[str | None, Field(exclude_if=lambda value: value is None)] = None


class BatchReplayResponse(Answer):
    """A result for each id, as it was spelt."""

    results: dict[str, ReplayResult]


class BulkReplayPreview(Answer):
    """What a replay of many would do; `skipped` counts by the reason why."""

    total: int
    sample: list[EventSummary]
    skipped: dict[str, int]


class Replay(Answer):
    """One replay; `diff` is a JSON Patch (RFC 6902), null where nothing was changed or the caller may not read it.

    `diffTruncated` says that the patch would be longer than 64 KiB and was not kept.
    """

    id: str
    event_id: str
    source_event_id: str
    root_event_id: str
    webhook_id: str | None
    replay_count: int
    actor: str
    reason: str | None
    modified: bool
    diff: list[dict[str, Any]] | None
    diff_truncated: bool
    job_id: str | None
    created_at: str


class ReplayList(Answer):
    """One page of replays, newest first; `total` is exact up to 10,000."""

    data: list[Replay]
    total: int
    total_is_capped: bool
    limit: int
    offset: int


class ChainReplay(Answer):
    """By whom and why an event of a chain was made."""

    actor: str
    reason: str | None
    modified: bool
    job_id: str | None


class ChainEvent(Answer):
    """An event of a chain; `replay` is null on the original, `receiptStatus` on what did not come in by a request."""

    id: str
    type: str
    status: str
    replay_count: int
    source_event_id: str | None
    created_at: str
    receipt_status: ReceiptStatus | None
    execution_id: str | None
    replay: ChainReplay | None


class Chain(Answer):
    """An original and its replays, oldest first, at most 200 of `total`; a replay may be `maxDepth` deep."""

    root_event_id: str
    max_depth: int
    total: int
    data: list[ChainEvent]
