"""`/api/v1/issues`: what fails, put together by endpoint, error code and status (contracts C.7)."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.bodies import Answer
from hookspan.api.deliveries import Wanted
from hookspan.api.paging import Listing
from hookspan.api.rooms import RoomsOf
from hookspan.model.times import instant, optional_instant
from hookspan.storage.issues import Issue as IssueRow
from hookspan.storage.issues import issues_find

router = APIRouter(tags=["deliveries"])


class Issue(Answer):
    """Deliveries of one object that last failed in one way; `sampleIds` are the newest of them."""

    kind: Literal["endpoint"]
    endpoint_id: str
    error_code: str
    status_code: int | None
    count: int
    exhausted: int
    first_seen_at: str
    last_seen_at: str
    sample_ids: list[str]


class IssueList(Listing):
    """All issues, the one with most deliveries first; `countedFrom` is set when there was too much to look at."""

    data: list[Issue]
    counted_from: str | None


@router.get("/api/v1/issues", operation_id="listIssues")
async def list_issues(rooms: RoomsOf, caller: Annotated[Caller, may("deliveries:read")], wanted: Wanted) -> IssueList:
    """What fails now, by endpoint, error code and status; takes the filters of the list of deliveries."""
    found, counted_from = await rooms.database.read(issues_find, caller.tenant_id, wanted)
    return IssueList(
        data=[_issue(issue) for issue in found],
        counted_from=optional_instant(counted_from),
        has_more=False,
        next_cursor=None,
        prev_cursor=None,
    )


def _issue(issue: IssueRow) -> Issue:
    return Issue(
        kind="endpoint",
        endpoint_id=issue.endpoint_id,
        error_code=issue.error_code,
        status_code=issue.status_code,
        count=issue.count,
        exhausted=issue.exhausted,
        first_seen_at=instant(issue.first_seen_at),
        last_seen_at=instant(issue.last_seen_at),
        sample_ids=issue.samples,
    )
