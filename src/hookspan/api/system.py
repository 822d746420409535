"""What the instance says of itself: health, version, metrics, who you are, what it offers (contracts A.7, C.7, C.8)."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from hookspan import observe
from hookspan.api.answers import content_of
from hookspan.api.auth import CallerOf, bearer_of, is_loopback_peer
from hookspan.api.bodies import Answer
from hookspan.api.problem_pages import problem_pages
from hookspan.api.request_bodies import MANAGEMENT_BYTES
from hookspan.api.rooms import Rooms, RoomsOf
from hookspan.api.sockets import PLACES_MOST
from hookspan.errors import NotFound, Unauthorized, Unavailable
from hookspan.model.rules import GROUPS_MOST, ROWS_MOST
from hookspan.model.times import instant
from hookspan.storage.backlog import backlog
from hookspan.storage.instance import database_answers

router = APIRouter(tags=["system"])
NAME = "hookspan"
DESCRIPTION = "A self-hosted event gateway: webhooks in, workflows, events, webhooks out"
DATABASE_SECONDS = 2.0
_LIMITS = {
    "managementBytes": MANAGEMENT_BYTES,
    "sockets": PLACES_MOST,
    "filterRows": ROWS_MOST,
    "filterGroups": GROUPS_MOST,
}


class Version(Answer):
    """Which release answers."""

    version: str
    name: str
    description: str


class SeedHealth(Answer):
    """Health in short: a word, and when it was looked at."""

    status: str
    timestamp: str


class Health(Answer):
    """Every check by name, each with `ok` and what it measured."""

    status: str
    checks: dict[str, dict[str, Any]]


class Me(Answer):
    """The caller: a person, or a key under its name."""

    id: str
    username: str
    kind: str
    roles: list[str]
    scopes: list[str]
    tenant_id: str
    expires_at: str | None


class Meta(Answer):
    """What a client may count on here."""

    version: str
    base_url: str
    limits: dict[str, Any]
    features: dict[str, bool]
    retention: dict[str, Any]


@router.get("/livez", operation_id="live")
async def livez() -> dict[str, str]:
    """200 while the event loop turns."""
    return {"status": "ok"}


@router.get("/startupz", operation_id="startup")
async def startupz(rooms: RoomsOf, response: Response) -> dict[str, str]:
    """200 once the schema is in place."""
    if not rooms.health.checks().get("migrations", {"ok": True})["ok"]:
        response.status_code = 503
        return {"status": "starting"}
    return {"status": "ok"}


@router.get("/readyz", operation_id="ready", responses={503: {"model": Health}})
async def readyz(rooms: RoomsOf, response: Response) -> Health:
    """200 when work can be taken, 503 with the reason when not."""
    health = await health_of(rooms)
    response.status_code = 200 if health.status == "ok" else 503
    return health


@router.get("/health", operation_id="health")
async def health(rooms: RoomsOf) -> Health:
    """The same document, always 200."""
    return await health_of(rooms)


@router.get("/api/health", operation_id="seedHealth", responses={503: {"model": SeedHealth}})
async def seed_health(rooms: RoomsOf, response: Response) -> SeedHealth:
    """Health in one word."""
    ready = (await health_of(rooms)).status == "ok"
    response.status_code = 200 if ready else 503
    return SeedHealth(status="ok" if ready else "error", timestamp=instant(rooms.clock.now_ms()))


@router.get("/api/version", operation_id="version")
async def version(rooms: RoomsOf) -> Version:
    """Which release answers."""
    return Version(version=rooms.settings.version, name=NAME, description=DESCRIPTION)


@router.get("/metrics", operation_id="metrics", response_class=Response, responses=content_of("text/plain"))
async def metrics(request: Request, rooms: RoomsOf) -> Response:
    """Prometheus text, for this machine or whoever holds the metrics token."""
    wanted = rooms.settings.metrics_token
    if wanted is None:
        allowed = is_loopback_peer(request.scope)
    else:
        allowed = hmac.compare_digest((bearer_of(request.scope) or "").encode(), wanted.encode())
    if not allowed:
        raise Unauthorized("Authentication required")
    await _gauge(rooms)
    return Response(generate_latest(observe.registry), media_type=CONTENT_TYPE_LATEST)


async def _gauge(rooms: Rooms) -> None:
    """Set the gauges to what waits now; a database that does not answer leaves them empty."""
    for gauge in (observe.queue_depth, observe.queue_oldest, observe.endpoints_now):
        gauge.clear()
    now = rooms.clock.now_ms()
    with contextlib.suppress(TimeoutError, Unavailable):
        async with asyncio.timeout(DATABASE_SECONDS):
            found = await rooms.database.read(backlog, now)
        for due in found.due:
            observe.queue_depth.labels(due.kind, due.priority).set(due.depth)
            observe.queue_oldest.labels(due.kind, due.priority).set((now - due.oldest_due_at) / 1000)
        observe.breakers_open.set(found.breakers_open)
        for status, number in found.endpoints.items():
            observe.endpoints_now.labels(status).set(number)


@router.get("/api/v1/me", operation_id="me")
async def me(rooms: RoomsOf, caller: CallerOf) -> Me:
    """Who the credential speaks for, and what it may."""
    identity = caller.actor.partition(":")[2]
    if caller.kind == "key":
        name = (await rooms.access.api_keys.get(identity, caller)).name
    else:
        user = await rooms.access.users.get(caller.tenant_id, identity)
        name = "" if user is None else user.username
    return Me(
        id=identity,
        username=name,
        kind=caller.kind,
        roles=list(caller.roles),
        scopes=sorted(caller.scopes),
        tenant_id=caller.tenant_id,
        expires_at=None if caller.expires_at is None else instant(caller.expires_at),
    )


@router.get("/api/v1/meta", operation_id="meta")
async def meta(request: Request, rooms: RoomsOf, caller: CallerOf) -> Meta:
    """Version, base URL, limits, features, retention."""
    settings, kept = rooms.settings, await rooms.janitor.kept(caller.tenant_id)
    return Meta(
        version=settings.version,
        base_url=settings.base_url or str(request.base_url).rstrip("/"),
        limits={**_LIMITS, "payloadBytes": settings.payload_bytes, **settings.limits},
        features=dict(settings.features),
        retention={kind: {"days": days} for kind, days in kept.days.items()},
    )


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> Response:
    """The document of this API, OpenAPI 3.1."""
    root = request.scope.get("root_path", "").rstrip("/")
    servers = {"servers": [{"url": root}]} if root else {}
    return Response(msgspec.json.encode({**request.app.openapi(), **servers}), media_type="application/json")


@router.get(
    "/docs/problems/{code}", operation_id="problem", response_class=Response, responses=content_of("text/plain")
)
async def problem(code: str) -> Response:
    """What a problem's `type` leads to: status, meaning and remedy, as plain text."""
    found = problem_pages().get(code)
    if found is None:
        raise NotFound("no such problem")
    return Response(found, media_type="text/plain; charset=utf-8")


async def health_of(rooms: Rooms) -> Health:
    """Ask the database now, and the background work for what it saw (reliability.md §4.20)."""
    checks: dict[str, dict[str, Any]] = {"database": await _database_check(rooms)}
    checks |= {name: dict(check) for name, check in rooms.health.checks().items()}
    return Health(status="ok" if all(check["ok"] for check in checks.values()) else "not_ready", checks=checks)


async def _database_check(rooms: Rooms) -> dict[str, Any]:
    begun, answered = rooms.clock.monotonic(), False
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DATABASE_SECONDS):
            answered = await database_answers(rooms.database)
    return {"ok": answered, "ms": round((rooms.clock.monotonic() - begun) * 1000)}
