"""Requests to start a test from: the last real one, the provider's own, one made from an event type's schema (B.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from hookspan.errors import NotFound
from hookspan.events.registry import Registry
from hookspan.inbound.provider_samples import sample_of
from hookspan.inbound.providers import Preset
from hookspan.inbound.sources import Sources
from hookspan.inbound.trials import source_preset
from hookspan.model.redact import MASK
from hookspan.storage.database import Database
from hookspan.storage.stored_requests import StoredRequest, request_types, requests_last
from hookspan.storage.webhooks import WebhookRow

TYPES_MOST = 5
LOOKED_AT = 20

# The test makes these itself: the length, and what proves the sender.
_OWN_NAMES = frozenset({"content-length", "host", "connection", "transfer-encoding", "accept-encoding"})
_read_fields = msgspec.json.Decoder(list[tuple[str, str]]).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRequest:
    """A request to send as a test; `kind` says where it is from, `body` are its bytes, `query` is raw."""

    kind: Literal["last", "provider", "schema"]
    event_type: str
    body: bytes
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    event_id: str | None = None


class Samples:
    """Sample requests of sources."""

    def __init__(self, database: Database, sources: Sources, registry: Registry) -> None:
        self._database = database
        self._sources = sources
        self._registry = registry

    async def of(
        self, tenant_id: str, webhook_id: str, event_type: str | None, *, with_requests: bool
    ) -> Sequence[SampleRequest]:
        """Samples of a source, of one event type if it is named; `with_requests` admits what really came."""
        row = await self._sources.get(tenant_id, webhook_id)
        preset = source_preset(row)
        found = await self._last(row, preset, event_type) if with_requests else []
        provided = _provided(preset)
        if provided is not None and event_type in (None, provided.event_type):
            found.append(provided)
        return [*found, *await self._made(row, provided, event_type)]

    async def _last(self, row: WebhookRow, preset: Preset | None, event_type: str | None) -> list[SampleRequest]:
        requests = await self._database.read(requests_last, row.tenant_id, row.id, LOOKED_AT)
        for request in requests:
            if event_type in (None, request.event_type):
                return [_repeated(request, preset)]
        return []

    async def _made(
        self, row: WebhookRow, provided: SampleRequest | None, event_type: str | None
    ) -> list[SampleRequest]:
        """One for each type that the tenant has a schema of: the one named, or those that came last."""
        names = [event_type] if event_type else []
        if not names:
            names = list(await self._database.read(request_types, row.tenant_id, row.id, LOOKED_AT))
            names += [provided.event_type] if provided and provided.event_type not in names else []
        headers = {"content-type": "application/json"} if provided is None else provided.headers
        made: list[SampleRequest] = []
        for name in names[:TYPES_MOST]:
            bodies = await self._bodies(row.tenant_id, name)
            made += [SampleRequest(kind="schema", event_type=name, body=body, headers=headers) for body in bodies[:1]]
        return made

    async def _bodies(self, tenant_id: str, event_type: str) -> Sequence[bytes]:
        """Data of a type of the tenant's own: the built-in ones are facts of ours, which nobody sends in."""
        try:
            shown = await self._registry.get(tenant_id, event_type)
        except NotFound:
            return ()
        return () if shown.built_in else await self._registry.samples(tenant_id, event_type)


def _provided(preset: Preset | None) -> SampleRequest | None:
    if preset is None or preset.sample is None:
        return None
    sample = sample_of(preset)
    headers = {name.lower(): value for name, value in sample.headers.items()}
    return SampleRequest(kind="provider", event_type=sample.event_type, body=sample.body, headers=headers)


def _repeated(request: StoredRequest, preset: Preset | None) -> SampleRequest:
    """A request that came, without what proved its sender: a test is signed anew."""
    signature = preset.record.signature if preset else None
    proofs = {name.lower() for name in signature.names} if signature else set()
    headers: dict[str, str] = {}
    for name, value in _read_fields(request.headers):
        if value != MASK and name not in _OWN_NAMES and name not in proofs:
            headers.setdefault(name, value)
    return SampleRequest(
        kind="last",
        event_type=request.event_type,
        body=request.body,
        method=request.method,
        headers=headers,
        query=request.query,
        event_id=request.id,
    )
