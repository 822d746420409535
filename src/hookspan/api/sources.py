"""`/api/v1/webhooks`: the sources, as seed 003 shapes them (contracts B.1, B.2)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.rooms import RoomsOf
from hookspan.api.source_answers import (
    UNUSED,
    awaited,
    counts_of,
    regenerated,
    revealed,
    shown,
    wish_of,
    with_counts,
    written,
)
from hookspan.api.source_query import WebhookQuery
from hookspan.api.source_shapes import (
    RegenerateInput,
    Webhook,
    WebhookInput,
    WebhookList,
    WebhookPatch,
    WebhookSecret,
    WebhookSecrets,
    WrittenWebhook,
)
from hookspan.errors import Invalid
from hookspan.model.ids import canonical_id

router = APIRouter(prefix="/api/v1/webhooks", tags=["webhooks"])
Reader = Annotated[Caller, may("sources:read")]
Writer = Annotated[Caller, may("sources:write")]
Pauser = Annotated[Caller, may("sources:pause")]


@router.get("", operation_id="listWebhooks", response_model_exclude_unset=True)
async def list_webhooks(
    rooms: RoomsOf, caller: Reader, request: Request, asked: Annotated[WebhookQuery, Query()]
) -> WebhookList:
    """The sources of the tenant; `q` looks in names and paths."""
    limit, offset = asked.page
    rows, total = await rooms.sources.list(caller.tenant_id, asked.wanted, limit, offset)
    counts = await counts_of(rooms, caller, [row.id for row in rows])
    data = [shown(rooms, request, row, counts[row.id]) for row in rows]
    return WebhookList(data=data, total=total, limit=limit, offset=offset)


@router.post("", status_code=201, operation_id="createWebhook", response_model_exclude_unset=True)
async def create_webhook(
    body: WebhookInput, rooms: RoomsOf, caller: Writer, request: Request, response: Response
) -> WrittenWebhook:
    """Make a source; the secret in the answer is shown here, and later only on reveal."""
    kept = await rooms.sources.create(caller.tenant_id, wish_of(body))
    response.headers["Location"] = f"/api/v1/webhooks/{kept.source.id}"
    return written(shown(rooms, request, kept.source, UNUSED), kept.credential)


@router.get("/{webhook_id}", operation_id="getWebhook", response_model_exclude_unset=True)
async def get_webhook(webhook_id: str, rooms: RoomsOf, caller: Reader, request: Request) -> Webhook:
    """One source."""
    row = await rooms.sources.get(caller.tenant_id, canonical_id(webhook_id))
    return await with_counts(rooms, caller, request, row)


@router.put("/{webhook_id}", operation_id="updateWebhook", response_model_exclude_unset=True)
async def update_webhook(
    webhook_id: str, body: WebhookPatch, rooms: RoomsOf, caller: Writer, request: Request
) -> WrittenWebhook:
    """Change the members named."""
    kept = await rooms.sources.update(caller.tenant_id, canonical_id(webhook_id), wish_of(body))
    return written(await with_counts(rooms, caller, request, kept.source), kept.credential)


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


@router.post("/{webhook_id}/pause", operation_id="pauseWebhook", response_model_exclude_unset=True)
async def pause_webhook(webhook_id: str, rooms: RoomsOf, caller: Pauser, request: Request) -> Webhook:
    """Hold what comes: it is verified, stored and answered as accepted, and nothing runs."""
    row = await rooms.sources.pause(caller.tenant_id, canonical_id(webhook_id))
    return await with_counts(rooms, caller, request, row)


@router.post("/{webhook_id}/resume", operation_id="resumeWebhook", response_model_exclude_unset=True)
async def resume_webhook(webhook_id: str, rooms: RoomsOf, caller: Pauser, request: Request) -> Webhook:
    """Route again; what was held goes through filters and routing in order of arrival."""
    row = await rooms.sources.resume(caller.tenant_id, canonical_id(webhook_id))
    return await with_counts(rooms, caller, request, row)


@router.post(
    "/{webhook_id}/regenerate-secret", operation_id="regenerateWebhookSecret", response_model_exclude_unset=True
)
async def regenerate_secret(
    webhook_id: str,
    rooms: RoomsOf,
    caller: Annotated[Caller, may("secrets:rotate")],
    body: RegenerateInput | None = None,
) -> WebhookSecret:
    """A new secret; the old one holds for `overlapMs` more, 0 revokes it now. `await` takes one by handshake."""
    wish = body or RegenerateInput()
    if wish.is_awaited and wish.secret is not None:
        raise Invalid.one("/await", "send a secret or await one, not both")
    if wish.is_awaited:
        return awaited(await rooms.sources.await_secret(caller.tenant_id, canonical_id(webhook_id)))
    credential = await rooms.sources.regenerate(
        caller.tenant_id, canonical_id(webhook_id), wish.secret, overlap_ms=wish.overlap_ms
    )
    return regenerated(credential)


@router.get("/{webhook_id}/secret", operation_id="revealWebhookSecret")
async def reveal_secret(
    webhook_id: str, rooms: RoomsOf, caller: Annotated[Caller, may("secrets:reveal")]
) -> WebhookSecrets:
    """What senders must know, in clear, and the older secrets that still hold."""
    return revealed(await rooms.sources.reveal(caller.tenant_id, canonical_id(webhook_id)))
