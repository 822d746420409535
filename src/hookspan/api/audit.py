"""`/api/v1/audit`: who changed what, and whether the record is as it was written (contracts C.7, security §13)."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Response

from hookspan.access.audit import AuditLog
from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.bodies import Answer
from hookspan.api.paging import BornOf, CountedPagingOf, Listing
from hookspan.api.rooms import RoomsOf
from hookspan.model.times import instant
from hookspan.storage.audit import AuditFilter, Link

router = APIRouter(prefix="/api/v1/audit", tags=["audit"])
Auditor = Annotated[Caller, may("audit:read")]
Word = Annotated[str | None, Query(max_length=256)]


class AuditRow(Answer):
    """One change; `before` and `after` hold no secrets. `place` and `seal` come within seconds."""

    id: str
    at: str
    actor: str
    ip: str | None
    user_agent: str | None
    action: str
    resource: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str | None
    reason: str | None
    place: int | None
    seal: str | None


class AuditList(Listing):
    """A page of changes."""

    data: list[AuditRow]


class AuditHead(Answer):
    """The end of the chain; kept elsewhere, it proves later that nothing was cut off."""

    place: int
    seal: str


class AuditBreak(Answer):
    """The first row that does not fit the chain, and why."""

    id: str
    place: int
    reason: str


class AuditVerdict(Answer):
    """What a walk over the chain found; `waiting` rows have no seal yet."""

    ok: bool
    checked: int
    waiting: int
    head: AuditHead
    fault: AuditBreak | None


@router.get("", operation_id="listAudit")
async def list_audit(  # noqa: PLR0913  # a filter is a parameter
    rooms: RoomsOf,
    caller: Auditor,
    paging: CountedPagingOf,
    born: BornOf,
    response: Response,
    *,
    actor: Word = None,
    action: Word = None,
    resource: Word = None,
) -> AuditList:
    """Changes of the tenant, newest first."""
    wanted = AuditFilter(actor, action, resource, born.span)
    page = await _log(rooms).list(caller.tenant_id, wanted, paging.keyset)
    return AuditList.model_validate({"data": [_shown(row) for row in page.rows], **paging.links_of(response, page)})


@router.get("/verify", operation_id="verifyAudit")
async def verify_audit(rooms: RoomsOf, caller: Auditor) -> AuditVerdict:
    """Walk the tenant's chain from its beginning; the first row that was changed, moved or lost is named."""
    verdict = await _log(rooms).verify(caller.tenant_id)
    fault = verdict.fault
    return AuditVerdict(
        ok=fault is None,
        checked=verdict.checked,
        waiting=verdict.waiting,
        head=AuditHead(place=verdict.head.place, seal=verdict.head.seal.hex()),
        fault=None if fault is None else AuditBreak(id=fault.id, place=fault.place, reason=fault.reason),
    )


def _log(rooms: RoomsOf) -> AuditLog:
    return AuditLog(rooms.database, rooms.clock)


def _shown(row: Link) -> AuditRow:
    return AuditRow(
        id=row.id,
        at=instant(row.at),
        actor=row.actor,
        ip=row.ip,
        user_agent=row.user_agent,
        action=row.action,
        resource=row.resource,
        before=None if row.before is None else msgspec.json.decode(row.before),
        after=None if row.after is None else msgspec.json.decode(row.after),
        request_id=row.request_id,
        reason=row.reason,
        place=row.place,
        seal=None if row.seal is None else bytes(row.seal).hex(),
    )
