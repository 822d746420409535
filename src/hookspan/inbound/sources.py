"""Keep sources: create, change, pause, rotate, reveal, delete.

A door hands over a SourceWish with the members that were named; every rule about them stands here, in `credentials`
and in `settings`. The receiver asks `by_path`, which answers from memory.
"""

from __future__ import annotations

import base64
import re
import secrets as randomness
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypedDict, cast

from hookspan.errors import Fault, Invalid, NotFound
from hookspan.inbound.credentials import Credential, needs_own_secret, wished_credential
from hookspan.inbound.enrich import PlaceOf
from hookspan.inbound.providers import preset
from hookspan.inbound.settings import Settings, settings_changed, settings_read, settings_text
from hookspan.inbound.snapshot import Snapshot, live_secrets, open_secret, preset_of, secret_context
from hookspan.inbound.source import Source
from hookspan.inbound.verify import Verifier
from hookspan.model.ids import canonical_id, looks_like_id, new_id
from hookspan.ports import Clock, Vault
from hookspan.storage.database import Database
from hookspan.storage.sealed_secrets import SecretRow
from hookspan.storage.webhooks import (
    WebhookFilter,
    WebhookRow,
    webhook_change,
    webhook_delete,
    webhook_find,
    webhook_insert,
    webhooks_offset,
)

SOURCES_MOST = 1_000
NAME_MOST = 100
DESCRIPTION_MOST = 1_000
LIVE_SECRETS_MOST = 5
OVERLAP_MOST_MS = 7 * 86_400_000

_SEGMENT = re.compile(r"[A-Za-z0-9._~-]{1,64}")
_NODE = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_STATUSES = ("active", "paused", "disabled")


class SourceWish(TypedDict, total=False):
    """Members a caller named, as contracts B.1 has them; `credentials` are of the kind its `auth_type` asks for."""

    name: str
    description: str
    path: str | None
    auth_type: str
    provider: str | None
    status: str
    enabled: bool
    priority: int
    workflow_id: str | None
    node_id: str | None
    methods: Sequence[str] | None
    content_types: Sequence[str] | None
    require_json: bool
    max_body_bytes: int
    allowed_ips: Sequence[str] | None
    dedupe: Mapping[str, object] | None
    verification: Mapping[str, object] | None
    response: Mapping[str, object] | None
    event_type_prefix: str | None
    secret: str | None
    credentials: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class KeptSource:
    """A source after a write, with the credential this very write set, in clear."""

    source: WebhookRow
    credential: Credential | None = None


@dataclass(frozen=True, slots=True)
class Revealed:
    """The newest credential in clear and the older ones that still hold."""

    credential: Credential | None
    previous: Sequence[SecretRow]


class Sources:
    """The sources of every tenant."""

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
        blank = _blank(tenant_id, now)
        row = _changed(blank, wish)
        if is_path_chosen and row.auth_type == "none":
            raise Invalid.one("/path", "a chosen path can be guessed, so it needs an authType", code="path_needs_auth")
        row, credential = self._with_credential(blank, row, wish, now)
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
        return await self._database.read(webhooks_offset, tenant_id, wanted, limit, offset)

    async def update(self, tenant_id: str, webhook_id: str, wish: SourceWish) -> KeptSource:
        """Change the members named; a credential is made when the way of proving oneself changed."""
        now = self._clock.now_ms()
        made: list[Credential] = []

        def change(was: WebhookRow) -> WebhookRow:
            made.clear()
            row = _changed(was, wish)
            if row.path != was.path and row.auth_type == "none":
                raise Invalid.one("/path", "a chosen path needs an authType", code="path_needs_auth")
            row, credential = self._with_credential(was, row, wish, now)
            made.extend([credential] if credential else [])
            return row

        stored = await self._change(tenant_id, webhook_id, change, now)
        return KeptSource(stored, made[0] if made else None)

    async def set_status(self, tenant_id: str, webhook_id: str, status: str) -> WebhookRow:
        """Pause, resume or disable."""
        now = self._clock.now_ms()
        return await self._change(tenant_id, webhook_id, lambda was: replace(was, status=status), now)

    async def regenerate(
        self, tenant_id: str, webhook_id: str, secret: str | None, *, overlap_ms: int = 86_400_000
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
            wish: SourceWish = {"secret": secret} if secret is not None else {}
            credential = wished_credential(used, settings, wish)
            if credential is None:
                raise Invalid.one("/authType", "a source without authentication has no secret")
            made[:] = [credential]
            older = [_ending(each, now + overlap_ms) for each in live_secrets(was.secrets, now)] if overlap_ms else []
            fresh = self._seal(tenant_id, credential, now)
            return replace(was, secrets=(fresh, *older[: LIVE_SECRETS_MOST - 1]))

        await self._change(tenant_id, webhook_id, change, now)
        return made[0]

    async def reveal(self, tenant_id: str, webhook_id: str) -> Revealed:
        """The credentials in clear; the route that asks needs `secrets:reveal`."""
        row = await self.get(tenant_id, webhook_id)
        live = live_secrets(row.secrets, self._clock.now_ms())
        if not live:
            return Revealed(None, ())
        text = open_secret(self._vault, tenant_id, live[0])
        return Revealed(Credential.of(row.auth_type, settings_read(row.settings), text), live[1:])

    async def delete(self, tenant_id: str, webhook_id: str) -> None:
        """Delete it; its path answers 404 from now on."""
        await self._database.write(webhook_delete, tenant_id, webhook_id, now=self._clock.now_ms())
        self.snapshot.drop(webhook_id)

    async def _change(
        self, tenant_id: str, webhook_id: str, change: Callable[[WebhookRow], WebhookRow], now: int
    ) -> WebhookRow:
        stored = await self._database.write(webhook_change, tenant_id, webhook_id, change, now=now)
        self.snapshot.put(stored)
        return stored

    def _with_credential(
        self, was: WebhookRow, row: WebhookRow, wish: SourceWish, now: int
    ) -> tuple[WebhookRow, Credential | None]:
        """The row with the secret its configuration needs; raises Invalid for one that could not be enforced."""
        settings = settings_read(row.settings)
        used = preset_of(row.auth_type, row.provider, settings)
        verifier = Verifier.from_record(used.record)
        if verifier.fault is not None:
            raise Invalid.one("/verification", verifier.fault)
        is_named = wish.get("secret") is not None or wish.get("credentials") is not None
        is_other_way = row.auth_type != was.auth_type or row.provider != was.provider
        if row.secrets and not is_named and not is_other_way:
            return row, None
        if not is_named and needs_own_secret(used):
            raise Invalid.one("/secret", "the provider issues this secret; send it", code="secret_required")
        credential = wished_credential(used, settings, cast(Mapping[str, object], wish))
        if credential is None:
            return replace(row, secrets=()), None
        row = replace(row, settings=settings_text(credential.placed(settings)))
        return replace(row, secrets=(self._seal(row.tenant_id, credential, now),)), credential

    def _seal(self, tenant_id: str, credential: Credential, now: int) -> SecretRow:
        identity = new_id(now)
        sealed = self._vault.seal(credential.text.encode(), tenant_id=tenant_id, context=secret_context(identity))
        return SecretRow(id=identity, which="source", sealed=sealed, hint=credential.hint, created_at=now)


def _ending(secret: SecretRow, at: int) -> SecretRow:
    return replace(secret, expires_at=min(at, secret.expires_at or at))


def _blank(tenant_id: str, now: int) -> WebhookRow:
    return WebhookRow(
        id=new_id(now),
        tenant_id=tenant_id,
        workflow_id=None,
        node_id="trigger",
        name="",
        description="",
        path=base64.urlsafe_b64encode(randomness.token_bytes(16)).decode().rstrip("="),
        auth_type="signature",
        provider=None,
        status="active",
        priority=1,
        settings=settings_text(Settings()),
        version=1,
        created_at=now,
        updated_at=now,
    )


# -- the rules of each member -----------------------------------------------------------------------------------------


def _changed(row: WebhookRow, wish: SourceWish) -> WebhookRow:
    """The row as wished, but for its credential; raises Invalid with the faults of all members."""
    faults: list[Fault] = []
    for rule in (_named, _path, _authentication, _status, _workflow, _settings):
        try:
            row = rule(row, wish)
        except Invalid as error:
            faults.extend(error.faults)
    if faults:
        raise Invalid(faults)
    return row


def _named(row: WebhookRow, wish: SourceWish) -> WebhookRow:
    name, description = wish.get("name", row.name), wish.get("description", row.description)
    if not 1 <= len(name.strip()) <= NAME_MOST or len(name) > NAME_MOST:
        raise Invalid.one("/name", f"must be 1 to {NAME_MOST} characters")
    if len(description) > DESCRIPTION_MOST:
        raise Invalid.one("/description", f"must be at most {DESCRIPTION_MOST} characters")
    return replace(row, name=name, description=description)


def _path(row: WebhookRow, wish: SourceWish) -> WebhookRow:
    path = wish.get("path")
    if path is None or path == row.path:
        return row
    segments = path.split("/")
    if looks_like_id(segments[0]):
        raise Invalid.one("/path", "begins like an id; choose other words", code="path_looks_like_id")
    is_plain = all(_SEGMENT.fullmatch(segment) and segment not in (".", "..") for segment in segments)
    if not is_plain or len(segments) > 5 or len(path) > 255:
        raise Invalid.one("/path", "must be 1 to 5 segments of A-Z a-z 0-9 . _ ~ -, each at most 64 characters")
    return replace(row, path=path)


def _authentication(row: WebhookRow, wish: SourceWish) -> WebhookRow:
    provider = wish.get("provider", row.provider) or None
    auth_type = wish.get("auth_type", row.auth_type)
    if provider is not None:
        wanted = preset(provider).record.auth
        auth_type = wish.get("auth_type", wanted)
        if auth_type != wanted:
            raise Invalid.one("/authType", f"{provider} uses {wanted}; leave authType out")
    if auth_type not in ("none", "signature", "basic", "api_key"):
        raise Invalid.one("/authType", "must be none, signature, basic or api_key")
    return replace(row, provider=provider, auth_type=auth_type)


def _status(row: WebhookRow, wish: SourceWish) -> WebhookRow:
    status = wish.get("status", row.status)
    if "enabled" in wish and "status" not in wish:
        is_enabled = row.status != "disabled"
        status = row.status if wish["enabled"] == is_enabled else ("active" if wish["enabled"] else "disabled")
    if status not in _STATUSES:
        raise Invalid.one("/status", "must be active, paused or disabled")
    priority = wish.get("priority", row.priority)
    if not 0 <= priority <= 3:
        raise Invalid.one("/priority", "must be 0 (low), 1, 2 or 3 (critical)")
    return replace(row, status=status, priority=priority)


def _workflow(row: WebhookRow, wish: SourceWish) -> WebhookRow:
    node_id = wish.get("node_id", row.node_id) or "trigger"
    if not _NODE.fullmatch(node_id):
        raise Invalid.one("/nodeId", "must be the id of a trigger, such as trigger")
    if "workflow_id" not in wish:
        return replace(row, node_id=node_id)
    named = wish["workflow_id"]
    return replace(row, node_id=node_id, workflow_id=_workflow_id(named) if named else None)


def _workflow_id(text: str) -> str:
    try:
        return canonical_id(text)
    except NotFound as error:
        raise Invalid.one("/workflowId", "there is no such workflow") from error


def _settings(row: WebhookRow, wish: SourceWish) -> WebhookRow:
    settings = settings_changed(settings_read(row.settings), cast(Mapping[str, object], wish))
    return replace(row, settings=settings_text(settings))
