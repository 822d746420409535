"""`/api/v1/jobs`, and the bulk changes of deliveries that become jobs (contracts C.1, C.4)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BeforeValidator, Field

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.bodies import Answer, NativeBody
from hookspan.api.delivery_shapes import DeliverySummary, Outcome, members_of
from hookspan.api.paging import CountedPagingOf, Listing
from hookspan.api.rooms import Rooms, RoomsOf
from hookspan.history.bulk import RATE_MOST, RATE_USUAL, Bulk, Kind, Wish
from hookspan.model.deliveries import DeliveryStatus
from hookspan.model.ids import canonical_id
from hookspan.model.times import instant, optional_instant
from hookspan.storage.jobs import JobRow, job_find, jobs_slice

router = APIRouter(tags=["jobs"])
Reader = Annotated[Caller, may("deliveries:read")]
Retrier = Annotated[Caller, may("deliveries:retry")]
JobStatus = Literal["queued", "running", "done", "failed", "cancelled"]


class JobError(Answer):
    """An item that could not be done."""

    id: str
    code: str
    detail: str


class Job(Answer):
    """Long work and how far it is; the first 100 errors are kept."""

    id: str
    kind: str
    status: JobStatus
    done: int
    total: int
    succeeded: int
    failed: int
    errors: list[JobError]
    plan: dict[str, Any]
    created_by: str
    created_at: str
    started_at: str | None
    finished_at: str | None


class JobList(Listing):
    """One page of jobs."""

    data: list[Job]


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else [str(value)] if type(value) is int else value


def _texts(value: object) -> object:
    listed = _listed(value)
    return [str(each) if type(each) is int else each for each in listed] if isinstance(listed, list) else listed


Texts = Annotated[list[str], BeforeValidator(_texts)]
Instant = str | int


class BulkQuery(NativeBody):
    """The filters of `GET /api/v1/deliveries`; each takes one value or a list."""

    status: Annotated[list[DeliveryStatus], BeforeValidator(_listed)] | None = None
    reason: Texts | None = None
    outcome: Annotated[list[Outcome], BeforeValidator(_listed)] | None = None
    endpoint_id: Texts | None = None
    event_id: Texts | None = None
    event_type: Texts | None = None
    status_code: Texts | None = None
    priority: Annotated[int | None, Field(ge=0, le=3)] = None
    from_: Annotated[Instant | None, Field(alias="from")] = None
    to: Instant | None = None
    born_from: Annotated[Instant | None, Field(alias="createdAt[gte]")] = None
    born_before: Annotated[Instant | None, Field(alias="createdAt[lt]")] = None

    def members(self) -> dict[str, Any]:
        """What was given, by public names, with one spelling of the span."""
        given = self.model_dump(by_alias=True, exclude_none=True)
        for spelling, name in (("createdAt[gte]", "from"), ("createdAt[lt]", "to")):
            if spelling in given:
                given[name] = given.pop(spelling)
        return given


class BulkInput(NativeBody):
    """Which deliveries: a query or ids (at most 1,000). `dryRun` only counts."""

    query: BulkQuery | None = None
    ids: list[str] | None = None
    dry_run: bool = False
    rate_per_second: Annotated[int, Field(ge=1, le=RATE_MOST)] = RATE_USUAL


class BulkRetryInput(BulkInput):
    """As BulkInput; `force` sends again what was delivered already."""

    force: bool = False


class BulkPreview(Answer):
    """What a bulk change would do; `skipped` counts by the code that a single call would answer."""

    total: int
    sample: list[DeliverySummary]
    skipped: dict[str, int]


@router.get("/api/v1/jobs", operation_id="listJobs")
async def list_jobs(
    rooms: RoomsOf,
    caller: Reader,
    paging: CountedPagingOf,
    response: Response,
    status: Annotated[list[JobStatus] | None, Query()] = None,
) -> JobList:
    """Jobs of the tenant, newest first."""
    rows, page = await rooms.database.read(jobs_slice, caller.tenant_id, status or [], paging.keyset)
    return JobList.model_validate({"data": [job_shape(row) for row in rows], **paging.links_of(response, page)})


@router.get("/api/v1/jobs/{job_id}", operation_id="getJob")
async def getjob_shape(job_id: str, rooms: RoomsOf, caller: Reader) -> Job:
    """One job and how far it is."""
    return job_shape(await rooms.database.read(job_find, caller.tenant_id, canonical_id(job_id)))


@router.post("/api/v1/jobs/{job_id}/cancel", operation_id="cancelJob")
async def canceljob_shape(job_id: str, rooms: RoomsOf, caller: Retrier) -> Job:
    """End a job between two batches; what it did stays done."""
    return job_shape(await rooms.jobs.cancel(caller.tenant_id, canonical_id(job_id)))


_EITHER: dict[int | str, dict[str, Any]] = {
    202: {"model": Job, "description": "The job, which is on disk; `Location` tells where to look after it."},
}


@router.post("/api/v1/deliveries/retry", operation_id="retryDeliveries", response_model=BulkPreview, responses=_EITHER)
async def retry_deliveries(body: BulkRetryInput, rooms: RoomsOf, caller: Retrier) -> Response:
    """The next attempt of many deliveries, as a job; with `dryRun` only what it would do."""
    return await _bulk("deliveries.retry", body, rooms, caller)


@router.post(
    "/api/v1/deliveries/cancel", operation_id="cancelDeliveries", response_model=BulkPreview, responses=_EITHER
)
async def cancel_deliveries(body: BulkInput, rooms: RoomsOf, caller: Retrier) -> Response:
    """End many deliveries on purpose, as a job; with `dryRun` only what it would do."""
    return await _bulk("deliveries.cancel", body, rooms, caller)


async def _bulk(kind: Kind, body: BulkInput, rooms: Rooms, caller: Caller) -> Response:
    bulk = Bulk(rooms.database, rooms.clock)
    wish = Wish(
        kind,
        None if body.query is None else body.query.members(),
        body.ids or (),
        body.force if isinstance(body, BulkRetryInput) else False,
        body.rate_per_second,
    )
    plan = bulk.plan(wish)
    preview = await bulk.preview(caller.tenant_id, kind, plan)
    if body.dry_run:
        sample = [DeliverySummary.model_validate(members_of(row)) for row in preview.sample]
        return _json(BulkPreview(total=preview.total, sample=sample, skipped=dict(preview.skipped)), 200)
    # What was named by id is answered for one by one; what a query skips is not its business.
    total = len(plan["ids"]) if "ids" in plan else preview.total
    row = await rooms.jobs.create(caller.tenant_id, kind, plan, total=total, actor=caller.actor)
    return _json(job_shape(row), 202, {"Location": f"/api/v1/jobs/{row.id}"})


def _json(answer: Answer, status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(answer.model_dump_json(by_alias=True), status, headers, "application/json")


def job_shape(row: JobRow) -> Job:
    """A job as it is shown."""
    return Job.model_validate(
        {
            "id": row.id,
            "kind": row.kind,
            "status": row.status,
            "done": row.done,
            "total": row.total,
            "succeeded": row.succeeded,
            "failed": row.failed,
            "errors": row.errors,
            "plan": row.plan,
            "created_by": row.actor,
            "created_at": instant(row.created_at),
            "started_at": optional_instant(row.started_at),
            "finished_at": optional_instant(row.finished_at),
        }
    )
