"""What came to sources lately, and sources by it: health and error rate without reading every receipt.

Failures are few and have an index of their own. Receipts are counted, from an index alone, only for sources where
something failed; for the others one look tells whether anything came. So a list by health or error rate costs one such
look for each source of the tenant and a count for each that fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, exists, func, select, text

from hookspan.model.source_health import DAY_MS, HOUR_MS, ReceiptCounts, SourceCounts, health_of
from hookspan.storage.dialect import one_of
from hookspan.storage.keyset import Span, first_id_at, named_tenant
from hookspan.storage.receipts import APART
from hookspan.storage.tables import webhook_events, webhooks
from hookspan.storage.webhooks import WebhookFilter, WebhookRow, webhooks_matching, webhooks_named

# The literal texts let both planners use the partial indexes, which a bound parameter would not.
_NOT_PROCESSED = text("webhook_events.status <> 'processed'")
_IS_TEST = text("webhook_events.test")
_receipt = webhook_events.c
LATEST_MS = 2**48 - 1


def source_counts(
    connection: Connection, tenant_id: str, webhook_ids: Sequence[str], now: int
) -> dict[str, SourceCounts]:
    """For each source its receipts of the last hour and the last day."""
    apart = _apart(connection, tenant_id, webhook_ids, now)
    failing = [webhook_id for webhook_id, counts in apart.items() if counts["failed"][1]]
    totals = _totals(connection, tenant_id, failing, now)
    used = _used(connection, tenant_id, [each for each in webhook_ids if each not in totals], now)
    found: dict[str, SourceCounts] = {}
    for webhook_id in webhook_ids:
        any_came = int(webhook_id in used)
        hour, day = totals.get(webhook_id, (any_came, any_came))
        numbers = apart.get(webhook_id, _NOTHING)
        found[webhook_id] = SourceCounts(
            ReceiptCounts(hour, numbers["failed"][0], numbers["other"][0]),
            ReceiptCounts(day, numbers["failed"][1], numbers["other"][1]),
        )
    return found


def sources_judged(
    connection: Connection, tenant_id: str, wanted: WebhookFilter, limit: int, offset: int, *, now: int
) -> tuple[list[WebhookRow], int]:
    """One page of the sources with a certain health, or in order of their error rate over a day; and the total."""
    statuses = webhooks_matching(connection, tenant_id, wanted)
    counts = source_counts(connection, tenant_id, list(statuses), now)
    chosen = [
        webhook_id
        for webhook_id, status in statuses.items()
        if wanted.health is None or health_of(status, counts[webhook_id]) == wanted.health
    ]
    if wanted.sort.endswith("error_rate"):
        chosen.sort(key=lambda each: (counts[each].day.error_rate, each), reverse=wanted.sort.startswith("-"))
    page = chosen[offset : offset + limit]
    return webhooks_named(connection, tenant_id, page), len(chosen)


_NOTHING = {"failed": (0, 0), "other": (0, 0)}


def _in_hour(now: int) -> ColumnElement[Any]:
    return func.sum(case((_receipt.created_at >= now - HOUR_MS, 1), else_=0))


def _apart(
    connection: Connection, tenant_id: str, webhook_ids: Sequence[str], now: int
) -> dict[str, dict[str, tuple[int, int]]]:
    """Receipts of each source that were not processed, `failed` and `other`: in the hour and in the day."""
    # Coalesced, so that the planner finds these few by their state and not by walking through all of the source's.
    theirs = (one_of(func.coalesce(_receipt.webhook_id, ""), webhook_ids), _receipt.created_at >= now - DAY_MS)
    query = (
        select(_receipt.webhook_id, _receipt.status, _in_hour(now), func.count())
        .where(*theirs, named_tenant(_receipt.tenant_id, tenant_id), _NOT_PROCESSED, one_of(_receipt.status, APART))
        .where(_receipt.test.is_(False))
        .group_by(_receipt.webhook_id, _receipt.status)
    )
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for webhook_id, status, hour, day in connection.execute(query):
        numbers = found.setdefault(webhook_id, dict(_NOTHING))
        kind = "failed" if status == "failed" else "other"
        numbers[kind] = (numbers[kind][0] + int(hour), numbers[kind][1] + day)
    return found


def _totals(connection: Connection, tenant_id: str, webhook_ids: Sequence[str], now: int) -> dict[str, tuple[int, int]]:
    """All receipts of these sources in the hour and in the day, from an index alone; the few tests taken off."""
    if not webhook_ids:
        return {}
    in_hour = func.sum(case((_receipt.id >= first_id_at(now - HOUR_MS), 1), else_=0))
    mine = (one_of(_receipt.webhook_id, webhook_ids), _receipt.id >= first_id_at(now - DAY_MS))
    query = select(_receipt.webhook_id, in_hour, func.count()).where(*mine).group_by(_receipt.webhook_id)
    totals = {webhook_id: (int(hour), day) for webhook_id, hour, day in connection.execute(query)}
    for webhook_id, created_at in tests_since(connection, tenant_id, now - DAY_MS):
        if webhook_id in totals:
            hour, day = totals[webhook_id]
            totals[webhook_id] = (hour - (created_at >= now - HOUR_MS), day - 1)
    return totals


def tests_since(connection: Connection, tenant_id: str, since: int) -> Sequence[tuple[str, int]]:
    """Source and birth (epoch ms) of the receipts that were tests; they have an index of their own and are few."""
    # With both ends, because with one SQLite would rather walk through all of the tenant's.
    born = Span(since, LATEST_MS).holds(_receipt.id)
    query = select(_receipt.webhook_id, _receipt.created_at).where(_receipt.tenant_id == tenant_id, _IS_TEST, *born)
    return [(row.webhook_id, row.created_at) for row in connection.execute(query)]


def _used(connection: Connection, tenant_id: str, webhook_ids: Sequence[str], now: int) -> set[str]:
    """Those of the sources to which anything came within the day: one look into the index each."""
    came = exists().where(
        _receipt.webhook_id == webhooks.c.id, _receipt.id >= first_id_at(now - DAY_MS), _receipt.test.is_(False)
    )
    mine = (one_of(webhooks.c.id, webhook_ids), named_tenant(webhooks.c.tenant_id, tenant_id))
    return set(connection.execute(select(webhooks.c.id).where(*mine, came)).scalars())
