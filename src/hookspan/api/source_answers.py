"""From the bodies of the sources' routes to wishes, and from rows to what is shown."""

from __future__ import annotations

from typing import cast

import msgspec
from fastapi import Request

from hookspan.access.roles import Caller
from hookspan.api.rooms import Rooms
from hookspan.api.source_shapes import (
    PreviousSecret,
    Webhook,
    WebhookPatch,
    WebhookSecret,
    WebhookSecrets,
    WrittenWebhook,
)
from hookspan.errors import Invalid
from hookspan.inbound.credentials import Credential
from hookspan.inbound.settings import Settings, settings_read
from hookspan.inbound.snapshot import VERIFY_TOKEN, live_secrets, preset_of
from hookspan.inbound.sources import Revealed, SourceWish
from hookspan.model.source_health import SourceCounts, health_of
from hookspan.model.times import instant, optional_instant
from hookspan.storage.source_counts import source_counts
from hookspan.storage.webhooks import WebhookRow

UNUSED = SourceCounts()


def wish_of(body: WebhookPatch) -> SourceWish:
    """The members that a caller named."""
    return cast(SourceWish, {name: getattr(body, name) for name in body.model_fields_set})


async def counts_of(rooms: Rooms, caller: Caller, ids: list[str]) -> dict[str, SourceCounts]:
    """What came to these sources lately."""
    return await rooms.database.read(source_counts, caller.tenant_id, ids, rooms.clock.now_ms())


async def with_counts(rooms: Rooms, caller: Caller, request: Request, row: WebhookRow) -> Webhook:
    """A source as it is shown alone."""
    return shown(rooms, request, row, (await counts_of(rooms, caller, [row.id]))[row.id])


def shown(rooms: Rooms, request: Request, row: WebhookRow, counts: SourceCounts) -> Webhook:
    """A source as contracts B.1 has it."""
    now = rooms.clock.now_ms()
    live = live_secrets(row.secrets, now)
    endings = [each.expires_at for each in live[1:] if each.expires_at is not None]
    base_url = (rooms.settings.base_url or str(request.base_url)).rstrip("/")
    triggered = {} if row.last_triggered_at is None else {"last_triggered_at": instant(row.last_triggered_at)}
    return Webhook.model_validate(
        {
            "id": row.id,
            "tenant_id": row.tenant_id,
            "workflow_id": row.workflow_id or "",
            "node_id": row.node_id,
            "name": row.name,
            "description": row.description,
            "path": row.path,
            "url": f"{base_url}/api/v1/webhooks/{row.path}",
            "auth_type": row.auth_type,
            "provider": row.provider,
            "enabled": row.status != "disabled",
            "status": row.status,
            "priority": row.priority,
            "trigger_count": row.trigger_count,
            **triggered,
            "created_at": instant(row.created_at),
            "updated_at": instant(row.updated_at),
            "secret_hint": live[0].hint if live else None,
            "previous_secret_expires_at": optional_instant(max(endings, default=None)),
            "health": health_of(row.status, counts),
            "error_rate": {"h1": counts.hour.error_rate, "h24": counts.day.error_rate},
            **_settings(row, now),
        }
    )


def written(webhook: Webhook, credential: Credential | None) -> WrittenWebhook:
    """A source after a write, with the credential which that write set."""
    told: dict[str, object] = {}
    if credential is not None:
        told = {"credentials": credential.shown} if credential.shown else {"secret": credential.secret}
    return WrittenWebhook.model_validate({**webhook.model_dump(exclude_unset=True), **told})


def regenerated(credential: Credential) -> WebhookSecret:
    """A fresh secret: of a basic source its password."""
    told = credential.shown or {}
    return WebhookSecret(secret=credential.secret or told.get("password") or credential.text)


def awaited(row: WebhookRow) -> WebhookSecret:
    """That a secret is awaited."""
    return WebhookSecret(secret="", awaiting_until=optional_instant(settings_read(row.settings).awaiting_until))


def revealed(found: Revealed) -> WebhookSecrets:
    """Everything senders must know, in clear."""
    return WebhookSecrets(
        secret=found.credential.secret if found.credential else None,
        credentials=found.credential.shown if found.credential else None,
        previous=[PreviousSecret(hint=row.hint, expires_at=optional_instant(row.expires_at)) for row in found.previous],
        verify_token=found.verify_token,
    )


def _settings(row: WebhookRow, now: int) -> dict[str, object]:
    settings = settings_read(row.settings)
    tokens = live_secrets(row.secrets, now, VERIFY_TOKEN)
    own, limit = settings.response, settings.rate_limit
    return {
        "methods": _methods(row, settings),
        "content_types": None if settings.content_types is None else list(settings.content_types),
        "require_json": settings.require_json,
        "max_body_bytes": settings.max_body_bytes,
        "allowed_ips": list(settings.allowed_ips),
        "rate_limit": None if limit is None else msgspec.to_builtins(limit),
        "verification": settings.verification,
        "dedupe": msgspec.to_builtins(settings.dedupe),
        "response": None if own is None else msgspec.to_builtins(own),
        "event_type_prefix": settings.event_type_prefix,
        "ordering_key": settings.ordering_key,
        "registered_url": settings.registered_url,
        "split": settings.split,
        "retention_days": settings.retention_days,
        "enrichment": settings.enrichment.as_json(),
        "schema_check": settings.schema_check,
        "handshake": {
            "verify_token_hint": tokens[0].hint if tokens else None,
            "origins": list(settings.handshake.origins),
            "topics": list(settings.handshake.topics),
        },
        "awaiting_until": optional_instant(settings.awaiting_until if settings.awaiting_until > now else None),
    }


def _methods(row: WebhookRow, settings: Settings) -> list[str]:
    if settings.methods is not None:
        return list(settings.methods)
    try:
        return list(preset_of(row.auth_type, row.provider, settings).methods)
    except Invalid:
        return []
