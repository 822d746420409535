"""Sealed secrets of endpoints and sources: one row a secret, newest first, gone when its owner or its time is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Table, delete, insert, select

from hookspan.storage.dialect import one_of
from hookspan.storage.tables import endpoint_secrets, webhook_secrets


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRow:
    """One sealed secret; `which` says what it is for, `hint` is what may be shown of it (its last characters)."""

    id: str
    which: str
    sealed: bytes
    hint: str
    created_at: int
    expires_at: int | None = None

    def is_live(self, now: int) -> bool:
        """Whether its time is not over yet."""
        return self.expires_at is None or self.expires_at > now


@dataclass(frozen=True, slots=True)
class SecretKeep:
    """A table of secrets and the column that names their owner."""

    table: Table
    owner: str

    def of(self, connection: Connection, owners: Mapping[str, str]) -> dict[str, tuple[SecretRow, ...]]:
        """The secrets of each owner (id → tenant): the one without an end first, then by end, latest first."""
        if not owners:
            return {}
        column, owner = self.table.c, self.table.c[self.owner]
        query = (
            select(self.table)
            .where(one_of(owner, list(owners)))
            .order_by(column.expires_at.desc().nulls_first(), column.created_at.desc(), column.id.desc())
        )
        found: dict[str, list[SecretRow]] = {}
        for row in connection.execute(query).mappings():
            if row["tenant_id"] == owners[row[self.owner]]:
                found.setdefault(row[self.owner], []).append(
                    SecretRow(
                        id=row["id"],
                        which=row.get("which", "source"),
                        sealed=row["sealed"],
                        hint=row["hint"],
                        created_at=row["created_at"],
                        expires_at=row["expires_at"],
                    )
                )
        return {identity: tuple(rows) for identity, rows in found.items()}

    def change(
        self,
        connection: Connection,
        owner: tuple[str, str],
        was: Sequence[SecretRow],
        wished: Sequence[SecretRow],
    ) -> None:
        """Make the rows of one owner (tenant, id) those wished: a row that is no more goes, a changed one is new."""
        gone = [row.id for row in was if row not in wished]
        if gone:
            column = self.table.c
            connection.execute(delete(self.table).where(column.tenant_id == owner[0], one_of(column.id, gone)))
        for row in wished:
            if row not in was:
                connection.execute(insert(self.table).values(self._values(owner, row)))

    def forget(self, connection: Connection, tenant_id: str, owner_id: str) -> None:
        """The owner is deleted."""
        column = self.table.c
        mine = (column.tenant_id == tenant_id, column[self.owner] == owner_id)
        connection.execute(delete(self.table).where(*mine))

    def prune(self, connection: Connection, now: int) -> int:
        """Forget every secret whose time is over; how many."""
        return connection.execute(delete(self.table).where(self.table.c.expires_at <= now)).rowcount

    def _values(self, owner: tuple[str, str], row: SecretRow) -> dict[str, object]:
        values: dict[str, object] = {
            "id": row.id,
            "tenant_id": owner[0],
            self.owner: owner[1],
            "sealed": row.sealed,
            "hint": row.hint,
            "created_at": row.created_at,
            "expires_at": row.expires_at,
        }
        return values | ({"which": row.which} if "which" in self.table.c else {})


of_endpoints = SecretKeep(endpoint_secrets, "endpoint_id")
of_sources = SecretKeep(webhook_secrets, "webhook_id")


def secrets_prune(connection: Connection, now: int) -> int:
    """Forget the secrets of endpoints and sources whose overlap is over; how many."""
    return of_endpoints.prune(connection, now) + of_sources.prune(connection, now)
