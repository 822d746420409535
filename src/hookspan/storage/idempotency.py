"""Keys of POSTs with the answer they got: claimed before the work, stored after it, freed when it came to nothing."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from hookspan.errors import Conflict
from hookspan.model.events import OTHER_BODY
from hookspan.storage.tables import idempotency_keys


@dataclass(frozen=True, slots=True)
class Claim:
    """One use of a key: `digest` is of caller, path and body; times are epoch ms.

    A claim whose process died is free again at `lease_until`.
    """

    scope: str
    key: str
    tenant_id: str
    digest: bytes
    now: int
    lease_until: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What the first use was answered; None as yet when it still runs. `answer` is sealed."""

    status: int | None
    answer: bytes | None


def key_claim(connection: Connection, claim: Claim) -> Kept | None:
    """None when the key is ours now, else what its first use came to; Conflict for a use with another body."""
    table = idempotency_keys.c
    mine = (table.scope == claim.scope) & (table.key == claim.key) & (table.tenant_id == claim.tenant_id)
    connection.execute(delete(idempotency_keys).where(mine, table.expires_at <= claim.now))
    found = connection.execute(select(table.body_sha256, table.status, table.answer).where(mine)).first()
    if found is None:
        connection.execute(
            insert(idempotency_keys).values(
                scope=claim.scope,
                key=claim.key,
                tenant_id=claim.tenant_id,
                body_sha256=claim.digest,
                created_at=claim.now,
                expires_at=claim.lease_until,
            )
        )
        return None
    if bytes(found.body_sha256) != claim.digest:
        raise Conflict(OTHER_BODY, code="idempotency_mismatch")
    return Kept(found.status, None if found.answer is None else bytes(found.answer))


def key_keep(connection: Connection, claim: Claim, kept: Kept, expires_at: int) -> None:
    """Store what the claim came to."""
    values = {"status": kept.status, "answer": kept.answer, "expires_at": expires_at}
    connection.execute(update(idempotency_keys).where(_of(claim)).values(values))


def key_free(connection: Connection, claim: Claim) -> None:
    """Let the key be used anew: nothing came of the claim."""
    connection.execute(delete(idempotency_keys).where(_of(claim)))


def _of(claim: Claim) -> ColumnElement[bool]:
    """The claim's own row: after its lease another use may hold the key."""
    table = idempotency_keys.c
    place = (table.scope == claim.scope) & (table.key == claim.key) & (table.tenant_id == claim.tenant_id)
    return place & (table.created_at == claim.now) & table.status.is_(None)
