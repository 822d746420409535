"""Long work asked for by people: rows of `jobs`, who may run them, and how one goes on (contracts C.1).

A batch of items and the cursor behind it are one transaction, and only the holder of the lease writes either: so each
item is done once, also when the process dies between two batches.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, case, delete, insert, or_, select, text, update

from hookspan import failpoints
from hookspan.errors import Conflict, NotFound
from hookspan.storage.dialect import one_of
from hookspan.storage.keyset import Keyset, Slice, keyset_slice
from hookspan.storage.tables import jobs, tenants

ERRORS_KEPT = 100
_OPEN = text("jobs.status IN ('queued', 'running')")
_jobs = jobs.c


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """A job as stored; `plan` says what is done to whom, `cursor` how far it got."""

    id: str
    tenant_id: str
    kind: str
    status: str
    plan: Mapping[str, Any]
    cursor: str | None
    done: int
    total: int
    succeeded: int
    failed: int
    errors: Sequence[Mapping[str, str]]
    actor: str
    created_at: int
    started_at: int | None
    finished_at: int | None


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job that is asked for; it waits until no other of its tenant runs."""

    id: str
    tenant_id: str
    kind: str
    plan: Mapping[str, Any]
    total: int
    actor: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Batch:
    """What one batch did. `errors` are `{"id","code","detail"}`; `touched` names endpoints with new due work."""

    cursor: str | None
    succeeded: int
    errors: Sequence[Mapping[str, str]]
    is_over: bool
    touched: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Lease:
    """A job this process may run until `until` (epoch ms)."""

    job_id: str
    kind: str
    rate_per_second: int
    token: str
    until: int


Unit = Callable[[Connection, JobRow, int, int], Batch]
"""One batch of a kind of job: `unit(connection, job, most, now)` changes at most `most` items."""


def job_insert(connection: Connection, job: NewJob) -> None:
    """Store a job as queued."""
    connection.execute(
        insert(jobs).values(
            id=job.id,
            tenant_id=job.tenant_id,
            kind=job.kind,
            status="queued",
            plan=json.dumps(job.plan),
            total=job.total,
            actor=job.actor,
            created_at=job.created_at,
        )
    )


def job_find(connection: Connection, tenant_id: str, job_id: str) -> JobRow:
    """One job; NotFound when it is missing or another tenant's."""
    row = connection.execute(select(jobs).where(_jobs.tenant_id == tenant_id, _jobs.id == job_id)).first()
    if row is None:
        raise NotFound("no such job")
    return _job(row)


def jobs_slice(
    connection: Connection, tenant_id: str, statuses: Sequence[str], keyset: Keyset
) -> tuple[list[JobRow], Slice]:
    """One page of a tenant's jobs."""
    statement = select(jobs).where(_jobs.tenant_id == tenant_id)
    if statuses:
        statement = statement.where(one_of(_jobs.status, statuses))
    page = keyset_slice(connection, statement, _jobs.id, keyset)
    return [_job(row) for row in page.rows], page


def job_cancel(connection: Connection, tenant_id: str, job_id: str, now: int) -> JobRow:
    """End a job between two batches; Conflict when it has ended already."""
    ended = connection.execute(
        update(jobs)
        .where(_jobs.tenant_id == tenant_id, _jobs.id == job_id, _OPEN)
        .values(status="cancelled", finished_at=now, lease_token=None, lease_until=None)
    )
    job = job_find(connection, tenant_id, job_id)
    if not ended.rowcount:
        raise Conflict(f"the job is already {job.status}")
    return job


def jobs_waiting(connection: Connection, now: int) -> bool:
    """Whether some job has no live lease; asked on a reader before the writer is troubled."""
    return connection.execute(select(_jobs.id).where(_OPEN, _is_free(now)).limit(1)).first() is not None


def jobs_claim(connection: Connection, now: int, *, token: str, lease_ms: int, most: int) -> list[Lease]:
    """Lease each tenant's one job that may run: the running one, else its oldest."""
    free = connection.execute(select(_jobs.tenant_id).where(_OPEN, _is_free(now)).distinct().limit(most))
    leases = [_claim_of(connection, tenant_id, now, token, lease_ms) for tenant_id in sorted(free.scalars())]
    return [lease for lease in leases if lease is not None]


def _claim_of(connection: Connection, tenant_id: str, now: int, token: str, lease_ms: int) -> Lease | None:
    # The tenant's row is locked, so that two processes never take two jobs of one tenant.
    connection.execute(select(tenants.c.id).where(tenants.c.id == tenant_id).with_for_update())
    first = case((_jobs.status == "running", 0), else_=1)
    query = select(jobs).where(_jobs.tenant_id == tenant_id, _OPEN).order_by(first, _jobs.id).limit(1)
    row = connection.execute(query).first()
    if row is None or (row.lease_until or 0) > now:
        return None
    values = {"status": "running", "started_at": row.started_at or now}
    until = now + lease_ms
    connection.execute(update(jobs).where(_jobs.id == row.id).values(**values, lease_token=token, lease_until=until))
    return Lease(row.id, row.kind, int(json.loads(row.plan).get("ratePerSecond", 50)), token, until)


def job_step(connection: Connection, lease: Lease, unit: Unit, *, most: int, now: int, lease_ms: int) -> Batch | None:
    """Do one batch and move the cursor behind it; None when the job was cancelled or the lease is another's."""
    job = _held(connection, lease)
    if job is None:
        return None
    batch = unit(connection, job, most, now)
    failpoints.reach("job.in_tx")
    done = job.done + batch.succeeded + len(batch.errors)
    connection.execute(
        update(jobs)
        .where(_jobs.id == job.id)
        .values(
            cursor=batch.cursor,
            done=done,
            # What was counted beforehand may have left the plan meanwhile.
            total=done if batch.is_over else max(job.total, done),
            succeeded=job.succeeded + batch.succeeded,
            failed=job.failed + len(batch.errors),
            errors=json.dumps([*job.errors, *batch.errors][:ERRORS_KEPT]),
            status="done" if batch.is_over else "running",
            finished_at=now if batch.is_over else None,
            lease_token=None if batch.is_over else lease.token,
            lease_until=None if batch.is_over else now + lease_ms,
        )
    )
    return batch


def job_leased(connection: Connection, lease: Lease) -> JobRow | None:
    """The job as it stands, for who holds it; None when it was cancelled or is another's."""
    row = connection.execute(_of_lease(lease)).first()
    return None if row is None else _job(row)


def job_fail(connection: Connection, lease: Lease, error: Mapping[str, str], now: int) -> None:
    """End a job that cannot go on; what it did stays done."""
    job = _held(connection, lease)
    if job is None:
        return
    values = {"status": "failed", "finished_at": now, "lease_token": None, "lease_until": None}
    errors = json.dumps([*job.errors[: ERRORS_KEPT - 1], error])
    connection.execute(update(jobs).where(_jobs.id == job.id).values(**values, errors=errors))


def jobs_prune(connection: Connection, tenant_id: str, ended_before: int, most: int) -> int:
    """Forget jobs that ended before then; how many."""
    old = (
        select(_jobs.id)
        .where(_jobs.tenant_id == tenant_id, _jobs.finished_at < ended_before)
        .order_by(_jobs.id)
        .limit(most)
    )
    return connection.execute(delete(jobs).where(_jobs.id.in_(old))).rowcount


def _held(connection: Connection, lease: Lease) -> JobRow | None:
    row = connection.execute(_of_lease(lease).with_for_update()).first()
    return None if row is None else _job(row)


def _of_lease(lease: Lease) -> Select[Any]:
    return select(jobs).where(_jobs.id == lease.job_id, _jobs.lease_token == lease.token, _jobs.status == "running")


def _is_free(now: int) -> Any:
    return or_(_jobs.lease_until.is_(None), _jobs.lease_until <= now)


def _job(row: Row[Any]) -> JobRow:
    return JobRow(
        id=row.id,
        tenant_id=row.tenant_id,
        kind=row.kind,
        status=row.status,
        plan=json.loads(row.plan),
        cursor=row.cursor,
        done=row.done,
        total=row.total,
        succeeded=row.succeeded,
        failed=row.failed,
        errors=json.loads(row.errors),
        actor=row.actor,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
