"""Retry and cancel many deliveries at once: what a query means, what it would do, and the job that does it.

A plan is JSON as it is shown: `{"query":{…} | "ids":[…], "force", "ratePerSecond", "before"}`; nothing born at `before`
or later is touched, so a job ends though new deliveries keep failing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from hookspan.errors import Invalid, NotFound
from hookspan.model.ids import canonical_id
from hookspan.model.times import instant, parse_instant
from hookspan.ports import Clock
from hookspan.storage.database import Database
from hookspan.storage.deliveries_list import DeliveryFilter, DeliveryRow, deliveries_find
from hookspan.storage.jobs import Batch, JobRow, Unit
from hookspan.storage.jobs_deliveries import Meant, deliveries_change, deliveries_count
from hookspan.storage.keyset import ALWAYS, Span

if TYPE_CHECKING:
    from sqlalchemy import Connection

Kind = Literal["deliveries.retry", "deliveries.cancel"]
IDS_MOST = 1_000
RATE_USUAL, RATE_MOST = 50, 500
_STATUS_CODE = re.compile(r"[1-5](?:[0-9]{2}|xx)")


def filter_of(query: Mapping[str, Any], span: Span = ALWAYS) -> DeliveryFilter:
    """The filter that a query by public names means, each a list but the priority; Invalid for a false status code."""
    return DeliveryFilter(
        statuses=query.get("status", ()),
        reasons=query.get("reason", ()),
        outcomes=query.get("outcome", ()),
        endpoint_ids=ids_of(query.get("endpointId", ())),
        event_ids=ids_of(query.get("eventId", ())),
        event_types=query.get("eventType", ()),
        status_spans=[_status_span(text) for text in query.get("statusCode", ())],
        priority=query.get("priority"),
        span=span,
    )


def ids_of(texts: Sequence[str]) -> tuple[str, ...]:
    """Ids of a filter in canonical spelling; a text that is no id matches nothing."""
    return tuple(_id_or_nothing(text) for text in texts)


def _id_or_nothing(text: str) -> str:
    try:
        return canonical_id(text)
    except NotFound:
        return ""


def _status_span(text: str) -> tuple[int, int]:
    if not _STATUS_CODE.fullmatch(text):
        raise Invalid.one("/statusCode", "must be a status such as 404, or a class such as 5xx")
    return (int(text[0]) * 100, int(text[0]) * 100 + 100) if text.endswith("xx") else (int(text), int(text) + 1)


@dataclass(frozen=True, slots=True)
class Wish:
    """A bulk change as asked for: by query (with instants `from` and `to`) or by ids, never both."""

    kind: Kind
    query: Mapping[str, Any] | None
    ids: Sequence[str]
    force: bool = False
    rate_per_second: int = RATE_USUAL


@dataclass(frozen=True, slots=True)
class Preview:
    """What it would do: `skipped` counts by the code that a single call would answer."""

    total: int
    skipped: Mapping[str, int]
    sample: Sequence[DeliveryRow]


class Bulk:
    """Plans bulk changes of deliveries."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def plan(self, wish: Wish) -> dict[str, Any]:
        """The plan of a wish, checked; Invalid for one that names nothing or too much."""
        if (wish.query is None) == (not wish.ids):
            raise Invalid.one("/query", "give either a query or ids")
        if wish.query is not None and not wish.query:
            raise Invalid.one("/query", "name at least one filter")
        if len(wish.ids) > IDS_MOST:
            raise Invalid.one("/ids", f"at most {IDS_MOST} ids; use a query for more")
        if not 1 <= wish.rate_per_second <= RATE_MOST:
            raise Invalid.one("/ratePerSecond", f"must be between 1 and {RATE_MOST}")
        whom: dict[str, Any] = {"ids": _named(wish.ids)}
        if wish.query is not None:
            whom = {"query": dict(wish.query)}
        paced = {"ratePerSecond": wish.rate_per_second, "before": instant(self._clock.now_ms() + 1)}
        plan = {**whom, **({"force": wish.force} if wish.kind == "deliveries.retry" else {}), **paced}
        _meant("", plan)
        return plan

    async def preview(self, tenant_id: str, kind: Kind, plan: Mapping[str, Any]) -> Preview:
        """Count whom the plan means, in stretches, so that no reader is held for long."""
        meant, force = _meant(tenant_id, plan), bool(plan.get("force"))
        total, edge = 0, None
        skipped: Counter[str] = Counter()
        sample: list[str] = []
        while True:
            counted = await self._database.read(deliveries_count, meant, kind, force, edge)
            total, edge = total + counted.total, counted.edge
            skipped.update(counted.skipped)
            sample += counted.sample[: 5 - len(sample)]
            if edge is None:
                break
        if meant.ids and len(meant.ids) > total + skipped.total():
            skipped["not_found"] = len(meant.ids) - total - skipped.total()
        rows = {row.id: row for row in await self._database.read(deliveries_find, tenant_id, sample)}
        return Preview(total, skipped, [rows[each] for each in sample if each in rows])


def _named(texts: Sequence[str]) -> list[str]:
    """Ids in canonical spelling, each once; Invalid points at a text that is none."""
    ids = ids_of(texts)
    for place, identity in enumerate(ids):
        if not identity:
            raise Invalid.one(f"/ids/{place}", "is no id")
    return list(dict.fromkeys(ids))


def _meant(tenant_id: str, plan: Mapping[str, Any]) -> Meant:
    query = dict(plan.get("query", {}))
    start, end = query.pop("from", None), query.pop("to", None)
    span = Span(
        None if start is None else parse_instant(start, "/query/from"),
        None if end is None else parse_instant(end, "/query/to"),
    )
    return Meant(tenant_id, filter_of(query, span), plan.get("ids", ()), parse_instant(plan["before"], "/before"))


def _unit(connection: Connection, job: JobRow, most: int, now: int) -> Batch:
    meant = _meant(job.tenant_id, job.plan)
    return deliveries_change(connection, job, meant, bool(job.plan.get("force")), most=most, now=now)


UNITS: Mapping[str, Unit] = {"deliveries.retry": _unit, "deliveries.cancel": _unit}
"""How one batch of each kind is done, for the room that runs jobs."""
