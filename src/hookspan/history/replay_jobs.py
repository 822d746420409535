"""Replay many events as a job: what a query means, what it would do, and one batch of it (contracts C.3).

A plan is JSON as it is shown: `{"query":{…} | "eventIds":[…], "ratePerSecond", "endpointIds"?, "reason"?, "before"}`.
Events are replayed oldest first, none born at `before` or later and none that the job made itself, so it ends though
its own replays match its query. Each is replayed once, also when the process dies between an event and the cursor
behind it: what a job has replayed is known from the rows written with the new events.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hookspan.errors import Conflict, Fault, Gone, HookspanError, Invalid, NotFound
from hookspan.history.bulk import IDS_MOST, RATE_MOST, RATE_USUAL
from hookspan.history.replay import Replays
from hookspan.history.replay_query import question_of
from hookspan.history.search import EventQuestion, walk_of
from hookspan.model.ids import canonical_id
from hookspan.model.times import instant, parse_instant
from hookspan.ports import Clock, ReplayOrder
from hookspan.storage.database import Database
from hookspan.storage.endpoints import endpoints_find
from hookspan.storage.event_walk import walk_stretch
from hookspan.storage.jobs import Batch, JobRow
from hookspan.storage.replays import Candidate, candidates, done_by_job, made_by_job

KIND = "events.replay"
COUNT_PAGE = 1_000
BATCH_BYTES = 8 * 1_048_576
SAMPLE = 5
ENDPOINTS_MOST = 1_000
REASON_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class BulkReplay:
    """A replay of many as asked for: by query (public names, each a list or a value) or by ids, never both."""

    query: Mapping[str, Any] | None
    event_ids: Sequence[str]
    rate_per_second: int = RATE_USUAL
    endpoint_ids: Sequence[str] | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ReplayPreview:
    """What it would do: `skipped` counts by the reason why; `sample` are the first events."""

    total: int
    skipped: Mapping[str, int]
    sample: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Page:
    """Events next in line: those to replay with what is known of them, and the cursor behind them (None: the end)."""

    ids: Sequence[str]
    found: Mapping[str, Candidate]
    cursor: str | None


class BulkReplays:
    """Plans replays of many events, and does them batch by batch for the room that runs jobs."""

    def __init__(self, database: Database, clock: Clock, replays: Replays) -> None:
        self._database = database
        self._clock = clock
        self._replays = replays

    def plan(self, wish: BulkReplay) -> dict[str, Any]:
        """The plan of a wish, checked; Invalid for one that names nothing or too much."""
        if (wish.query is None) == (not wish.event_ids):
            raise Invalid.one("/query", "give either a query or eventIds")
        if wish.query is not None and not wish.query:
            raise Invalid.one("/query", "name at least one filter")
        if len(wish.event_ids) > IDS_MOST:
            raise Invalid.one("/eventIds", f"at most {IDS_MOST} ids; use a query for more")
        if not 1 <= wish.rate_per_second <= RATE_MOST:
            raise Invalid.one("/ratePerSecond", f"must be between 1 and {RATE_MOST}")
        whom: dict[str, Any] = {"eventIds": _named(wish.event_ids, "/eventIds")}
        if wish.query is not None:
            whom = {"query": dict(wish.query)}
        plan = {**whom, "ratePerSecond": wish.rate_per_second, "before": instant(self._clock.now_ms() + 1)}
        if wish.endpoint_ids is not None:
            if not 1 <= len(wish.endpoint_ids) <= ENDPOINTS_MOST:
                raise Invalid.one("/endpointIds", f"name 1 to {ENDPOINTS_MOST} endpoints, or leave it out for all")
            plan["endpointIds"] = _named(wish.endpoint_ids, "/endpointIds")
        if wish.reason is not None:
            plan["reason"] = wish.reason
        _question(plan, self._clock.now_ms())
        return plan

    async def preview(self, tenant_id: str, plan: Mapping[str, Any]) -> ReplayPreview:
        """Count whom the plan means, in stretches, so that no reader is held for long; Invalid for no such endpoint."""
        await self._check_endpoints(tenant_id, plan.get("endpointIds", ()))
        total, cursor = 0, ""
        skipped: Counter[str] = Counter()
        sample: list[str] = []
        while True:
            page = await self._page(tenant_id, plan, cursor, COUNT_PAGE)
            refused = await self._replays.refusals(tenant_id, list(page.found.values()))
            skipped.update(refused.values())
            skipped.update("not_found" for identity in page.ids if identity not in page.found)
            fit = [identity for identity in page.ids if identity in page.found and identity not in refused]
            total += len(fit)
            sample += fit[: SAMPLE - len(sample)]
            if page.cursor is None:
                return ReplayPreview(total, skipped, sample)
            cursor = page.cursor

    async def step(self, job: JobRow, most: int, _now: int) -> Batch:
        """Replay the next events behind the job's cursor, at most `most`."""
        page = await self._page(job.tenant_id, job.plan, job.cursor or "", most, bytes_most=BATCH_BYTES)
        done = await self._database.read(done_by_job, job.tenant_id, job.id, page.ids)
        waiting = [identity for identity in page.ids if identity not in done]
        if "query" in job.plan:
            own = await self._database.read(made_by_job, job.tenant_id, job.id, waiting)
            refused = await self._replays.refusals(job.tenant_id, list(page.found.values()))
            # What a query cannot replay was told beforehand; it is not an error of the job.
            waiting = [identity for identity in waiting if identity not in own and identity not in refused]
        orders = (self._replay(job, identity, page.found) for identity in waiting)
        # All come to their end before the job does: a batch that is done again must find what this one did.
        results = await asyncio.gather(*orders, return_exceptions=True)
        errors = _errors_of(results)
        succeeded = len(done) + len(waiting) - len(errors)
        return Batch(page.cursor, succeeded, errors, page.cursor is None)

    async def _check_endpoints(self, tenant_id: str, ids: Sequence[str]) -> None:
        known = {row.id for row in await self._database.read(endpoints_find, tenant_id, ids)} if ids else set()
        faults = [
            Fault(f"/endpointIds/{place}", "validation_error", "there is no such endpoint")
            for place, identity in enumerate(ids)
            if identity not in known
        ]
        if faults:
            raise Invalid(faults)

    async def _replay(self, job: JobRow, event_id: str, found: Mapping[str, Candidate]) -> Mapping[str, str] | None:
        endpoint_ids = job.plan.get("endpointIds")
        order = ReplayOrder(
            tenant_id=job.tenant_id,
            event_id=event_id,
            actor=job.actor,
            reason=job.plan.get("reason"),
            job_id=job.id,
            endpoint_ids=None if endpoint_ids is None else frozenset(endpoint_ids),
        )
        try:
            await self._replays.one_of_job(order, found)
        except (NotFound, Conflict, Gone, Invalid) as error:
            return _told(event_id, error)
        return None

    async def _page(
        self, tenant_id: str, plan: Mapping[str, Any], cursor: str, most: int, *, bytes_most: int | None = None
    ) -> _Page:
        """The next of a plan; `bytes_most` bounds what they weigh together, but for the first."""
        if "eventIds" in plan:
            begin = int(cursor or 0)
            ids = plan["eventIds"][begin : begin + most]
            found = await self._database.read(candidates, tenant_id, ids)
            taken = _within([found[each].size if each in found else 0 for each in ids], bytes_most)
            end = begin + taken
            return _Page(ids[:taken], found, str(end) if end < len(plan["eventIds"]) else None)
        walk = walk_of(tenant_id, _question(plan, self._clock.now_ms()))
        stretch = await self._database.read(walk_stretch, walk, cursor or None, most, rising=True)
        found = await self._database.read(candidates, tenant_id, stretch.ids)
        ids = [identity for identity in stretch.ids if identity in found]
        taken = _within([found[each].size for each in ids], bytes_most)
        reached = ids[taken - 1] if taken < len(ids) else stretch.last
        return _Page(ids[:taken], found, reached)


def _errors_of(results: Sequence[Mapping[str, str] | BaseException | None]) -> list[Mapping[str, str]]:
    """What was refused; raises what is no refusal, such as a database that is away."""
    errors = []
    for result in results:
        if isinstance(result, BaseException):
            raise result
        if result is not None:
            errors.append(result)
    return errors


def _within(sizes: Sequence[int], most: int | None) -> int:
    """How many of these fit together; at least one."""
    if most is None:
        return len(sizes)
    total = 0
    for place, size in enumerate(sizes):
        total += size
        if total > most and place:
            return place
    return len(sizes)


def _question(plan: Mapping[str, Any], now: int) -> EventQuestion:
    return question_of(plan.get("query", {}), parse_instant(plan["before"], "/before"), now)


def _named(texts: Sequence[str], pointer: str) -> list[str]:
    """Ids in canonical spelling, each once; Invalid points at a text that is none."""
    ids = []
    for place, text in enumerate(texts):
        try:
            ids.append(canonical_id(text))
        except NotFound:
            raise Invalid.one(f"{pointer}/{place}", "is no id") from None
    return list(dict.fromkeys(ids))


def _told(event_id: str, error: HookspanError) -> Mapping[str, str]:
    return {"id": event_id, "code": error.code, "detail": error.detail}
