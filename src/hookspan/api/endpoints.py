"""`/api/v1/endpoints`: where events are sent (contracts C.2)."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, cast

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field
from typing_extensions import TypedDict

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.bodies import Answer, NativeBody
from hookspan.api.conditional import IfVersion, is_known, not_modified, tagged
from hookspan.api.paging import Listing, PagingOf
from hookspan.api.rooms import RoomsOf
from hookspan.errors import Fault, Invalid
from hookspan.model.ids import canonical_id
from hookspan.model.retry import policy_to_json
from hookspan.model.times import instant, optional_instant
from hookspan.model.urls import redact_url
from hookspan.outbound.endpoints import EndpointWish, Kept
from hookspan.storage.endpoints import EndpointFilter, EndpointRow

router = APIRouter(prefix="/api/v1/endpoints", tags=["endpoints"])
Reader = Annotated[Caller, may("endpoints:read")]
Writer = Annotated[Caller, may("endpoints:write")]
Pauser = Annotated[Caller, may("endpoints:pause")]

Profile = Literal["standard", "orchestrator", "systemprompt"]
Method = Literal["POST", "PUT", "PATCH", "DELETE", "GET"]
UnsafeNumbers = Literal["exact", "string", "round"]
EndpointStatus = Literal["active", "paused", "disabled"]


class RetryPolicyShape(TypedDict):
    """When a failed delivery is tried again; which members stand depends on the strategy. Milliseconds."""

    strategy: Literal["schedule", "exponential", "linear", "fixed"]
    maxAttempts: int
    jitter: float
    delaysMs: NotRequired[list[int]]
    initialDelayMs: NotRequired[int]
    multiplier: NotRequired[float]
    maxDelayMs: NotRequired[int]
    enabled: NotRequired[bool]


class SigningInput(NativeBody):
    """Secrets to sign with; `secret` is generated when absent, `legacySecret` null removes it."""

    secret: str | None = None
    legacy_secret: str | None = None


class EndpointPatch(NativeBody):
    """Members to change: absent = unchanged, null = its default (RFC 7396)."""

    name: str | None = None
    url: str | None = None
    method: Method | None = None
    profile: Profile | None = None
    events: list[str] | None = None
    retry: dict[str, Any] | None = None
    timeout_ms: int | None = None
    max_in_flight: int | None = None
    unsafe_numbers: UnsafeNumbers | None = None
    metadata: dict[str, Any] | None = None
    signing: SigningInput | None = None


class EndpointInput(NativeBody):
    """A whole endpoint; what is absent gets its default."""

    name: str = ""
    url: str
    method: Method = "POST"
    profile: Profile = "standard"
    events: list[str]
    retry: dict[str, Any] | None = None
    timeout_ms: int | None = None
    max_in_flight: int = 10
    unsafe_numbers: UnsafeNumbers = "exact"
    metadata: dict[str, Any] = Field(default_factory=dict)
    signing: SigningInput | None = None


class ResumeInput(NativeBody):
    """What becomes of the deliveries held meanwhile."""

    held: Literal["release", "cancel"] = "release"


class Signing(Answer):
    """How deliveries are signed; `secretHint` is the end of the secret."""

    secret_hint: str
    has_legacy_secret: bool


class Endpoint(Answer):
    """Where events are sent."""

    id: str
    name: str
    url: str
    method: Method
    profile: Profile
    events: list[str]
    status: EndpointStatus
    status_reason: str | None
    status_changed_at: str | None
    retry: RetryPolicyShape
    timeout_ms: int
    max_in_flight: int
    signing: Signing
    unsafe_numbers: UnsafeNumbers
    metadata: dict[str, Any]
    created_by: Literal["native", "orchestrator", "cli", "library"]
    created_at: str
    updated_at: str
    last_delivery_at: str | None


class SigningSecrets(Signing):
    """The secrets that this very request set, in clear; null for one it did not touch."""

    secret: str | None
    legacy_secret: str | None


class WrittenEndpoint(Endpoint):
    """An endpoint after a write, with the secrets that write set."""

    signing: SigningSecrets


class EndpointList(Listing):
    """One page of endpoints."""

    data: list[Endpoint]


class EndpointSecrets(Answer):
    """The live secrets in clear."""

    secret: str
    legacy_secret: str | None


def _wanted(
    status: Annotated[list[EndpointStatus] | None, Query()] = None,
    profile: Annotated[list[Profile] | None, Query()] = None,
    url: str | None = None,
    q: Annotated[str | None, Query(max_length=200)] = None,
) -> EndpointFilter:
    return EndpointFilter(tuple(status or ()), tuple(profile or ()), url, q)


@router.get("", operation_id="listEndpoints")
async def list_endpoints(
    rooms: RoomsOf,
    caller: Reader,
    paging: PagingOf,
    response: Response,
    wanted: Annotated[EndpointFilter, Depends(_wanted)],
) -> EndpointList:
    """The endpoints of the tenant, newest first; `q` looks in names and URLs. URLs are shown redacted."""
    rows, has_next, has_previous = await rooms.endpoints.list(caller.tenant_id, wanted, paging.keyset)
    ends = (rows[0].id, rows[-1].id) if rows else (None, None)
    links = paging.links(response, *ends, has_next=has_next, has_previous=has_previous)
    data = [Endpoint.model_validate({**_members(row), "url": redact_url(row.url)}) for row in rows]
    return EndpointList.model_validate({"data": data, **links})


@router.post("", status_code=201, operation_id="createEndpoint")
async def create_endpoint(body: EndpointInput, rooms: RoomsOf, caller: Writer, response: Response) -> WrittenEndpoint:
    """Make an endpoint; the secrets in the answer are shown here, and later only on reveal."""
    kept = await rooms.endpoints.create(caller.tenant_id, _wish(body), created_by="native")
    response.headers["Location"] = f"/api/v1/endpoints/{kept.endpoint.id}"
    return _written(kept, response)


@router.get("/{endpoint_id}", operation_id="getEndpoint", response_model=Endpoint)
async def get_endpoint(
    endpoint_id: str, request: Request, rooms: RoomsOf, caller: Reader, response: Response
) -> Endpoint | Response:
    """One endpoint."""
    row = await rooms.endpoints.get(caller.tenant_id, canonical_id(endpoint_id))
    if is_known(request, row.version):
        return not_modified(row.version)
    return _shown(row, response)


@router.put("/{endpoint_id}", operation_id="replaceEndpoint")
async def replace_endpoint(
    endpoint_id: str, body: EndpointInput, rooms: RoomsOf, caller: Writer, response: Response, *, if_version: IfVersion
) -> WrittenEndpoint:
    """Replace an endpoint; absent members get their defaults, secrets stay."""
    kept = await rooms.endpoints.update(
        caller.tenant_id, canonical_id(endpoint_id), _wish(body), replaces=True, if_version=if_version
    )
    return _written(kept, response)


@router.patch("/{endpoint_id}", operation_id="patchEndpoint")
async def patch_endpoint(
    endpoint_id: str, body: EndpointPatch, rooms: RoomsOf, caller: Writer, response: Response, *, if_version: IfVersion
) -> WrittenEndpoint:
    """Change the members named."""
    kept = await rooms.endpoints.update(caller.tenant_id, canonical_id(endpoint_id), _wish(body), if_version=if_version)
    return _written(kept, response)


@router.delete("/{endpoint_id}", status_code=204, operation_id="deleteEndpoint")
async def delete_endpoint(endpoint_id: str, rooms: RoomsOf, caller: Writer, if_version: IfVersion) -> None:
    """Delete an endpoint; what waits for it is cancelled, its history stays until retention."""
    await rooms.endpoints.delete(caller.tenant_id, canonical_id(endpoint_id), if_version=if_version)


@router.post("/{endpoint_id}/pause", operation_id="pauseEndpoint")
async def pause_endpoint(endpoint_id: str, rooms: RoomsOf, caller: Pauser, response: Response) -> Endpoint:
    """Stop sending; deliveries are held, not lost."""
    return _shown(await rooms.endpoints.pause(caller.tenant_id, canonical_id(endpoint_id)), response)


@router.post("/{endpoint_id}/resume", operation_id="resumeEndpoint")
async def resume_endpoint(
    endpoint_id: str, rooms: RoomsOf, caller: Pauser, response: Response, body: ResumeInput | None = None
) -> Endpoint:
    """Send again, also after hookspan disabled it; held deliveries are released or cancelled."""
    held = body.held if body else "release"
    return _shown(await rooms.endpoints.resume(caller.tenant_id, canonical_id(endpoint_id), held=held), response)


@router.get("/{endpoint_id}/secret", operation_id="revealEndpointSecret")
async def reveal_endpoint_secret(
    endpoint_id: str, rooms: RoomsOf, caller: Annotated[Caller, may("secrets:reveal")]
) -> EndpointSecrets:
    """The secrets in clear."""
    found = await rooms.endpoints.reveal(caller.tenant_id, canonical_id(endpoint_id))
    return EndpointSecrets(secret=found.secret, legacy_secret=found.legacy_secret)


_DEFAULTS: EndpointWish = {
    "name": "",
    "method": "POST",
    "profile": "standard",
    "retry": None,
    "timeout_ms": None,
    "max_in_flight": 10,
    "unsafe_numbers": "exact",
    "metadata": {},
}


def _wish(body: EndpointInput | EndpointPatch) -> EndpointWish:
    """The members a caller named; null reads as the default of a member that has one."""
    named = {name: getattr(body, name) for name in body.model_fields_set if name != "signing"}
    required = [name for name, value in named.items() if value is None and name not in _DEFAULTS]
    if required:
        raise Invalid([Fault(f"/{name}", "validation_error", "is required") for name in sorted(required)])
    wish = {name: _DEFAULTS.get(name) if value is None else value for name, value in named.items()}
    if body.signing is not None:
        secrets = {name: getattr(body.signing, name) for name in body.signing.model_fields_set}
        if secrets.get("secret") is None:
            secrets.pop("secret", None)
        wish |= secrets
    return cast(EndpointWish, wish)


def _members(row: EndpointRow) -> dict[str, object]:
    standard = row.secret("standard")
    return {
        "id": row.id,
        "name": row.name,
        "url": row.url,
        "method": row.method,
        "profile": row.profile,
        "events": list(row.events),
        "status": row.status,
        "status_reason": row.status_reason,
        "status_changed_at": optional_instant(row.status_changed_at),
        "retry": policy_to_json(row.policy),
        "timeout_ms": row.timeout_ms,
        "max_in_flight": row.max_in_flight,
        "signing": {
            "secret_hint": standard.hint if standard else "",
            "has_legacy_secret": row.secret("legacy") is not None,
        },
        "unsafe_numbers": row.unsafe_numbers,
        "metadata": row.metadata,
        "created_by": row.created_by,
        "created_at": instant(row.created_at),
        "updated_at": instant(row.updated_at),
        "last_delivery_at": optional_instant(row.last_attempt_at),
    }


def _shown(row: EndpointRow, response: Response) -> Endpoint:
    tagged(response, row.version)
    return Endpoint.model_validate(_members(row))


def _written(kept: Kept, response: Response) -> WrittenEndpoint:
    tagged(response, kept.endpoint.version)
    members = _members(kept.endpoint)
    signing = cast(dict[str, object], members["signing"])
    secrets = {"secret": kept.secret, "legacy_secret": kept.legacy_secret}
    return WrittenEndpoint.model_validate({**members, "signing": {**signing, **secrets}})
