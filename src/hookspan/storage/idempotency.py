"""Keys of POSTs with the answer they got: claimed before the work, stored after it, freed when it came to nothing."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from hookspan.errors import Conflict, InProgress
from hookspan.storage.tables import idempotency_keys

_OTHER_REQUEST = (
    "this Idempotency-Key was used with another request: its path, its query, its body or its caller differs; "
    "use a new key"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One use of a key: `digest` is of caller, path and body; times are epoch ms.

    A claim whose process died is free again at `lease_until`, unless something was made under it: `made` is the id of
    what an earlier use made whose answer was never stored. Such a key is kept until `kept_until`.
    """

    scope: str
    key: str
    tenant_id: str
    digest: bytes
    now: int
    lease_until: int
    kept_until: int = 0
    made: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What the first use was answered; None as yet when it still runs. `answer` is sealed.

    `made` is what it made in one transaction with the key; then `claimed_at` (epoch ms) is when it began.
    """

    status: int | None
    answer: bytes | None
    made: str | None = None
    claimed_at: int = 0


def key_claim(connection: Connection, claim: Claim) -> Kept | None:
    """None when the key is ours now, else what its first use came to; Conflict for a use by another request."""
    table = idempotency_keys.c
    mine = (table.scope == claim.scope) & (table.key == claim.key) & (table.tenant_id == claim.tenant_id)
    connection.execute(delete(idempotency_keys).where(mine, table.expires_at <= claim.now))
    found = connection.execute(select(idempotency_keys).where(mine)).first()
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
        raise Conflict(_OTHER_REQUEST, code="idempotency_mismatch")
    answer = None if found.answer is None else bytes(found.answer)
    made = found.event_id
    return Kept(found.status, answer, made, found.created_at if made else 0)


def key_keep(connection: Connection, claim: Claim, kept: Kept, expires_at: int) -> None:
    """Store what the claim came to."""
    values = {"status": kept.status, "answer": kept.answer, "expires_at": expires_at}
    connection.execute(update(idempotency_keys).where(_of(claim)).values(values))


def key_made(connection: Connection, claim: Claim, made: str) -> None:
    """Bind the key to what this transaction makes, so that no crash parts the two; InProgress when it is another's."""
    values = {"event_id": made, "expires_at": claim.kept_until}
    if not connection.execute(update(idempotency_keys).where(_of(claim)).values(values)).rowcount:
        raise InProgress("another request with this key was faster")


def key_free(connection: Connection, claim: Claim) -> None:
    """Let the key be used anew: nothing came of the claim; a key under which something was made stays."""
    connection.execute(delete(idempotency_keys).where(_of(claim), idempotency_keys.c.event_id.is_(None)))


def _of(claim: Claim) -> ColumnElement[bool]:
    """The claim's own row: after its lease another use may hold the key."""
    table = idempotency_keys.c
    place = (table.scope == claim.scope) & (table.key == claim.key) & (table.tenant_id == claim.tenant_id)
    return place & (table.created_at == claim.now) & table.status.is_(None)
