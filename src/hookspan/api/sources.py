"""`/api/v1/webhooks`: the sources, as seed 003 shapes them (contracts B.1, B.2)."""

from __future__ import annotations

from typing import Annotated, cast

import msgspec
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.rooms import Rooms, RoomsOf
from hookspan.api.source_shapes import (
    AuthType,
    PreviousSecret,
    RegenerateInput,
    Webhook,
    WebhookInput,
    WebhookList,
    WebhookPatch,
    WebhookSecret,
    WebhookSecrets,
    WebhookStatus,
    WrittenWebhook,
)
from hookspan.errors import Fault, Invalid
from hookspan.inbound.credentials import Credential
from hookspan.inbound.settings import Settings, settings_read
from hookspan.inbound.snapshot import live_secrets, preset_of
from hookspan.inbound.sources import SourceWish
from hookspan.model.ids import canonical_id
from hookspan.model.times import instant, optional_instant
from hookspan.storage.receipts import ReceiptCounts, receipts_counts
from hookspan.storage.webhooks import WebhookFilter, WebhookRow

router = APIRouter(prefix="/api/v1/webhooks", tags=["sources"])
Reader = Annotated[Caller, may("sources:read")]
Writer = Annotated[Caller, may("sources:write")]

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
LIMIT_DEFAULT, LIMIT_MOST = 20, 1_000
VERDICT_FROM = 20
ENRICHMENT = {"sourceIp": True, "userAgent": True, "geo": False, "timing": True, "custom": {}, "rules": []}
_LATER: dict[str, object] = {
    "rate_limit": None,
    "ordering_key": None,
    "registered_url": None,
    "split": None,
    "retention_days": None,
    "enrichment": ENRICHMENT,
}
_SORTS = {
    "name": "name",
    "path": "path",
    "createdAt": "created_at",
    "lastTriggeredAt": "last_triggered_at",
    "triggerCount": "trigger_count",
}


_LIMIT = {"type": "integer", "minimum": 1, "maximum": LIMIT_MOST, "default": LIMIT_DEFAULT}
_OFFSET = {"type": "integer", "minimum": 0, "default": 0}


class WebhookQuery(BaseModel):
    """Filters of the list of sources; a bad number falls back to its default, as seed 003's own code does."""

    model_config = ConfigDict(alias_generator=to_camel)

    limit: Annotated[str, WithJsonSchema(_LIMIT)] = ""
    offset: Annotated[str, WithJsonSchema(_OFFSET)] = ""
    workflow_id: str | None = None
    enabled: bool | None = None
    status: WebhookStatus | None = None
    auth_type: AuthType | None = None
    provider: str | None = None
    priority: Annotated[int | None, Field(ge=0, le=3)] = None
    q: Annotated[str | None, Field(max_length=200)] = None
    sort: Annotated[str, Field(max_length=40)] = "-createdAt"

    @property
    def page(self) -> tuple[int, int]:
        """Limit and offset."""
        limit = _number(self.limit, LIMIT_DEFAULT)
        return (limit if 1 <= limit <= LIMIT_MOST else LIMIT_DEFAULT), _number(self.offset, 0)

    @property
    def wanted(self) -> WebhookFilter:
        """What is looked for."""
        column = _SORTS.get(self.sort.removeprefix("-"))
        if column is None:
            raise Invalid.one("/sort", f"must be one of {' '.join(_SORTS)}, with - before it to descend")
        statuses = {None: (), True: ("active", "paused"), False: ("disabled",)}[self.enabled]
        return WebhookFilter(
            workflow_id=self.workflow_id or None,
            statuses=(self.status,) if self.status else statuses,
            auth_type=self.auth_type,
            provider=self.provider or None,
            priority=self.priority,
            text=self.q or None,
            sort=("-" if self.sort.startswith("-") else "") + column,
        )


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else default


@router.get("", operation_id="listWebhooks", response_model_exclude_unset=True)
async def list_webhooks(
    rooms: RoomsOf, caller: Reader, request: Request, asked: Annotated[WebhookQuery, Query()]
) -> WebhookList:
    """The sources of the tenant; `q` looks in names and paths."""
    limit, offset = asked.page
    rows, total = await rooms.sources.list(caller.tenant_id, asked.wanted, limit, offset)
    counts = await _counts(rooms, caller, [row.id for row in rows])
    data = [_webhook(rooms, request, row, counts[row.id]) for row in rows]
    return WebhookList(data=data, total=total, limit=limit, offset=offset)


@router.post("", status_code=201, operation_id="createWebhook", response_model_exclude_unset=True)
async def create_webhook(
    body: WebhookInput, rooms: RoomsOf, caller: Writer, request: Request, response: Response
) -> WrittenWebhook:
    """Make a source; the secret in the answer is shown here, and later only on reveal."""
    kept = await rooms.sources.create(caller.tenant_id, _wish(body))
    response.headers["Location"] = f"/api/v1/webhooks/{kept.source.id}"
    return _written(_webhook(rooms, request, kept.source, _NONE), kept.credential)


@router.get("/{webhook_id}", operation_id="getWebhook", response_model_exclude_unset=True)
async def get_webhook(webhook_id: str, rooms: RoomsOf, caller: Reader, request: Request) -> Webhook:
    """One source."""
    row = await rooms.sources.get(caller.tenant_id, canonical_id(webhook_id))
    return _webhook(rooms, request, row, (await _counts(rooms, caller, [row.id]))[row.id])


@router.put("/{webhook_id}", operation_id="updateWebhook", response_model_exclude_unset=True)
async def update_webhook(
    webhook_id: str, body: WebhookPatch, rooms: RoomsOf, caller: Writer, request: Request
) -> WrittenWebhook:
    """Change the members named."""
    kept = await rooms.sources.update(caller.tenant_id, canonical_id(webhook_id), _wish(body))
    counts = await _counts(rooms, caller, [kept.source.id])
    return _written(_webhook(rooms, request, kept.source, counts[kept.source.id]), kept.credential)


@router.patch("/{webhook_id}", operation_id="patchWebhook", response_model_exclude_unset=True)
async def patch_webhook(
    webhook_id: str, body: WebhookPatch, rooms: RoomsOf, caller: Writer, request: Request
) -> WrittenWebhook:
    """Change the members named; the same as PUT."""
    return await update_webhook(webhook_id, body, rooms, caller, request)


@router.delete("/{webhook_id}", status_code=204, operation_id="deleteWebhook")
async def delete_webhook(webhook_id: str, rooms: RoomsOf, caller: Writer) -> None:
    """Delete a source: its path answers 404 at once; its events stay until retention."""
    await rooms.sources.delete(caller.tenant_id, canonical_id(webhook_id))


@router.post("/{webhook_id}/regenerate-secret", operation_id="regenerateWebhookSecret")
async def regenerate_secret(
    webhook_id: str,
    rooms: RoomsOf,
    caller: Annotated[Caller, may("secrets:rotate")],
    body: RegenerateInput | None = None,
) -> WebhookSecret:
    """A new secret; the old one holds for `overlapMs` more, 0 revokes it now."""
    wish = body or RegenerateInput()
    credential = await rooms.sources.regenerate(
        caller.tenant_id, canonical_id(webhook_id), wish.secret, overlap_ms=wish.overlap_ms
    )
    shown = credential.shown or {}
    return WebhookSecret(secret=credential.secret or shown.get("password") or credential.text)


@router.get("/{webhook_id}/secret", operation_id="revealWebhookSecret")
async def reveal_secret(
    webhook_id: str, rooms: RoomsOf, caller: Annotated[Caller, may("secrets:reveal")]
) -> WebhookSecrets:
    """What senders must know, in clear, and the older secrets that still hold."""
    found = await rooms.sources.reveal(caller.tenant_id, canonical_id(webhook_id))
    return WebhookSecrets(
        secret=found.credential.secret if found.credential else None,
        credentials=found.credential.shown if found.credential else None,
        previous=[PreviousSecret(hint=row.hint, expires_at=optional_instant(row.expires_at)) for row in found.previous],
    )


# -- from bodies to wishes, from rows to answers --------------------------------------------------------------------

_Counts = tuple[ReceiptCounts, ReceiptCounts]
_NONE: _Counts = (ReceiptCounts(), ReceiptCounts())


def _wish(body: WebhookPatch) -> SourceWish:
    """The members a caller named; those of later releases only in the value that they have anyway."""
    named = {name: getattr(body, name) for name in body.model_fields_set}
    faults = [
        Fault(f"/{_LATER_NAMES[name]}", "validation_error", "is not offered yet; leave it out")
        for name, usual in _LATER.items()
        if name in named and named.pop(name) not in (None, usual)
    ]
    if faults:
        raise Invalid(faults)
    return cast(SourceWish, named)


_LATER_NAMES = {name: cast(str, WebhookPatch.model_fields[name].alias) for name in _LATER}


async def _counts(rooms: Rooms, caller: Caller, ids: list[str]) -> dict[str, _Counts]:
    now = rooms.clock.now_ms()
    since = {"hour_at": now - HOUR_MS, "day_at": now - DAY_MS}
    return await rooms.database.read(receipts_counts, caller.tenant_id, ids, **since)


def _health(row: WebhookRow, hour: ReceiptCounts, day: ReceiptCounts) -> str:
    if row.status != "active":
        return row.status
    if day.total == 0:
        return "unused"
    if hour.total < VERDICT_FROM or hour.error_rate < 0.05:
        return "healthy"
    return "degraded" if hour.error_rate < 0.25 else "failing"


def _webhook(rooms: Rooms, request: Request, row: WebhookRow, counts: _Counts) -> Webhook:
    hour, day = counts
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
            "health": _health(row, hour, day),
            "error_rate": {"h1": hour.error_rate, "h24": day.error_rate},
            **_settings(row),
        }
    )


def _settings(row: WebhookRow) -> dict[str, object]:
    settings = settings_read(row.settings)
    return {
        "methods": _methods(row, settings),
        "content_types": None if settings.content_types is None else list(settings.content_types),
        "require_json": settings.require_json,
        "max_body_bytes": settings.max_body_bytes,
        "allowed_ips": list(settings.allowed_ips),
        "verification": settings.verification,
        "dedupe": msgspec.to_builtins(settings.dedupe),
        "response": None if settings.response is None else msgspec.to_builtins(settings.response),
        "event_type_prefix": settings.event_type_prefix,
        **_LATER,
    }


def _methods(row: WebhookRow, settings: Settings) -> list[str]:
    if settings.methods is not None:
        return list(settings.methods)
    try:
        return list(preset_of(row.auth_type, row.provider, settings).methods)
    except Invalid:
        return []


def _written(webhook: Webhook, credential: Credential | None) -> WrittenWebhook:
    shown: dict[str, object] = {}
    if credential is not None:
        shown = {"credentials": credential.shown} if credential.shown else {"secret": credential.secret}
    return WrittenWebhook.model_validate({**webhook.model_dump(exclude_unset=True), **shown})
