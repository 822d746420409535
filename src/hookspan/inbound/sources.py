"""Keep sources: create, change, pause, rotate, reveal, delete.

A door hands over a SourceWish with the members that were named; every rule about them stands in `wishes`, `settings`
and `credentials`. The receiver asks `by_path`, which answers from memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import msgspec

from hookspan.errors import Conflict, Invalid
from hookspan.inbound.credentials import (
    Credential,
    comes_by_handshake,
    hint_of,
    needs_own_secret,
    secret_text,
    wished_credential,
)
from hookspan.inbound.enrich import PlaceOf
from hookspan.inbound.settings import AWAITING_MS, settings_read, settings_text
from hookspan.inbound.snapshot import (
    PROOF,
    VERIFY_TOKEN,
    Snapshot,
    live_secrets,
    open_secret,
    preset_of,
    secret_context,
)
from hookspan.inbound.source import Source
from hookspan.inbound.source_changes import changes_of
from hookspan.inbound.verify import Verifier
from hookspan.inbound.wishes import SourceWish, blank_source, changed_source, check_guess
from hookspan.model.ids import new_id
from hookspan.ports import Clock, Vault
from hookspan.storage.audit import Entry, note, pending
from hookspan.storage.database import Database
from hookspan.storage.sealed_secrets import SecretRow
from hookspan.storage.source_counts import sources_judged
from hookspan.storage.webhooks import (
    WebhookFilter,
    WebhookRow,
    webhook_change,
    webhook_delete,
    webhook_find,
    webhook_insert,
    webhooks_offset,
)

__all__ = ["KeptSource", "Revealed", "SourceWish", "Sources"]

SOURCES_MOST = 1_000
LIVE_SECRETS_MOST = 5
OVERLAP_MS = 86_400_000
OVERLAP_MOST_MS = 7 * 86_400_000


@dataclass(frozen=True, slots=True)
class KeptSource:
    """A source after a write, with the credential this very write set, in clear."""

    source: WebhookRow
    credential: Credential | None = None


@dataclass(frozen=True, slots=True)
class Revealed:
    """The newest credential in clear, the older ones that still hold, and what a prober must know."""

    credential: Credential | None
    previous: Sequence[SecretRow]
    verify_token: str | None = None


class Sources:
    """The sources of every tenant; `place_of` tells where an address is, if the instance can."""

    def __init__(self, database: Database, vault: Vault, clock: Clock, *, place_of: PlaceOf | None = None) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self.snapshot = Snapshot(database, vault, clock, place_of)

    def by_path(self, path: str) -> Source | None:
        """What the receiver asks; never a query."""
        return self.snapshot.by_path(path)

    async def load(self) -> None:
        """Read every source; before the receiver opens."""
        await self.snapshot.load()

    async def reload(self, tenant_id: str, webhook_id: str) -> None:
        """See what was just committed beside a source of this tenant, such as its filters."""
        await self.snapshot.reload(tenant_id, webhook_id)

    async def refresh(self) -> None:
        """See what other processes changed; every few seconds."""
        await self.snapshot.refresh()

    async def create(self, tenant_id: str, wish: SourceWish) -> KeptSource:
        """A new source; its path and its credential are made where the caller names none."""
        now = self._clock.now_ms()
        if "name" not in wish:
            raise Invalid.one("/name", "is required")
        is_path_chosen = wish.get("path") is not None
        blank = blank_source(tenant_id, now)
        row = changed_source(blank, wish)
        check_guess(blank, row, is_path_chosen=is_path_chosen)
        row, credential = self._with_secrets(blank, row, wish, now)
        stored = await self._database.write(webhook_insert, row, is_path_chosen=is_path_chosen, most=SOURCES_MOST)
        self.snapshot.put(stored)
        return KeptSource(stored, credential)

    async def get(self, tenant_id: str, webhook_id: str) -> WebhookRow:
        """One source, or NotFound."""
        return await self._database.read(webhook_find, tenant_id, webhook_id)

    async def list(
        self, tenant_id: str, wanted: WebhookFilter, limit: int, offset: int
    ) -> tuple[Sequence[WebhookRow], int]:
        """One page and the total."""
        if wanted.is_judged:
            now = self._clock.now_ms()
            return await self._database.read(sources_judged, tenant_id, wanted, limit, offset, now=now)
        return await self._database.read(webhooks_offset, tenant_id, wanted, limit, offset)

    async def update(self, tenant_id: str, webhook_id: str, wish: SourceWish) -> KeptSource:
        """Change the members named; a credential is made when the way of proving oneself changed."""
        now = self._clock.now_ms()
        made: list[Credential] = []

        def change(was: WebhookRow) -> WebhookRow:
            made.clear()
            row = changed_source(was, wish)
            check_guess(was, row, is_path_chosen=False)
            row, credential = self._with_secrets(was, row, wish, now)
            made.extend([credential] if credential else [])
            return row

        stored = await self._change(tenant_id, webhook_id, change, now)
        return KeptSource(stored, made[0] if made else None)

    async def pause(self, tenant_id: str, webhook_id: str) -> WebhookRow:
        """From now on what comes is accepted and held."""
        return await self._set_status(tenant_id, webhook_id, "paused")

    async def resume(self, tenant_id: str, webhook_id: str) -> WebhookRow:
        """From now on what comes is routed; what is held is released by the room that holds it."""
        return await self._set_status(tenant_id, webhook_id, "active")

    async def regenerate(
        self, tenant_id: str, webhook_id: str, secret: str | None, *, overlap_ms: int = OVERLAP_MS
    ) -> Credential:
        """A new credential; the ones before it hold for `overlap_ms` more, at most five in all."""
        if not 0 <= overlap_ms <= OVERLAP_MOST_MS:
            raise Invalid.one("/overlapMs", f"must be from 0 to {OVERLAP_MOST_MS}")
        now = self._clock.now_ms()
        made: list[Credential] = []

        def change(was: WebhookRow) -> WebhookRow:
            settings = settings_read(was.settings)
            used = preset_of(was.auth_type, was.provider, settings)
            if secret is None and needs_own_secret(used):
                raise Invalid.one("/secret", "the provider issues this secret; send it", code="secret_required")
            if secret is None and comes_by_handshake(used):
                detail = "the provider hands this secret over; send it, or await it with await: true"
                raise Invalid.one("/secret", detail, code="secret_required")
            wish: SourceWish = {"secret": secret} if secret is not None else {}
            credential = wished_credential(used, settings, cast(Mapping[str, object], wish))
            if credential is None:
                raise Invalid.one("/authType", "senders to this source prove themselves without a secret of ours")
            made[:] = [credential]
            return self._rotated(was, credential, now, overlap_ms)

        await self._change(tenant_id, webhook_id, change, now)
        return made[0]

    async def await_secret(self, tenant_id: str, webhook_id: str) -> WebhookRow:
        """Take the secret that the provider brings within a quarter of an hour; those before it hold until then."""
        now = self._clock.now_ms()

        def change(was: WebhookRow) -> WebhookRow:
            if not comes_by_handshake(preset_of(was.auth_type, was.provider, settings_read(was.settings))):
                raise Invalid.one("/await", "this provider hands over no secret; leave await out")
            return _awaiting(was, now + AWAITING_MS)

        return await self._change(tenant_id, webhook_id, change, now)

    async def take_secret(self, tenant_id: str, webhook_id: str, secret: str) -> WebhookRow:
        """Keep what a handshake brought, and say so in the audit log; Conflict when no secret is awaited any more.

        Older secrets hold for a day more, as after a rotation.
        """
        now = self._clock.now_ms()

        def change(was: WebhookRow) -> WebhookRow:
            if settings_read(was.settings).awaiting_until <= now:
                raise Conflict("this source awaits no secret")
            return self._rotated(was, Credential("signature", secret_text(secret)), now, OVERLAP_MS)

        entry = _taken(tenant_id, webhook_id, secret, now)
        stored = await self._database.write(webhook_change, tenant_id, webhook_id, change, now=now, entry=entry)
        self.snapshot.put(stored)
        return stored

    async def reveal(self, tenant_id: str, webhook_id: str) -> Revealed:
        """The credentials in clear; the route that asks needs `secrets:reveal`."""
        row = await self.get(tenant_id, webhook_id)
        now = self._clock.now_ms()
        live, tokens = live_secrets(row.secrets, now), live_secrets(row.secrets, now, VERIFY_TOKEN)
        token = open_secret(self._vault, tenant_id, tokens[0]) if tokens else None
        if not live:
            return Revealed(None, (), token)
        text = open_secret(self._vault, tenant_id, live[0])
        return Revealed(Credential.of(row.auth_type, settings_read(row.settings), text), live[1:], token)

    async def delete(self, tenant_id: str, webhook_id: str) -> None:
        """Delete it; its path answers 404 from now on."""
        row = await self.get(tenant_id, webhook_id)
        note(before={"name": row.name, "path": row.path, "status": row.status})
        await self._database.write(webhook_delete, tenant_id, webhook_id, now=self._clock.now_ms())
        self.snapshot.drop(webhook_id)

    async def _set_status(self, tenant_id: str, webhook_id: str, status: str) -> WebhookRow:
        def change(was: WebhookRow) -> WebhookRow:
            if was.status == "disabled":
                raise Conflict("this webhook is disabled; enable it first", code="webhook_disabled")
            return replace(was, status=status)

        return await self._change(tenant_id, webhook_id, change, self._clock.now_ms())

    async def _change(
        self, tenant_id: str, webhook_id: str, change: Callable[[WebhookRow], WebhookRow], now: int
    ) -> WebhookRow:
        entry = pending.get()

        def told(was: WebhookRow) -> WebhookRow:
            wished = change(was)
            if entry is not None:
                entry.before, entry.after = changes_of(was, wished)
            return wished

        stored = await self._database.write(webhook_change, tenant_id, webhook_id, told, now=now)
        self.snapshot.put(stored)
        return stored

    def _with_secrets(
        self, was: WebhookRow, row: WebhookRow, wish: SourceWish, now: int
    ) -> tuple[WebhookRow, Credential | None]:
        """The row with the secrets its configuration needs; raises Invalid for one that could not be enforced."""
        row = self._with_token(row, wish.get("handshake", {}), now)
        settings = settings_read(row.settings)
        used = preset_of(row.auth_type, row.provider, settings)
        verifier = Verifier.from_record(used.record)
        if verifier.fault is not None:
            raise Invalid.one("/verification", verifier.fault)
        is_named = wish.get("secret") is not None or wish.get("credentials") is not None
        is_other_way = row.auth_type != was.auth_type or row.provider != was.provider
        proofs = [each for each in row.secrets if each.which == PROOF]
        if proofs and not is_named and not is_other_way:
            return row, None
        if not is_named and needs_own_secret(used):
            raise Invalid.one("/secret", "the provider issues this secret; send it", code="secret_required")
        credential = wished_credential(used, settings, cast(Mapping[str, object], wish))
        others = tuple(each for each in row.secrets if each.which != PROOF)
        if credential is None:
            row = replace(row, secrets=others)
            until = now + AWAITING_MS if comes_by_handshake(used) else 0
            return _awaiting(row, until) if is_other_way else row, None
        row = replace(row, settings=settings_text(credential.placed(settings)))
        sealed = self._seal(row.tenant_id, credential.text, now)
        return _awaiting(replace(row, secrets=(sealed, *others)), 0), credential

    def _with_token(self, row: WebhookRow, handshake: Mapping[str, object] | None, now: int) -> WebhookRow:
        """The row with the token that a prober must know, if the caller named one; null takes it away."""
        named = {"verifyToken": None} if handshake is None else handshake
        if "verifyToken" not in named and "verify_token" not in named:
            return row
        token = named.get("verifyToken", named.get("verify_token"))
        others = tuple(each for each in row.secrets if each.which != VERIFY_TOKEN)
        if token is None:
            return replace(row, secrets=others)
        text = secret_text(token, "/handshake/verifyToken")
        return replace(row, secrets=(*others, self._seal(row.tenant_id, text, now, VERIFY_TOKEN)))

    def _rotated(self, was: WebhookRow, credential: Credential, now: int, overlap_ms: int) -> WebhookRow:
        """The row with a new proof in front, and those before it until the overlap is over."""
        live = live_secrets(was.secrets, now) if overlap_ms else []
        older = [replace(each, expires_at=min(now + overlap_ms, each.expires_at or 2**62)) for each in live]
        others = tuple(each for each in was.secrets if each.which != PROOF)
        fresh = self._seal(was.tenant_id, credential.text, now)
        return _awaiting(replace(was, secrets=(fresh, *older[: LIVE_SECRETS_MOST - 1], *others)), 0)

    def _seal(self, tenant_id: str, text: str, now: int, which: str = PROOF) -> SecretRow:
        identity = new_id(now)
        sealed = self._vault.seal(text.encode(), tenant_id=tenant_id, context=secret_context(identity))
        return SecretRow(id=identity, which=which, sealed=sealed, hint=hint_of(text), created_at=now)


def _awaiting(row: WebhookRow, until: int) -> WebhookRow:
    """The row with a secret awaited until then (epoch ms); 0 awaits none."""
    settings = settings_read(row.settings)
    if settings.awaiting_until == until:
        return row
    return replace(row, settings=settings_text(msgspec.structs.replace(settings, awaiting_until=until)))


def _taken(tenant_id: str, webhook_id: str, secret: str, now: int) -> Entry:
    """The row of the audit log for a secret that came by handshake."""
    return Entry(
        id=new_id(now),
        at=now,
        tenant_id=tenant_id,
        actor="handshake",
        action="takeWebhookSecret",
        resource=f"/api/v1/webhooks/{webhook_id}",
        after={"secretHint": hint_of(secret)},
    )
