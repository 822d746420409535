"""`/api/webhooks`: seed 002's door to endpoints (contracts A.2 to A.4). Errors read `{"message": …}`."""

from __future__ import annotations

import re
from typing import Annotated, Any, cast

import msgspec
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import Field

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.bodies import Answer, SeedBody
from hookspan.api.rooms import RoomsOf
from hookspan.errors import Invalid, NotAcceptable
from hookspan.model.ids import canonical_id
from hookspan.model.match import is_name
from hookspan.model.times import instant
from hookspan.outbound.endpoint_wish import EndpointWish
from hookspan.outbound.rehearse import Rehearsal, rehearse
from hookspan.outbound.sign import check_legacy_secret
from hookspan.storage.endpoints import EndpointRow

LIST_MOST = 1_000
MASK = "********"
_SENT_BACK = re.compile(r"\*{8}.{0,4}", re.DOTALL)
_VENDOR = re.compile(r"application/vnd\.workflow-orchestration\.v([0-9]+)\+json")


def negotiated(accept: Annotated[str, Header(max_length=1_000)] = "*/*") -> None:
    """Version 1 is offered, as `application/json`; another one by its vendor type is 406."""
    versions = _VENDOR.findall(accept)
    if versions and "1" not in versions:
        raise NotAcceptable("only version 1 of this API is offered")


router = APIRouter(prefix="/api/webhooks", tags=["orchestrator"], dependencies=[Depends(negotiated)])
Reader = Annotated[Caller, may("endpoints:read")]
Writer = Annotated[Caller, may("endpoints:write")]


class OrchestratorWebhookInput(SeedBody):
    """A URL and the events it wants; `secret` signs `X-Webhook-Signature`."""

    url: str
    events: list[str]
    secret: str | None = None


class OrchestratorWebhookChange(SeedBody):
    """Members to change; absent = unchanged, `secret` null removes it, the mask leaves it alone."""

    url: str = ""
    events: list[str] = Field(default_factory=list)
    secret: str | None = None
    active: bool = True


class OrchestratorWebhook(Answer):
    """An endpoint as this route prints it; `secret` is clear only where this request set it."""

    id: str
    url: str
    events: list[str]
    secret: str | None
    active: bool
    created_at: str
    updated_at: str


class WebhookTestInput(SeedBody):
    """A test send."""

    url: str
    event: str
    payload: Any = None
    secret: str | None = None


class WebhookTestResult(Answer):
    """How the address answered; `headers` and `body` need the scope endpoints:test_body."""

    success: bool
    status_code: int | None
    message: str
    duration_ms: int
    headers: dict[str, str] = Field(default_factory=dict)
    body: str = ""


@router.post("", status_code=201, operation_id="createOrchestratorWebhook")
async def create_webhook(
    body: OrchestratorWebhookInput, rooms: RoomsOf, caller: Writer, response: Response
) -> OrchestratorWebhook:
    """Register a URL; the answer shows the secret in clear."""
    wish: EndpointWish = {"url": body.url, "events": body.events}
    if body.secret is not None:
        wish["legacy_secret"] = check_legacy_secret(body.secret, "/secret")
    kept = await rooms.endpoints.create(caller.tenant_id, wish, created_by="orchestrator", profile="orchestrator")
    response.headers["Location"] = f"/api/webhooks/{kept.endpoint.id}"
    return _shown(kept.endpoint, kept.legacy_secret)


@router.get("", operation_id="listOrchestratorWebhooks")
async def list_webhooks(
    rooms: RoomsOf,
    caller: Reader,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=LIST_MOST)] = LIST_MOST,
    offset: Annotated[int, Query(ge=0, le=LIST_MOST)] = 0,
) -> list[OrchestratorWebhook]:
    """All endpoints of the tenant, newest first; with `limit` and `offset` a page and its links."""
    rows, total = await rooms.endpoints.page(caller.tenant_id, limit, offset)
    links = []
    if offset + len(rows) < total:
        links.append(f'</api/webhooks?limit={limit}&offset={offset + limit}>; rel="next"')
    if offset > 0:
        links.append(f'</api/webhooks?limit={limit}&offset={max(0, offset - limit)}>; rel="prev"')
    if links:
        response.headers["Link"] = ", ".join(links)
    return [_shown(row) for row in rows]


@router.post("/test", operation_id="testOrchestratorWebhook", response_model_exclude_unset=True)
async def test_webhook(
    body: WebhookTestInput, request: Request, rooms: RoomsOf, caller: Annotated[Caller, may("endpoints:test")]
) -> WebhookTestResult:
    """Send one request at once, in this door's wire profile; nothing is stored and nothing is tried again."""
    if not is_name(body.event):
        raise Invalid.one("/event", "must be an event name such as workflow.execution.completed")
    wish: EndpointWish = {"url": body.url, "profile": "orchestrator"}
    if body.secret is not None:
        wish["legacy_secret"] = check_legacy_secret(body.secret, "/secret")
    target = await rooms.endpoints.draft(caller.tenant_id, wish)
    rooms.endpoints.tests.spend(caller.tenant_id)
    payload = _payload(await request.body())
    test = Rehearsal(target=target, profile="orchestrator", event=body.event, data=payload)
    found = await rehearse(rooms.client, rooms.clock, test, product=f"hookspan/{rooms.settings.version}")
    result = WebhookTestResult(
        success=found.success, status_code=found.status_code, message=found.message, duration_ms=found.duration_ms
    )
    if not caller.may("endpoints:test_body"):
        return result
    return WebhookTestResult(**result.model_dump(exclude_unset=True), headers=dict(found.headers), body=found.body)


@router.get("/{webhook_id}", operation_id="getOrchestratorWebhook")
async def get_webhook(webhook_id: str, rooms: RoomsOf, caller: Reader) -> OrchestratorWebhook:
    """One endpoint."""
    return _shown(await rooms.endpoints.get(caller.tenant_id, canonical_id(webhook_id)))


@router.put("/{webhook_id}", operation_id="updateOrchestratorWebhook")
async def update_webhook(
    webhook_id: str, body: OrchestratorWebhookChange, rooms: RoomsOf, caller: Writer
) -> OrchestratorWebhook:
    """Change the members named; `active` false pauses, true resumes."""
    named = {name: getattr(body, name) for name in body.model_fields_set}
    secret = named.pop("secret", MASK)
    is_sent_back = secret is not None and _SENT_BACK.fullmatch(secret) is not None
    if not is_sent_back:
        named["legacy_secret"] = secret if secret is None else check_legacy_secret(secret, "/secret")
    kept = await rooms.endpoints.update(caller.tenant_id, canonical_id(webhook_id), cast(EndpointWish, named))
    return _shown(kept.endpoint, kept.legacy_secret)


@router.delete("/{webhook_id}", status_code=204, operation_id="deleteOrchestratorWebhook")
async def delete_webhook(webhook_id: str, rooms: RoomsOf, caller: Writer) -> None:
    """Delete an endpoint; its open deliveries are cancelled, its history stays."""
    await rooms.endpoints.delete(caller.tenant_id, canonical_id(webhook_id))


class _Payload(msgspec.Struct):
    payload: msgspec.Raw = msgspec.Raw(b"{}")


_read_payload = msgspec.json.Decoder(_Payload).decode


def _payload(body: bytes) -> bytes:
    """The payload's own bytes: numbers that a parser would round are sent as they were written."""
    return bytes(_read_payload(body).payload)


def _shown(row: EndpointRow, clear: str | None = None) -> OrchestratorWebhook:
    legacy = row.secret("legacy")
    mask = None if legacy is None else MASK + legacy.hint
    return OrchestratorWebhook(
        id=row.id,
        url=row.url,
        events=list(row.events),
        secret=clear if clear is not None else mask,
        active=row.status == "active",
        created_at=instant(row.created_at),
        updated_at=instant(row.updated_at),
    )
