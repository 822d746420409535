"""Every source of the instance in memory, by path: the receiver's look-up makes no query.

Rows are read at start and again when a tenant's routing version moved; secrets are opened on first use and kept for
at most a minute (security §8). What cannot be enforced becomes a source that refuses every request.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Literal, cast

from hookspan.errors import Invalid, NotFound
from hookspan.inbound.enrich import PlaceOf
from hookspan.inbound.enrichment import enrichment_compiled
from hookspan.inbound.providers import GENERIC, Preset, plain_preset, preset
from hookspan.inbound.record import AuthType
from hookspan.inbound.settings import Settings, dedupe_compiled, networks_of, settings_read
from hookspan.inbound.source import CustomAnswer, HandshakeRules, LiveSecret, Source
from hookspan.inbound.verify import Verifier
from hookspan.model.jsonview import read_json
from hookspan.model.paths import compile_path
from hookspan.model.rules import OF_REQUEST, Rules, compile_rules
from hookspan.ports import Clock, Vault
from hookspan.storage.database import Database
from hookspan.storage.sealed_secrets import SecretRow
from hookspan.storage.webhooks import WebhookRow, webhook_find, webhooks_all

KEPT_MS = 60_000
KEPT_SOURCES = 10_000
Status = Literal["active", "paused", "disabled"]
PROOF, VERIFY_TOKEN = "source", "verify_token"
"""What a sealed secret of a source is for."""


def secret_context(secret_id: str) -> str:
    """Where a source's secret is sealed to."""
    return f"webhook_secrets.{secret_id}.sealed"


def open_secret(vault: Vault, tenant_id: str, row: SecretRow) -> str:
    """The secret in clear: the text that is the key, or `user:password`."""
    return vault.open(row.sealed, tenant_id=tenant_id, context=secret_context(row.id)).decode()


def live_secrets(rows: Iterable[SecretRow], now: int, which: str = PROOF) -> list[SecretRow]:
    """Those that have not expired, newest first: of the ones that senders prove themselves by, or of another kind."""
    return [row for row in rows if row.which == which and row.is_live(now)]


def preset_of(auth_type: str, provider: str | None, settings: Settings) -> Preset:
    """The preset a source works by, its own overrides laid over it; raises Invalid when there is none."""
    match auth_type:
        case "signature":
            return preset(provider or GENERIC).overridden(settings.verification)
        case "none" | "basic" | "api_key" if provider is None:
            return plain_preset(auth_type, header=settings.key_header, query=settings.key_query or "")
        case "none" | "basic" | "api_key" if provider is not None:
            return preset(provider).overridden(settings.verification)
    raise Invalid.one("/authType", "must be none, signature, basic or api_key")


class Snapshot:
    """Rows by path, and the sources made of them."""

    def __init__(self, database: Database, vault: Vault, clock: Clock, place_of: PlaceOf | None = None) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._place_of = place_of
        self._rows: dict[str, WebhookRow] = {}
        self._ids: dict[str, str] = {}
        self._versions: dict[str, int] = {}
        self._made: OrderedDict[str, tuple[int, Source]] = OrderedDict()
        self._changes = 0

    def by_path(self, path: str) -> Source | None:
        """The source at a path, or None; never a query."""
        row = self._ids.get(path)
        if row is None:
            return None
        made = self._made.get(row)
        if made is not None and made[0] > self._clock.now_ms():
            return made[1]
        return self._make(self._rows[row])

    async def load(self) -> None:
        """Read every source; called once before the receiver opens."""
        await self._read(None)

    async def refresh(self) -> None:
        """Read again the sources of tenants where something changed; called every few seconds."""
        versions, _ = await self._database.read(webhooks_all, [])
        moved = [tenant_id for tenant_id, version in versions.items() if self._versions.get(tenant_id) != version]
        if moved:
            await self._read(moved)

    def put(self, row: WebhookRow) -> None:
        """Take over a row that this process just committed."""
        self._changes += 1
        self._keep(row)

    async def reload(self, tenant_id: str, webhook_id: str) -> None:
        """Read one source again, because something that belongs to it was just committed."""
        changes = -1
        while changes != self._changes:
            changes = self._changes
            try:
                row = await self._database.read(webhook_find, tenant_id, webhook_id)
            except NotFound:
                self.drop(webhook_id)
                return
        self.put(row)

    def drop(self, webhook_id: str) -> None:
        """Forget a source that this process just deleted."""
        self._changes += 1
        self._forget(webhook_id)

    def _keep(self, row: WebhookRow) -> None:
        self._forget(row.id)
        self._rows[row.id] = row
        self._ids[row.path] = row.id

    def _forget(self, webhook_id: str) -> None:
        self._made.pop(webhook_id, None)
        known = self._rows.pop(webhook_id, None)
        if known is not None and self._ids.get(known.path) == webhook_id:
            del self._ids[known.path]

    async def _read(self, tenant_ids: Sequence[str] | None) -> None:
        # What was committed here while the read ran must not be overwritten by what the read saw before it.
        changes = -1
        while changes != self._changes:
            changes = self._changes
            versions, rows = await self._database.read(webhooks_all, tenant_ids)
        wanted = set(versions if tenant_ids is None else tenant_ids)
        for webhook_id in [known.id for known in self._rows.values() if known.tenant_id in wanted]:
            self._forget(webhook_id)
        for row in rows:
            self._keep(row)
        self._versions.update({tenant_id: version for tenant_id, version in versions.items() if tenant_id in wanted})

    def _make(self, row: WebhookRow) -> Source:
        now = self._clock.now_ms()
        live = live_secrets(row.secrets, now)
        secrets = tuple(LiveSecret(self._open(row, each), each.expires_at) for each in live)
        tokens = [self._open(row, each) for each in live_secrets(row.secrets, now, VERIFY_TOKEN)]
        verify_token = tokens[0] if tokens else None
        source = source_of(row, secrets, verify_token=verify_token, place_of=self._place_of)
        self._made[row.id] = (now + KEPT_MS, source)
        self._made.move_to_end(row.id)
        while len(self._made) > KEPT_SOURCES:
            self._made.popitem(last=False)
        return source

    def _open(self, row: WebhookRow, secret: SecretRow) -> bytes:
        return open_secret(self._vault, row.tenant_id, secret).encode()


def source_of(
    row: WebhookRow,
    secrets: tuple[LiveSecret, ...],
    *,
    verify_token: bytes | None = None,
    place_of: PlaceOf | None = None,
) -> Source:
    """The row compiled; one that cannot be enforced refuses every request (fail closed)."""
    settings = settings_read(row.settings)
    try:
        used = preset_of(row.auth_type, row.provider, settings)
        verifier = Verifier.from_record(used.record)
    except Invalid as error:
        used = plain_preset("none")
        verifier = Verifier.from_record({"auth": "signature", "kind": f"unusable: {error.detail}"})
    credentials, signatures = masked_names(used, settings)
    own, limit = settings.response, settings.rate_limit
    return Source(
        id=row.id,
        tenant_id=row.tenant_id,
        name=row.name,
        path=row.path,
        status=cast(Status, row.status),
        auth_type=cast(AuthType, row.auth_type),
        preset=used,
        is_preset=row.provider is not None,
        verifier=verifier,
        secrets=secrets,
        methods=frozenset(settings.methods or used.methods),
        content_types=None if settings.content_types is None else frozenset(settings.content_types),
        require_json=settings.require_json,
        max_body_bytes=settings.max_body_bytes,
        allowed_ips=networks_of(settings.allowed_ips),
        priority=row.priority,
        workflow_id=row.workflow_id,
        node_id=row.node_id,
        dedupe=dedupe_compiled(settings.dedupe),
        reject_other_body=settings.dedupe.on_conflict == "reject",
        event_type_prefix=settings.event_type_prefix,
        credential_names=credentials,
        signature_names=signatures,
        answer=CustomAnswer(own.status, own.sent_type, own.body.encode()) if own else None,
        enrichment=enrichment_compiled(settings.enrichment, place_of),
        rules=filter_rules(row.filters),
        rate_limit=(limit.count, limit.period_ms) if limit else None,
        ordering_path=compile_path(settings.ordering_key) if settings.ordering_key else None,
        registered_url=settings.registered_url,
        split=compile_path(settings.split) if settings.split else None,
        schema_check=settings.schema_check,
        handshake=HandshakeRules(
            verify_token, settings.handshake.origins, settings.handshake.topics, settings.awaiting_until
        ),
    )


def filter_rules(filters: Sequence[str]) -> Rules:
    """Stored filter rows compiled; rows that this release cannot compile make rules that neither pass nor refuse."""
    if not filters:
        return Rules()
    stored = read_json(f"[{','.join(filters)}]".encode())
    if stored.fault is not None:
        return Rules(fault=f"the stored filters cannot be read: {stored.fault}")
    try:
        return compile_rules(stored.value, "/filters", scopes=OF_REQUEST)
    except Invalid as error:
        return Rules(fault=f"the stored filters are not valid: {error.detail}")


def masked_names(used: Preset, settings: Settings) -> tuple[frozenset[str], frozenset[str]]:
    """Names of fields that carry a credential, and of fields that carry a signature."""
    return used.record.masked_names
