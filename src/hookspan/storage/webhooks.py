"""Sources (the table is called as seed 003 calls it) and their sealed secrets: born, found, listed, changed, deleted.

Every change bumps the tenant's routing version in the same unit: that is how other processes see that their
snapshot of the sources is stale.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from sys import intern
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, insert, or_, select, update

from hookspan.errors import Conflict, Invalid, NotFound
from hookspan.storage import routing
from hookspan.storage.audit import Entry, audit_insert
from hookspan.storage.bindings import workflow_binding
from hookspan.storage.dialect import one_of
from hookspan.storage.sealed_secrets import SecretRow, of_sources
from hookspan.storage.tables import tenants, webhook_filters, webhook_tests, webhooks

_write = msgspec.json.Encoder().encode

CALL_NODE = "trigger"
"""The `nodeId` of a source that names none: whichever webhook trigger its workflow has first, if any."""
PATH_RESTS_MS = 86_400_000
"""A deleted source keeps its path for a day, so that its senders cannot reach somebody else's source by surprise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRow:
    """A source as stored; `settings` is the JSON of inbound.settings, `secrets` are newest first.

    `filters` are its rows in the order of contracts B.4, each as the JSON of its members; a list leaves them out.
    """

    id: str
    tenant_id: str
    workflow_id: str | None
    node_id: str
    name: str
    description: str
    path: str
    auth_type: str
    provider: str | None
    status: str
    priority: int
    settings: str
    version: int
    created_at: int
    updated_at: int
    trigger_count: int = 0
    last_triggered_at: int | None = None
    secrets: tuple[SecretRow, ...] = ()
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookFilter:
    """Which sources a list shows; `text` is looked for in name and path, `sort` names a column, `-` first descends.

    `health` and the sort `error_rate` are no columns: storage.source_counts judges by them.
    """

    workflow_id: str | None = None
    statuses: Sequence[str] = ()
    auth_type: str | None = None
    provider: str | None = None
    priority: int | None = None
    text: str | None = None
    health: str | None = None
    sort: str = "-created_at"

    @property
    def is_judged(self) -> bool:
        """Whether receipts must be looked at to answer."""
        return self.health is not None or self.sort.endswith("error_rate")


Change = Callable[[WebhookRow], WebhookRow]


def webhook_insert(connection: Connection, row: WebhookRow, *, is_path_chosen: bool, most: int) -> WebhookRow:
    """Write a new source; Conflict for a name or path that is taken, Invalid for an unknown workflow."""
    counted = select(func.count()).select_from(webhooks).where(*_of_tenant(row.tenant_id))
    if connection.execute(counted).scalar_one() >= most:
        raise Conflict(f"this tenant has {most} sources already; delete one first")
    _check(connection, row, is_path_chosen=is_path_chosen)
    connection.execute(insert(webhooks).values(id=row.id, tenant_id=row.tenant_id, **_columns(row)))
    of_sources.change(connection, (row.tenant_id, row.id), (), row.secrets)
    routing.bump(connection, row.tenant_id)
    return row


def webhook_find(connection: Connection, tenant_id: str, webhook_id: str) -> WebhookRow:
    """One source; NotFound when it is missing, deleted or another tenant's."""
    return _found(connection, _select(tenant_id).where(webhooks.c.id == webhook_id))


def webhooks_offset(
    connection: Connection, tenant_id: str, wanted: WebhookFilter, limit: int, offset: int
) -> tuple[list[WebhookRow], int]:
    """One page and the total."""
    conditions = _conditions(wanted)
    counted = select(func.count()).select_from(webhooks).where(*_of_tenant(tenant_id), *conditions)
    total = connection.execute(counted).scalar_one()
    query = _select(tenant_id).where(*conditions).order_by(*_order(wanted)).limit(limit).offset(offset)
    return _with_secrets(connection, connection.execute(query).all()), total


def webhooks_matching(connection: Connection, tenant_id: str, wanted: WebhookFilter) -> dict[str, str]:
    """The status of every source that the columns' filters let through, by id and in the order asked for."""
    columns = (webhooks.c.id, webhooks.c.status)
    query = select(*columns).where(*_of_tenant(tenant_id), *_conditions(wanted)).order_by(*_order(wanted))
    return {row.id: row.status for row in connection.execute(query)}


def webhooks_named(connection: Connection, tenant_id: str, webhook_ids: Sequence[str]) -> list[WebhookRow]:
    """These sources in the order of the ids, without their filters."""
    query = _select(tenant_id).where(one_of(webhooks.c.id, webhook_ids))
    found = {row.id: row for row in _with_secrets(connection, connection.execute(query).all())}
    return [found[webhook_id] for webhook_id in webhook_ids if webhook_id in found]


def webhooks_all(
    connection: Connection, tenant_ids: Sequence[str] | None = None
) -> tuple[dict[str, int], list[WebhookRow]]:
    """Routing version of every tenant, and the sources of those asked for (None: of all), read in one transaction."""
    versions = {
        row.id: row.routing_version for row in connection.execute(select(tenants.c.id, tenants.c.routing_version))
    }
    if tenant_ids is not None and not tenant_ids:
        return versions, []
    query = select(webhooks).where(webhooks.c.deleted_at.is_(None))
    if tenant_ids is not None:
        query = query.where(one_of(webhooks.c.tenant_id, tenant_ids))
    return versions, _whole(connection, connection.execute(query).all())


def webhook_change(
    connection: Connection, tenant_id: str, webhook_id: str, change: Change, *, now: int, entry: Entry | None = None
) -> WebhookRow:
    """Read, change and write in one unit; `change` may raise to refuse, `entry` tells of it where no route does."""
    was = _found(connection, _select(tenant_id).where(webhooks.c.id == webhook_id).with_for_update())
    wished = change(was)
    if wished == was:
        return was
    stored = replace(wished, version=was.version + 1, updated_at=now)
    _check(connection, stored, was=was, is_path_chosen=stored.path != was.path)
    mine = (webhooks.c.id == was.id, webhooks.c.tenant_id == tenant_id)
    connection.execute(update(webhooks).where(*mine).values(**_columns(stored)))
    of_sources.change(connection, (tenant_id, was.id), was.secrets, stored.secrets)
    if entry is not None:
        audit_insert(connection, entry)
    routing.bump(connection, tenant_id)
    return stored


def webhook_delete(connection: Connection, tenant_id: str, webhook_id: str, *, now: int) -> None:
    """Mark it deleted and forget its secrets, filters and tests; its path rests for a day.

    What is held for it is ended by those who let go (inbound/holding.py), each with its fact.
    """
    mine = (webhooks.c.id == webhook_id, *_of_tenant(tenant_id))
    gone = connection.execute(update(webhooks).where(*mine).values(deleted_at=now, updated_at=now))
    if gone.rowcount == 0:
        raise NotFound("no such webhook")
    of_sources.forget(connection, tenant_id, webhook_id)
    for table in (webhook_filters, webhook_tests):
        connection.execute(delete(table).where(table.c.tenant_id == tenant_id, table.c.webhook_id == webhook_id))
    routing.bump(connection, tenant_id)


def _of_tenant(tenant_id: str) -> tuple[ColumnElement[bool], ...]:
    return (webhooks.c.tenant_id == tenant_id, webhooks.c.deleted_at.is_(None))


def _select(tenant_id: str) -> Select[Any]:
    return select(webhooks).where(*_of_tenant(tenant_id))


def _order(wanted: WebhookFilter) -> tuple[ColumnElement[Any], ...]:
    name = wanted.sort.removeprefix("-")
    if name not in webhooks.c:
        return (webhooks.c.id,)
    column = webhooks.c[name]
    falls = wanted.sort.startswith("-")
    return (column.desc().nulls_last(), webhooks.c.id.desc()) if falls else (column.asc().nulls_last(), webhooks.c.id)


def _conditions(wanted: WebhookFilter) -> list[ColumnElement[bool]]:
    column = webhooks.c
    equal = (
        (column.workflow_id, wanted.workflow_id),
        (column.auth_type, wanted.auth_type),
        (column.provider, wanted.provider),
        (column.priority, wanted.priority),
    )
    conditions: list[ColumnElement[bool]] = [one == value for one, value in equal if value is not None]
    if wanted.statuses:
        conditions.append(one_of(column.status, wanted.statuses))
    if wanted.text:
        part = wanted.text.lower()
        in_name = func.lower(column.name).contains(part, autoescape=True)
        conditions.append(or_(in_name, func.lower(column.path).contains(part, autoescape=True)))
    return conditions


# -- what must hold in the transaction ------------------------------------------------------------------------------


def _check(connection: Connection, row: WebhookRow, *, is_path_chosen: bool, was: WebhookRow | None = None) -> None:
    if was is None or row.name != was.name:
        same_name = _select(row.tenant_id).where(webhooks.c.name == row.name, webhooks.c.id != row.id)
        if connection.execute(same_name).first() is not None:
            raise Conflict(f"there is a webhook named {row.name!r} already", code="name_taken")
    if was is None or row.path != was.path:
        _claim_path(connection, row)
    if is_path_chosen:
        _check_slug(connection, row)
    if row.workflow_id is not None and (was is None or _bound(row) != _bound(was)):
        _, workflow = workflow_binding(connection, row.tenant_id, row.workflow_id)
        if workflow is None:
            raise Invalid.one("/workflowId", "there is no such workflow")
        if not workflow.called_ids:
            raise Invalid.one("/workflowId", "the workflow has no webhook trigger; add one to it first")
        if row.node_id != CALL_NODE and row.node_id not in workflow.called_ids:
            detail = f"must be the id of a webhook trigger of the workflow, or {CALL_NODE} for its first"
            raise Invalid.one("/nodeId", detail)


def _bound(row: WebhookRow) -> tuple[str | None, str]:
    return row.workflow_id, row.node_id


def _claim_path(connection: Connection, row: WebhookRow) -> None:
    """Take over the path of a source that has been deleted for a day; its row keeps its id for a path."""
    holder = connection.execute(
        select(webhooks.c.id, webhooks.c.deleted_at).where(webhooks.c.path == row.path, webhooks.c.id != row.id)
    ).first()
    if holder is None:
        return
    if holder.deleted_at is None or holder.deleted_at > row.updated_at - PATH_RESTS_MS:
        raise Conflict("this path is taken; choose another one", code="path_taken")
    connection.execute(update(webhooks).where(webhooks.c.id == holder.id).values(path=holder.id))


def _check_slug(connection: Connection, row: WebhookRow) -> None:
    slugs = {each.id: each.slug for each in connection.execute(select(tenants.c.id, tenants.c.slug).limit(1_000))}
    slug = slugs.get(row.tenant_id, "")
    if len(slugs) > 1 and row.path.partition("/")[0] != slug:
        raise Invalid.one("/path", f"must begin with {slug}/ on an instance with several tenants")


# -- rows ------------------------------------------------------------------------------------------------------------


def _found(connection: Connection, query: Select[Any]) -> WebhookRow:
    row = connection.execute(query).first()
    if row is None:
        raise NotFound("no such webhook")
    return _whole(connection, [row])[0]


def _with_secrets(connection: Connection, rows: Sequence[Row[Any]]) -> list[WebhookRow]:
    secrets = of_sources.of(connection, {row.id: row.tenant_id for row in rows})
    return [_webhook(row, secrets.get(row.id, ()), ()) for row in rows]


def _whole(connection: Connection, rows: Sequence[Row[Any]]) -> list[WebhookRow]:
    """With secrets and filters: as the receiver needs them."""
    secrets = of_sources.of(connection, {row.id: row.tenant_id for row in rows})
    filters = filters_of(connection, [row.id for row in rows])
    return [_webhook(row, secrets.get(row.id, ()), filters.get(row.id, ())) for row in rows]


def filters_of(connection: Connection, webhook_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The filter rows of these sources as JSON texts, by group and then by age; sources without any are left out."""
    column = webhook_filters.c
    query = (
        select(column.webhook_id, column.id, column.field_path, column.operator, column.value)
        .add_columns(column.logic_group, column.enabled)
        .where(one_of(column.webhook_id, webhook_ids))
        .order_by(column.webhook_id, column.logic_group, column.created_at, column.id)
    )
    found: dict[str, list[str]] = {}
    for webhook_id, identity, path, operator, value, group, enabled in connection.execute(query):
        members = {
            "id": identity,
            "fieldPath": path,
            "operator": operator,
            "value": msgspec.Raw(value.encode()),
            "logicGroup": group,
            "enabled": enabled,
        }
        found.setdefault(webhook_id, []).append(_write(members).decode())
    return {webhook_id: tuple(rows) for webhook_id, rows in found.items()}


# Texts that many of the rows in memory share are kept once.
def _webhook(row: Row[Any], secrets: tuple[SecretRow, ...], filters: tuple[str, ...]) -> WebhookRow:
    return WebhookRow(
        id=row.id,
        tenant_id=intern(row.tenant_id),
        workflow_id=row.workflow_id,
        node_id=intern(row.node_id),
        name=row.name,
        description=row.description,
        path=row.path,
        auth_type=intern(row.auth_type),
        provider=row.provider,
        status=intern(row.status),
        priority=row.priority,
        settings=intern(row.settings),
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        trigger_count=row.trigger_count,
        last_triggered_at=row.last_triggered_at,
        secrets=secrets,
        filters=filters,
    )


def _columns(row: WebhookRow) -> dict[str, object]:
    return {
        "workflow_id": row.workflow_id,
        "node_id": row.node_id,
        "name": row.name,
        "description": row.description,
        "path": row.path,
        "auth_type": row.auth_type,
        "provider": row.provider,
        "status": row.status,
        "priority": row.priority,
        "settings": row.settings,
        "version": row.version,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }
