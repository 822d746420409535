"""Endpoints that fail for days: find them, note the warnings given, disable them in the end (reliability §4.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select, update

from hookspan.model.events import Birth
from hookspan.storage import events, routing
from hookspan.storage.tables import endpoints, gates

_gates, _endpoints = gates.c, endpoints.c


@dataclass(frozen=True, slots=True)
class Failing:
    """An active endpoint without any success since `since` (epoch ms); `warned` counts the warnings given."""

    endpoint_id: str
    tenant_id: str
    name: str
    url: str
    since: int
    failures: int
    warned: int


def endpoints_failing(connection: Connection, since_before: int, after: str, most: int) -> list[Failing]:
    """Active endpoints that have failed since before `since_before`, by id after `after`."""
    query = (
        select(
            _gates.endpoint_id,
            _gates.tenant_id,
            _endpoints.name,
            _endpoints.url,
            _gates.failing_since,
            _gates.fail_streak,
            _gates.warned,
        )
        .join(endpoints, _endpoints.id == _gates.endpoint_id)
        .where(
            _gates.failing_since <= since_before,
            _gates.endpoint_id > after,
            _endpoints.status == "active",
            _endpoints.deleted_at.is_(None),
        )
        .order_by(_gates.endpoint_id)
        .limit(most)
    )
    return [Failing(*row) for row in connection.execute(query)]


def endpoint_warn(connection: Connection, failing: Failing, warned: int, births: Sequence[Birth]) -> bool:
    """Note that warning number `warned` is given, and bring its fact into being.

    False when the endpoint recovered meanwhile, another process warned, or the fact must be matched again.
    """
    if events.stale_tenants(connection, births):
        return False
    noted = connection.execute(update(gates).where(*_unchanged(failing), _gates.warned < warned).values(warned=warned))
    if noted.rowcount:
        events.record_judged(connection, births)
    return noted.rowcount == 1


def endpoint_fail(connection: Connection, failing: Failing, now: int, births: Sequence[Birth]) -> bool:
    """Disable it for its failures; False as for a warning."""
    if events.stale_tenants(connection, births) or not _still_fails(connection, failing):
        return False
    disabled = connection.execute(
        update(endpoints)
        .where(
            _endpoints.id == failing.endpoint_id,
            _endpoints.tenant_id == failing.tenant_id,
            _endpoints.status == "active",
        )
        .values(status="disabled", status_reason="failures", status_changed_at=now, version=_endpoints.version + 1)
    )
    if disabled.rowcount:
        events.record_judged(connection, births)
        routing.bump(connection, failing.tenant_id)
    return disabled.rowcount == 1


def _unchanged(failing: Failing) -> tuple[ColumnElement[bool], ...]:
    return (_gates.endpoint_id == failing.endpoint_id, _gates.failing_since == failing.since)


def _still_fails(connection: Connection, failing: Failing) -> bool:
    query = select(_gates.endpoint_id).where(*_unchanged(failing)).with_for_update()
    return connection.execute(query).first() is not None
