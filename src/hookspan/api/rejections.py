"""`/api/v1/webhooks/{id}/rejected`: the log of refused requests (contracts B.2), and `/api/v1/rejected` for paths
that nobody has. None of them can be replayed: they were never verified.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.bodies import Answer
from hookspan.api.rooms import RoomsOf
from hookspan.errors import Forbidden
from hookspan.model.ids import canonical_id
from hookspan.model.redact import joined
from hookspan.model.times import instant, parse_instant
from hookspan.storage.instance import instance_tenant
from hookspan.storage.keyset import Span
from hookspan.storage.rejections import RejectionFilter, RejectionRow, rejections_list

router = APIRouter(tags=["sources"])

LIMIT_DEFAULT, LIMIT_MOST = 20, 1_000
_LIMIT = {"type": "integer", "minimum": 1, "maximum": LIMIT_MOST, "default": LIMIT_DEFAULT}
_OFFSET = {"type": "integer", "minimum": 0, "default": 0}

Cause = Literal[
    "unknown_path",
    "disabled",
    "method",
    "ip",
    "rate_limited",
    "too_large",
    "encoding",
    "content_type",
    "missing_signature",
    "malformed_signature",
    "bad_signature",
    "stale_timestamp",
    "future_timestamp",
    "basic_failed",
    "key_failed",
    "not_configured",
    "key_unavailable",
    "invalid_json",
    "id_conflict",
    "timeout",
    "loop",
    "handshake",
]


class RejectedRequest(Answer):
    """A request that ended without an event; `count` tells how many like it came when there were too many to keep.

    `detail` names what was expected. `bodyPrefix` is the first 2 KiB as text; it and `headers` are null without the
    scope payloads:read. A `handshake` was answered, not refused.
    """

    id: str
    webhook_id: str | None
    cause: Cause
    detail: str
    status: int
    method: str
    path: str
    source_ip: str | None
    headers: dict[str, str] | None
    body_size: int
    body_prefix: str | None
    provider: str | None
    received_at: str
    count: int


class RejectedRequestList(Answer):
    """Refused requests, newest first."""

    data: list[RejectedRequest]
    total: int
    limit: int
    offset: int


class RejectedQuery(BaseModel):
    """Filters of the log; a bad number falls back to its default, as seed 003's own code does."""

    model_config = ConfigDict(alias_generator=to_camel)

    limit: Annotated[str, WithJsonSchema(_LIMIT)] = ""
    offset: Annotated[str, WithJsonSchema(_OFFSET)] = ""
    cause: list[Cause] = []
    from_: Annotated[str | None, Field(alias="from")] = None
    to: str | None = None

    @property
    def page(self) -> tuple[int, int]:
        """Limit and offset."""
        limit = _number(self.limit, LIMIT_DEFAULT)
        return (limit if 1 <= limit <= LIMIT_MOST else LIMIT_DEFAULT), _number(self.offset, 0)

    @property
    def wanted(self) -> RejectionFilter:
        """What is looked for; Invalid for what is no instant."""
        return RejectionFilter(self.cause, Span(_instant(self.from_, "/from"), _instant(self.to, "/to")))


@router.get("/api/v1/webhooks/{webhook_id}/rejected", operation_id="listRejectedRequests")
async def list_rejected(
    webhook_id: str,
    rooms: RoomsOf,
    caller: Annotated[Caller, may("sources:read")],
    asked: Annotated[RejectedQuery, Query()],
) -> RejectedRequestList:
    """Requests to this source that ended without an event: refused ones, and handshakes that were answered."""
    source = await rooms.sources.get(caller.tenant_id, canonical_id(webhook_id))
    return await _listed(rooms, caller, asked, (source.tenant_id, source.id))


@router.get("/api/v1/rejected", operation_id="listUnknownRequests")
async def list_unknown(
    rooms: RoomsOf, caller: Annotated[Caller, may("tenants:write")], asked: Annotated[RejectedQuery, Query()]
) -> RejectedRequestList:
    """Requests to paths that no source has; they belong to nobody, so only the owner of the instance sees them."""
    if caller.tenant_id != await rooms.database.read(instance_tenant):
        raise Forbidden("Insufficient permissions")
    return await _listed(rooms, caller, asked, None)


async def _listed(
    rooms: RoomsOf, caller: Caller, asked: RejectedQuery, owner: tuple[str, str] | None
) -> RejectedRequestList:
    limit, offset = asked.page
    rows, total = await rooms.database.read(rejections_list, owner, asked.wanted, limit=limit, offset=offset)
    with_content = caller.may("payloads:read")
    data = [_rejected(row, with_content=with_content) for row in rows]
    return RejectedRequestList(data=data, total=total, limit=limit, offset=offset)


def _rejected(row: RejectionRow, *, with_content: bool) -> RejectedRequest:
    prefix = row.body_prefix if with_content else None
    fields = msgspec.json.decode(row.headers, type=list[tuple[str, str]]) if with_content else None
    return RejectedRequest.model_validate(
        {
            "id": row.id,
            "webhook_id": row.webhook_id,
            "cause": row.cause,
            "detail": row.detail,
            "status": row.status,
            "method": row.method,
            "path": row.path,
            "source_ip": row.source_ip,
            "headers": None if fields is None else joined(fields),
            "body_size": row.body_size,
            "body_prefix": None if prefix is None else bytes(prefix).decode("utf-8", "replace"),
            "provider": row.provider,
            "received_at": instant(row.received_at),
            "count": row.count,
        }
    )


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else default


def _instant(text: str | None, pointer: str) -> int | None:
    if text is None:
        return None
    # A query's "+" arrives as a blank, and an offset is the only place where an instant has one.
    return parse_instant(int(text) if text.isascii() and text.isdigit() else text.replace(" ", "+"), pointer)
