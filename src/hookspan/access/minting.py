"""API keys as things: a credential makes only keys weaker than itself, and every change is told as an event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import msgspec

from hookspan.access.keys import EVERYTHING, KeyRing, effective_scopes, mint, prefix_of
from hookspan.access.roles import SCOPES, Caller, role_of, scopes_of
from hookspan.errors import Fault, Forbidden, Invalid, NotFound
from hookspan.events.publish import Publisher, Written
from hookspan.model.events import Birth, NewEvent
from hookspan.model.ids import canonical_id, new_id
from hookspan.model.times import instant, optional_instant
from hookspan.ports import Clock
from hookspan.storage import audit
from hookspan.storage.api_keys import (
    KeyRow,
    api_key_create,
    api_key_end,
    api_key_get,
    api_key_rename,
    api_keys_expired,
    api_keys_slice,
)
from hookspan.storage.database import Database
from hookspan.storage.keyset import Keyset, Slice
from hookspan.storage.vault import Secret

EXPIRED_MOST = 500
YEAR_MS = 365 * 24 * 3_600_000
_NEVER = 2**62
_Unit = Callable[..., bool]


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a caller asks of a new key; `expires_at` in epoch ms, None for a key without end."""

    name: str
    scopes: tuple[str, ...]
    role: str | None
    expires_at: int | None


def granted(wanted: NewKey, minter: Caller) -> NewKey:
    """The key as it may be made: no right and no day more than its minter has (S23)."""
    role = None if wanted.role is None else role_of(wanted.role)
    _check_words(wanted, role)
    asked = effective_scopes(wanted.scopes, role)
    if not asked:
        raise Invalid.one("/scopes", "name at least one scope that the role has")
    beyond = asked if role is None else asked | scopes_of([role])
    if not beyond <= minter.scopes:
        raise Forbidden("a key may not do more than the credential that makes it")
    if minter.kind == "key" and (wanted.expires_at or _NEVER) > (minter.expires_at or _NEVER):
        raise Forbidden("a key may not outlive the key that makes it")
    return NewKey(wanted.name, wanted.scopes, role, wanted.expires_at)


def _check_words(wanted: NewKey, role: str | None) -> None:
    faults = [] if wanted.role is None or role is not None else [Fault("/role", "validation_error", "no such role")]
    for place, scope in enumerate(wanted.scopes):
        if scope == EVERYTHING and role is None:
            faults.append(Fault(f"/scopes/{place}", "validation_error", "* needs a role"))
        elif scope not in SCOPES and scope != EVERYTHING:
            faults.append(Fault(f"/scopes/{place}", "validation_error", f"no such scope: {scope[:64]}"))
    if faults:
        raise Invalid(faults)


class ApiKeys:
    """Make, list, rename and revoke the keys of a tenant."""

    def __init__(self, database: Database, clock: Clock, publisher: Publisher, ring: KeyRing) -> None:
        self._database = database
        self._clock = clock
        self._publisher = publisher
        self._ring = ring

    async def create(self, wanted: NewKey, minter: Caller) -> tuple[KeyRow, Secret]:
        """The new key's row, and the key itself, which nobody can read again."""
        grant, key, now = granted(wanted, minter), mint(), self._clock.now_ms()
        if grant.expires_at is not None and grant.expires_at <= now:
            raise Invalid.one("/expiresAt", "write an instant to come")
        row = KeyRow(
            id=new_id(now),
            tenant_id=minter.tenant_id,
            prefix=prefix_of(key) or "",
            name=grant.name,
            scopes=grant.scopes,
            role=grant.role,
            mac=self._ring.seal(key),
            created_by=minter.actor,
            created_at=now,
            expires_at=grant.expires_at,
        )
        await self._commit(api_key_create, row, self._fact("api.key.created", row, minter.actor))
        return row, Secret(key)

    async def list(self, caller: Caller, keyset: Keyset) -> tuple[list[KeyRow], Slice]:
        """One page of the live keys of the caller's tenant."""
        return await self._database.read(api_keys_slice, caller.tenant_id, keyset)

    async def get(self, key_id: str, caller: Caller) -> KeyRow:
        """One live key of the caller's tenant."""
        row = await self._database.read(api_key_get, caller.tenant_id, canonical_id(key_id))
        if row is None:
            raise NotFound("no such key")
        return row

    async def rename(self, key_id: str, name: str, caller: Caller) -> KeyRow:
        """Call a key something else; what it may and how long it holds never change."""
        row = await self.get(key_id, caller)
        audit.note(before={"name": row.name}, after={"name": name})
        await self._database.write(api_key_rename, caller.tenant_id, row.id, name)
        self._ring.forget()
        return await self.get(key_id, caller)

    async def revoke(self, key_id: str, caller: Caller) -> None:
        """End a key: at once in this process, within five seconds in every other."""
        row, now = await self.get(key_id, caller), self._clock.now_ms()
        fact = self._fact("api.key.revoked", row, caller.actor, revoked_at=now, reason="revoked")
        await self._commit(partial(api_key_end, now=now), row, fact)
        self._ring.forget()

    async def expire(self) -> None:
        """End what has expired, in every tenant; each is told of once, whichever process looks first."""
        now = self._clock.now_ms()
        for row in await self._database.read(api_keys_expired, now, EXPIRED_MOST):
            ended_at = now if row.expires_at is None else row.expires_at
            fact = self._fact("api.key.revoked", row, "system", revoked_at=ended_at, reason="expired")
            with suppress(NotFound):
                await self._commit(partial(api_key_end, now=ended_at), row, fact)

    def _fact(
        self, kind: str, row: KeyRow, actor: str, *, revoked_at: int | None = None, reason: str | None = None
    ) -> NewEvent:
        now = self._clock.now_ms()
        told = {
            "key_id": row.id,
            "name": row.name,
            "prefix": row.prefix,
            "scopes": row.scopes,
            "actor": actor,
            "created_at": instant(row.created_at),
            "revoked_at": optional_instant(revoked_at),
            "reason": reason,
        }
        return NewEvent(
            id=new_id(now),
            tenant_id=row.tenant_id,
            type=kind,
            data=msgspec.json.encode(told),
            created_at=now,
            origin="system",
        )

    async def _commit(self, unit: _Unit, row: KeyRow, fact: NewEvent) -> None:
        async def written(births: Sequence[Birth]) -> Written:
            return "done" if await self._database.write(unit, row, births) else "stale"

        await self._publisher.commit([fact], written)
