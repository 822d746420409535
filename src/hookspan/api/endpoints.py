"""`/api/v1/endpoints`: where events are sent (contracts C.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.conditional import IfVersion, entity_tag, is_known, not_modified, tagged
from hookspan.api.endpoint_bodies import (
    EndpointInput,
    EndpointPatch,
    ResumeInput,
    RotateInput,
    TlsInput,
    patch_of,
    wish_of,
)
from hookspan.api.endpoint_shapes import (
    Endpoint,
    EndpointList,
    EndpointSecrets,
    EndpointStatus,
    PlannedAttempt,
    Profile,
    RotatedEndpoint,
    SchedulePreview,
    WrittenEndpoint,
    members_of,
    revealed,
    rotated,
    written,
)
from hookspan.api.paging import CountedPagingOf
from hookspan.api.rooms import Rooms, RoomsOf
from hookspan.errors import Forbidden, Invalid
from hookspan.model.ids import canonical_id
from hookspan.model.match import is_name
from hookspan.model.times import instant
from hookspan.model.urls import redact_url
from hookspan.outbound.endpoints import CreatedBy
from hookspan.storage.endpoint_outcomes import outcomes_since
from hookspan.storage.endpoints import EndpointFilter, EndpointRow

router = APIRouter(prefix="/api/v1/endpoints", tags=["endpoints"])
Reader = Annotated[Caller, may("endpoints:read")]
Writer = Annotated[Caller, may("endpoints:write")]
Pauser = Annotated[Caller, may("endpoints:pause")]

DAY_MS = 86_400_000
RELAXES_TLS = "settings:write"
"""Among the roles only administrators and owners have this scope (S39)."""


def _wanted(
    status: Annotated[list[EndpointStatus] | None, Query()] = None,
    profile: Annotated[list[Profile] | None, Query()] = None,
    url: str | None = None,
    q: Annotated[str | None, Query(max_length=200)] = None,
    events: Annotated[str | None, Query(max_length=100)] = None,
) -> EndpointFilter:
    if events is not None and not is_name(events):
        raise Invalid.one("/events", "must be an event name; endpoints with a pattern that takes it are listed")
    return EndpointFilter(tuple(status or ()), tuple(profile or ()), url, q, events)


def _made_by(user_agent: Annotated[str, Header(max_length=1_000)] = "") -> CreatedBy:
    """Our own command line and client say who they are; everybody else is the API."""
    product = user_agent.partition("/")[0]
    return "cli" if product == "hookspan-cli" else "library" if product == "hookspan-client" else "native"


@router.get("", operation_id="listEndpoints")
async def list_endpoints(
    rooms: RoomsOf,
    caller: Reader,
    paging: CountedPagingOf,
    response: Response,
    wanted: Annotated[EndpointFilter, Depends(_wanted)],
) -> EndpointList:
    """The endpoints of the tenant, newest first; `q` looks in names and URLs, `events` is a name that a pattern takes.

    URLs are shown redacted.
    """
    rows, page = await rooms.endpoints.list(caller.tenant_id, wanted, paging.keyset)
    links = paging.links_of(response, page)
    found = await _outcomes(rooms, caller.tenant_id, rows)
    data = [
        Endpoint.model_validate({**members_of(row, found.get(row.id, (0, 0))), "url": redact_url(row.url)})
        for row in rows
    ]
    return EndpointList.model_validate({"data": data, **links})


@router.post("", status_code=201, operation_id="createEndpoint")
async def create_endpoint(
    body: EndpointInput,
    rooms: RoomsOf,
    caller: Writer,
    response: Response,
    made_by: Annotated[CreatedBy, Depends(_made_by)],
) -> WrittenEndpoint:
    """Make an endpoint; the secrets in the answer are shown here, and later only on reveal."""
    _check_tls(body.tls, caller)
    kept = await rooms.endpoints.create(caller.tenant_id, wish_of(body), created_by=made_by)
    response.headers["Location"] = f"/api/v1/endpoints/{kept.endpoint.id}"
    tagged(response, kept.endpoint.version)
    return written(kept, (0, 0))


@router.get("/{endpoint_id}", operation_id="getEndpoint", response_model=Endpoint)
async def get_endpoint(
    endpoint_id: str, request: Request, rooms: RoomsOf, caller: Reader, response: Response
) -> Endpoint | Response:
    """One endpoint."""
    row = await rooms.endpoints.get(caller.tenant_id, canonical_id(endpoint_id))
    if is_known(request, tag := entity_tag(row.version)):
        return not_modified(tag)
    return await _shown(rooms, row, response)


@router.put("/{endpoint_id}", operation_id="replaceEndpoint")
async def replace_endpoint(
    endpoint_id: str, body: EndpointInput, rooms: RoomsOf, caller: Writer, response: Response, *, if_version: IfVersion
) -> WrittenEndpoint:
    """Replace an endpoint; absent members get their defaults, signing secrets and what stands masked stay."""
    _check_tls(body.tls, caller)
    kept = await rooms.endpoints.update(
        caller.tenant_id, canonical_id(endpoint_id), wish_of(body), replaces=True, if_version=if_version
    )
    tagged(response, kept.endpoint.version)
    return written(kept, await _outcome(rooms, kept.endpoint))


@router.patch("/{endpoint_id}", operation_id="patchEndpoint")
async def patch_endpoint(
    endpoint_id: str, body: EndpointPatch, rooms: RoomsOf, caller: Writer, response: Response, *, if_version: IfVersion
) -> WrittenEndpoint:
    """Change the members named, of headers and metadata those within; a secret set here counts instead of the old."""
    _check_tls(body.tls, caller)
    kept = await rooms.endpoints.update(
        caller.tenant_id, canonical_id(endpoint_id), patch_of(body), if_version=if_version
    )
    tagged(response, kept.endpoint.version)
    return written(kept, await _outcome(rooms, kept.endpoint))


@router.delete("/{endpoint_id}", status_code=204, operation_id="deleteEndpoint")
async def delete_endpoint(endpoint_id: str, rooms: RoomsOf, caller: Writer, if_version: IfVersion) -> None:
    """Delete an endpoint; what waits for it is cancelled, its history stays until retention."""
    await rooms.endpoints.delete(caller.tenant_id, canonical_id(endpoint_id), if_version=if_version)


@router.post("/{endpoint_id}/pause", operation_id="pauseEndpoint")
async def pause_endpoint(endpoint_id: str, rooms: RoomsOf, caller: Pauser, response: Response) -> Endpoint:
    """Stop sending; deliveries are held, not lost."""
    return await _shown(rooms, await rooms.endpoints.pause(caller.tenant_id, canonical_id(endpoint_id)), response)


@router.post("/{endpoint_id}/resume", operation_id="resumeEndpoint")
async def resume_endpoint(
    endpoint_id: str, rooms: RoomsOf, caller: Pauser, response: Response, body: ResumeInput | None = None
) -> Endpoint:
    """Send again, slowly at first; a disabled endpoint gets one probe. Held deliveries are released or cancelled."""
    held = body.held if body else "release"
    row = await rooms.endpoints.resume(caller.tenant_id, canonical_id(endpoint_id), held=held)
    return await _shown(rooms, row, response)


@router.post("/{endpoint_id}/rotate-secret", operation_id="rotateEndpointSecret")
async def rotate_endpoint_secret(
    endpoint_id: str,
    rooms: RoomsOf,
    caller: Annotated[Caller, may("secrets:rotate")],
    response: Response,
    body: RotateInput | None = None,
) -> RotatedEndpoint:
    """A new secret signs first; the old one signs beside it for `overlapMs` more, 0 revokes it now."""
    asked = body or RotateInput()
    found = await rooms.endpoints.rotate(
        caller.tenant_id,
        canonical_id(endpoint_id),
        which=asked.which,
        secret=asked.secret,
        overlap_ms=asked.overlap_ms,
    )
    tagged(response, found.endpoint.version)
    return rotated(found, asked.which, await _outcome(rooms, found.endpoint))


@router.get("/{endpoint_id}/secret", operation_id="revealEndpointSecret")
async def reveal_endpoint_secret(
    endpoint_id: str, rooms: RoomsOf, caller: Annotated[Caller, may("secrets:reveal")]
) -> EndpointSecrets:
    """The secrets in clear, and hints of the rotated ones that still sign."""
    return revealed(await rooms.endpoints.reveal(caller.tenant_id, canonical_id(endpoint_id)))


@router.get("/{endpoint_id}/schedule-preview", operation_id="previewEndpointSchedule")
async def preview_endpoint_schedule(endpoint_id: str, rooms: RoomsOf, caller: Reader) -> SchedulePreview:
    """When a delivery accepted now would be attempted if every attempt failed."""
    plan = await rooms.endpoints.preview(caller.tenant_id, canonical_id(endpoint_id))
    data = [PlannedAttempt(attempt=each.attempt, at=instant(each.at), wait_ms=each.wait_ms) for each in plan]
    return SchedulePreview(data=data, span_ms=plan[-1].at - plan[0].at)


def _check_tls(asked: TlsInput | None, caller: Caller) -> None:
    if asked is not None and asked.verify is False and not caller.may(RELAXES_TLS):
        raise Forbidden("only an administrator may let an endpoint go without a check of its certificate")


async def _outcomes(rooms: Rooms, tenant_id: str, rows: Sequence[EndpointRow]) -> Mapping[str, tuple[int, int]]:
    ids = [row.id for row in rows]
    return await rooms.database.read(outcomes_since, tenant_id, ids, rooms.clock.now_ms() - DAY_MS)


async def _outcome(rooms: Rooms, row: EndpointRow) -> tuple[int, int]:
    return (await _outcomes(rooms, row.tenant_id, [row])).get(row.id, (0, 0))


async def _shown(rooms: Rooms, row: EndpointRow, response: Response) -> Endpoint:
    tagged(response, row.version)
    return Endpoint.model_validate(members_of(row, await _outcome(rooms, row)))
