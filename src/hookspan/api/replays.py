"""Replays: of one event, of a few, of many as a job; and what was replayed (contracts B.7, C.3)."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.event_input import read
from hookspan.api.event_shapes import summary_of
from hookspan.api.exact import takes, written
from hookspan.api.jobs import Job, job_shape
from hookspan.api.paging import BornOf
from hookspan.api.replay_shapes import (
    BatchReplayResponse,
    BulkReplayInput,
    BulkReplayPreview,
    Chain,
    ChainEvent,
    Replay,
    ReplayBatchInput,
    ReplayInput,
    ReplayList,
    ReplayResult,
)
from hookspan.api.rooms import Rooms, RoomsOf
from hookspan.errors import Forbidden, HookspanError, Invalid, NotFound, TooLarge
from hookspan.history.replay import ReplayWish
from hookspan.history.replay_jobs import KIND, REASON_CHARACTERS, BulkReplay, ReplayPreview
from hookspan.history.search import Search
from hookspan.model.ids import canonical_id
from hookspan.model.jsexact import strip_space
from hookspan.model.times import instant
from hookspan.ports import Replayed
from hookspan.storage import audit
from hookspan.storage.replays import Link, ReplayFilter, ReplayRow, chain, replays_list

router = APIRouter(tags=["replays"])
Reader = Annotated[Caller, may("events:read")]
Player = Annotated[Caller, may("events:replay_stored")]

CHAIN_MOST = 200
OFFSET_MOST = 10_000

_decode = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_EITHER: dict[int | str, dict[str, Any]] = {
    202: {"model": Job, "description": "The job, which is on disk; `Location` tells where to look after it."},
}


@router.post(
    "/api/v1/events/{event_id}/replay",
    operation_id="replayEvent",
    response_model=ReplayResult,
    openapi_extra=takes(ReplayInput, required=False),
)
async def replay_event(event_id: str, request: Request, rooms: RoomsOf, caller: Player) -> ReplayResult:
    """A new event of this one: as stored, or with `modifiedPayload` in the place of its content.

    The second needs the scope events:replay; as stored, events:replay_stored is enough.
    """
    payload, reason = _asked(await request.body())
    if payload is not None and not caller.may("events:replay"):
        raise Forbidden("Insufficient permissions: only replays as stored are allowed")
    if payload is not None and len(payload) > rooms.settings.payload_bytes:
        raise TooLarge(f"modifiedPayload: {len(payload)} bytes are over the limit of {rooms.settings.payload_bytes}")
    audit.note(after={"modified": payload is not None}, reason=reason)
    wish = ReplayWish(caller.actor, reason, payload)
    return _result(await rooms.replays.one(caller.tenant_id, canonical_id(event_id), wish))


@router.post("/api/v1/webhooks/{webhook_id}/events/replay", operation_id="replayWebhookEvents")
async def replay_webhook_events(
    webhook_id: str, body: ReplayBatchInput, rooms: RoomsOf, caller: Player
) -> BatchReplayResponse:
    """Replay a few events of a source as stored; each has a result of its own."""
    source = await rooms.sources.get(caller.tenant_id, canonical_id(webhook_id))
    wish = ReplayWish(caller.actor, _reason(body.reason))
    results = await rooms.replays.many(caller.tenant_id, source.id, body.event_ids, wish)
    return BatchReplayResponse(results={text: _result(each) for text, each in results.items()})


@router.post("/api/v1/events/replay", operation_id="replayEvents", response_model=BulkReplayPreview, responses=_EITHER)
async def replay_events(body: BulkReplayInput, rooms: RoomsOf, caller: Player) -> Response:
    """Replay many events as a job; with `dryRun` only what it would do."""
    query = None if body.query is None else body.query.members()
    if query is not None and query.keys() & {"q", "where"} and not caller.may("payloads:read"):
        # A dry run counts, and counts tell what payloads hold, a letter at a time.
        raise Forbidden("q and where look into payloads: this needs the scope payloads:read")
    wish = BulkReplay(query, body.event_ids or (), body.rate_per_second, body.endpoint_ids, _reason(body.reason))
    plan = rooms.bulk_replays.plan(wish)
    preview = await rooms.bulk_replays.preview(caller.tenant_id, plan)
    if body.dry_run:
        return _json(await _preview(rooms, caller, preview), 200)
    # What was named by id is answered for one by one; what a query skips is not its business.
    total = len(plan["eventIds"]) if "eventIds" in plan else preview.total
    row = await rooms.jobs.create(caller.tenant_id, KIND, plan, total=total, actor=caller.actor)
    return _json(job_shape(row), 202, {"Location": f"/api/v1/jobs/{row.id}"})


@router.get("/api/v1/events/{event_id}/chain", operation_id="getEventChain")
async def get_event_chain(event_id: str, rooms: RoomsOf, caller: Reader) -> Chain:
    """The original of an event and all its replays, asked for by any of them."""
    found = await rooms.database.read(chain, caller.tenant_id, canonical_id(event_id), CHAIN_MOST)
    return Chain(
        root_event_id=found.root_event_id,
        max_depth=rooms.replays.limits.depth_most,
        total=found.total,
        data=[_link(each) for each in found.links],
    )


class ReplaysQuery(BaseModel):
    """Filters of the list of replays; `eventId` is any event of a chain."""

    model_config = ConfigDict(alias_generator=to_camel)

    event_id: str | None = None
    actor: Annotated[str | None, Field(max_length=100)] = None
    job_id: str | None = None
    limit: Annotated[int, Field(ge=1, le=1_000)] = 20
    offset: Annotated[int, Field(ge=0, le=OFFSET_MOST)] = 0


@router.get("/api/v1/replays", operation_id="listReplays", response_model=ReplayList)
async def list_replays(
    rooms: RoomsOf, caller: Reader, asked: Annotated[ReplaysQuery, Query()], born: BornOf
) -> Response:
    """What was replayed, by whom and why; what was changed only with the scope payloads:read."""
    wanted = ReplayFilter(_id_or_nothing(asked.event_id), asked.actor, _id_or_nothing(asked.job_id), born.span)
    rows, total = await rooms.database.read(replays_list, caller.tenant_id, wanted, asked.limit, asked.offset)
    data = [_replay(row, with_content=caller.may("payloads:read")) for row in rows]
    place = {"total": total.number, "totalIsCapped": total.is_capped, "limit": asked.limit, "offset": asked.offset}
    return written({"data": data, **place})


def _asked(body: bytes) -> tuple[bytes | None, str | None]:
    """The payload as compact JSON and the reason; unknown members are ignored, as at every door of seed 003."""
    members: dict[str, msgspec.Raw] = read(_decode, body) if body.strip() else {}
    payload = members.get("modifiedPayload", members.get("modified_payload"))
    try:
        reason = msgspec.json.decode(members.get("reason", b"null"), type=str | None)
    except msgspec.DecodeError:
        raise Invalid.one("/reason", "must be a text") from None
    return None if payload is None else strip_space(bytes(payload).decode()), _reason(reason)


def _reason(text: str | None) -> str | None:
    if text is not None and (len(text) > REASON_CHARACTERS or "\0" in text):
        raise Invalid.one("/reason", f"must be at most {REASON_CHARACTERS} characters, none of them NUL")
    return text or None


def _id_or_nothing(text: str | None) -> str | None:
    """The canonical spelling; a text that is no id matches nothing."""
    try:
        return None if text is None else canonical_id(text)
    except NotFound:
        return ""


def _result(became: Replayed | HookspanError) -> ReplayResult:
    if isinstance(became, HookspanError):
        return ReplayResult(success=False, error=became.detail)
    return ReplayResult(
        success=True,
        event_id=became.event_id,
        execution_id=became.execution_id,
        replay_count=became.replay_count,
        source_event_id=became.source_event_id,
    )


async def _preview(rooms: Rooms, caller: Caller, preview: ReplayPreview) -> BulkReplayPreview:
    search, now = Search(rooms.database), rooms.clock.now_ms()
    may_read = caller.may("payloads:read")
    found = [await search.event(caller.tenant_id, each) for each in preview.sample]
    sample = [summary_of(each, now, may_read=may_read) for each in found]
    return BulkReplayPreview(total=preview.total, sample=sample, skipped=dict(preview.skipped))


def _replay(row: ReplayRow, *, with_content: bool) -> dict[str, object]:
    """A row; its patch goes out as the bytes that were kept, so that no parser touches their numbers."""
    shown = Replay(
        id=row.id,
        event_id=row.event_id,
        source_event_id=row.source_event_id,
        root_event_id=row.root_event_id,
        webhook_id=row.webhook_id,
        replay_count=row.replay_count,
        actor=row.actor,
        reason=row.reason,
        modified=row.modified,
        diff=None,
        diff_truncated=row.modified and row.diff is None,
        job_id=row.job_id,
        created_at=instant(row.created_at),
    ).model_dump(by_alias=True)
    return {**shown, "diff": msgspec.Raw(row.diff.encode()) if row.diff is not None and with_content else None}


def _link(link: Link) -> ChainEvent:
    made = link.replay
    told = None if made is None else {name: getattr(made, name) for name in ("actor", "reason", "modified", "job_id")}
    return ChainEvent.model_validate(
        {
            "id": link.id,
            "type": link.type,
            "status": link.status,
            "replay_count": link.replay_count,
            "source_event_id": link.source_event_id,
            "created_at": instant(link.created_at),
            "receipt_status": link.receipt_status,
            "execution_id": link.execution_id,
            "replay": told,
        }
    )


def _json(answer: BulkReplayPreview | Job, status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(answer.model_dump_json(by_alias=True), status, headers, "application/json")
