"""The audit log: who changed what, written in the transaction of the change itself (security §13).

A request that may change something has an Entry in `pending`; the first unit that `Database.write` runs for it carries
the row along. A sealer later chains the rows of each tenant: seal = SHA-256(previous seal, row), in order of `place`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, Row, delete, insert, select, update

from hookspan.storage.keyset import ALWAYS, Keyset, Slice, Span, keyset_slice
from hookspan.storage.settings import setting_get, setting_put
from hookspan.storage.tables import audit, tenants

GENESIS = b"\0" * 32
ANCHOR = "audit.anchor"

Unit = Callable[..., object]
Link = Row[Any]
"""A sealed row, with every column of the table."""


@dataclass(slots=True, eq=False, kw_only=True)
class Entry:
    """One row to come. `before` and `after` are what a room wants told, free of secrets; `at` is epoch ms."""

    id: str
    at: int
    tenant_id: str
    actor: str
    action: str
    resource: str
    ip: str | None = None
    user_agent: str | None = None
    request_id: str | None = None
    before: Mapping[str, object] | None = None
    after: Mapping[str, object] | None = None
    reason: str | None = None
    state: Literal["open", "submitted", "written", "closed"] = "open"

    def joined(self, unit: Unit) -> Unit:
        """The unit with this row in its transaction, unless it wrote nothing and says so: False, or another verdict."""

        def audited(connection: Connection, *args: object) -> object:
            result = unit(connection, *args)
            if wrote(result):
                audit_insert(connection, self, made=_id_of(result) or _id_of(args[0] if args else None))
            return result

        self.state = "submitted"
        return audited

    def settle(self, *, written: bool) -> None:
        """What became of the unit: without a commit the next one carries the row."""
        if self.state == "submitted":
            self.state = "written" if written else "open"


pending: ContextVar[Entry | None] = ContextVar("audit_pending", default=None)


def wrote(result: object) -> bool:
    """Whether a unit that returned this changed something."""
    return result is not False and getattr(result, "verdict", "written") == "written"


def note(
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    reason: str | None = None,
) -> None:
    """Say more of the change under way, before its unit is written; nothing secret may be among it."""
    entry = pending.get()
    if entry is not None:
        entry.before = entry.before if before is None else before
        entry.after = entry.after if after is None else after
        entry.reason = entry.reason if reason is None else reason


def audit_insert(connection: Connection, entry: Entry, *, made: str | None = None) -> None:
    """Append a row; `made` is the id of what a request to a collection made."""
    is_collection = made is not None and not any(len(part) == len(made) for part in entry.resource.split("/"))
    connection.execute(
        insert(audit).values(
            id=entry.id,
            tenant_id=entry.tenant_id,
            at=entry.at,
            actor=entry.actor,
            ip=entry.ip,
            user_agent=entry.user_agent,
            action=entry.action,
            resource=f"{entry.resource}/{made}" if is_collection else entry.resource,
            before=_json(entry.before),
            after=_json(entry.after),
            request_id=entry.request_id,
            reason=entry.reason,
        )
    )


def nothing(_connection: Connection) -> None:
    """A unit that changes nothing: the row that it carries is all there is to write."""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What a list keeps; None keeps all."""

    actor: str | None = None
    action: str | None = None
    resource: str | None = None
    span: Span = ALWAYS


def audit_slice(connection: Connection, tenant_id: str, wanted: AuditFilter, keyset: Keyset) -> Slice:
    """One page of the tenant's rows."""
    table = audit.c
    query, scanned = (
        select(audit).where(table.tenant_id == tenant_id),
        select(table.id).where(table.tenant_id == tenant_id),
    )
    spans = wanted.span.holds(table.id)
    for column, value in (
        (table.actor, wanted.actor),
        (table.action, wanted.action),
        (table.resource, wanted.resource),
    ):
        if value is not None:
            query = query.where(column == value)
    return keyset_slice(connection, query.where(*spans), table.id, keyset, scanned=scanned.where(*spans))


# -- the chain -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Head:
    """The last link of a tenant's chain; place 0 is the beginning."""

    place: int
    seal: bytes


def seal_of(previous: bytes, row: Link, place: int) -> bytes:
    """The link of a row: the seal before it and every member of the row but the seal."""
    told = [place, *(row._mapping[name] for name in _SEALED)]
    return hashlib.sha256(previous + msgspec.json.encode(told)).digest()


def unsealed_tenants(connection: Connection) -> list[str]:
    """Tenants with rows that wait for their seal."""
    return list(connection.scalars(select(audit.c.tenant_id).where(audit.c.seal.is_(None)).distinct()))


def audit_seal(connection: Connection, tenant_id: str, most: int) -> Head:
    """Seal up to `most` waiting rows of the tenant, oldest first; the new head."""
    # Two processes seal one after the other; the weaker lock leaves foreign keys to the tenant free.
    connection.execute(select(tenants.c.id).where(tenants.c.id == tenant_id).with_for_update(key_share=True))
    head = audit_head(connection, tenant_id)
    mine = (audit.c.tenant_id == tenant_id) & audit.c.seal.is_(None)
    for row in connection.execute(select(audit).where(mine).order_by(audit.c.id).limit(most)).all():
        head = Head(head.place + 1, seal_of(head.seal, row, head.place + 1))
        changed = update(audit).where(audit.c.id == row.id, audit.c.tenant_id == tenant_id)
        connection.execute(changed.values(place=head.place, seal=head.seal))
    return head


def audit_head(connection: Connection, tenant_id: str) -> Head:
    """The last sealed link; the anchor when retention has taken every row."""
    newest = select(audit.c.place, audit.c.seal).where(audit.c.tenant_id == tenant_id, audit.c.place.is_not(None))
    found = connection.execute(newest.order_by(audit.c.place.desc()).limit(1)).first()
    return audit_anchor(connection, tenant_id) if found is None else Head(found.place, bytes(found.seal))


def audit_anchor(connection: Connection, tenant_id: str) -> Head:
    """The link that the oldest kept row follows."""
    kept = setting_get(connection, tenant_id, ANCHOR)
    if not isinstance(kept, dict):
        return Head(0, GENESIS)
    return Head(int(kept["place"]), bytes.fromhex(str(kept["seal"])))


def audit_links(connection: Connection, tenant_id: str, after: int, most: int) -> Sequence[Link]:
    """Sealed rows in the order of the chain, from the place behind `after` on."""
    mine = (audit.c.tenant_id == tenant_id) & (audit.c.place > after)
    return connection.execute(select(audit).where(mine).order_by(audit.c.place).limit(most)).all()


def audit_waiting(connection: Connection, tenant_id: str) -> Sequence[str]:
    """Ids of rows that wait for their seal, or have lost it."""
    mine = (audit.c.tenant_id == tenant_id) & audit.c.seal.is_(None)
    return connection.scalars(select(audit.c.id).where(mine).order_by(audit.c.id).limit(1_000)).all()


def audit_prune(connection: Connection, tenant_id: str, before: int, most: int, now: int) -> int:
    """Forget sealed rows older than `before` (epoch ms) from the beginning of the chain; the anchor keeps their seal.

    How many went; call again while it is `most`.
    """
    table = audit.c
    oldest = select(table.id, table.place, table.seal, table.at).where(
        table.tenant_id == tenant_id, table.place.is_not(None)
    )
    gone = []
    for row in connection.execute(oldest.order_by(table.place).limit(most)):
        if row.at >= before:
            break
        gone.append(row)
    if gone:
        last = gone[-1]
        told = {"place": last.place, "seal": bytes(last.seal).hex()}
        setting_put(connection, tenant_id, ANCHOR, told, now=now)
        connection.execute(delete(audit).where(table.tenant_id == tenant_id, table.place <= last.place))
    return len(gone)


_SEALED = tuple(column.name for column in audit.columns if column.name not in ("place", "seal"))


def _json(told: Mapping[str, object] | None) -> str | None:
    return None if told is None else msgspec.json.encode(told).decode()


def _id_of(thing: object) -> str | None:
    identity = getattr(thing, "id", None)
    return identity if isinstance(identity, str) else None
