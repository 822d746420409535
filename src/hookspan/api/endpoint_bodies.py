"""What the endpoints' routes read (contracts C.2), and how it becomes a wish."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Literal, cast

from pydantic import BaseModel

from hookspan.api.bodies import NativeBody
from hookspan.api.endpoint_shapes import AuthType, CloudEventsMode, Method, Profile, UnsafeNumbers, Which
from hookspan.errors import Fault, Invalid
from hookspan.outbound.endpoint_wish import DEFAULTS, EndpointWish


class SigningInput(NativeBody):
    """Keys to sign with; `secret` is generated when absent, `legacySecret` null removes it, `ed25519` adds `v1a`."""

    secret: str | None = None
    legacy_secret: str | None = None
    ed25519: bool | None = None


class AuthInput(NativeBody):
    """How deliveries prove who sends them; without its values a kind keeps those it has."""

    type: AuthType
    username: str | None = None
    password: str | None = None
    token: str | None = None
    api_key: str | None = None
    header_name: str | None = None


class RateLimitInput(NativeBody):
    """A bucket of `count` tokens, filled again over `periodMs`; each attempt takes one."""

    count: int
    period_ms: int


class OrderingInput(NativeBody):
    """Where the ordering key stands in the data; `block` holds what is behind an exhausted delivery."""

    key: str
    on_exhausted: Literal["block", "skip"] = "block"


class TlsInput(NativeBody):
    """Authorities to trust, a certificate to show, both PEM; null removes. `verify` false needs the owner's leave."""

    ca_pem: str | None = None
    client_cert_pem: str | None = None
    client_key_pem: str | None = None
    verify: bool | None = None


class EndpointMembers(NativeBody):
    """What may be named of an endpoint; null is a member's default."""

    name: str | None = None
    method: Method | None = None
    profile: Profile | None = None
    filter: list[dict[str, Any]] | None = None
    headers: Mapping[str, str | None] | None = None
    auth: AuthInput | None = None
    retry: dict[str, Any] | None = None
    timeout_ms: int | None = None
    rate_limit: RateLimitInput | None = None
    max_in_flight: int | None = None
    ordering: OrderingInput | None = None
    priority: int | None = None
    unsafe_numbers: UnsafeNumbers | None = None
    cloud_events_mode: CloudEventsMode | None = None
    tls: TlsInput | None = None
    metadata: dict[str, Any] | None = None
    signing: SigningInput | None = None


class EndpointPatch(EndpointMembers):
    """Members to change: absent = unchanged, null = its default; `headers` and `metadata` merge (RFC 7396)."""

    url: str | None = None
    events: list[str] | None = None


class EndpointInput(EndpointMembers):
    """A whole endpoint; what is absent gets its default."""

    url: str
    events: list[str]
    headers: dict[str, str] | None = None


class ResumeInput(NativeBody):
    """What becomes of the deliveries held meanwhile."""

    held: Literal["release", "cancel"] = "release"


class RotateInput(NativeBody):
    """A new secret, generated when absent; the old one signs beside it for `overlapMs`, at most 7 days."""

    secret: str | None = None
    overlap_ms: int = 86_400_000
    which: Which = "standard"


def wish_of(body: EndpointMembers, *, apart: Collection[str] = ()) -> EndpointWish:
    """The members a caller named but those `apart`; null reads as the default of a member that has one."""
    named = {name: _plain(getattr(body, name)) for name in body.model_fields_set - {"signing", *apart}}
    required = [name for name, value in named.items() if value is None and name not in DEFAULTS]
    if required:
        raise Invalid([Fault(f"/{name}", "validation_error", "is required") for name in sorted(required)])
    defaults = cast(dict[str, object], DEFAULTS)
    wish = {name: defaults.get(name) if value is None else value for name, value in named.items()}
    if body.signing is not None:
        signing = {name: getattr(body.signing, name) for name in body.signing.model_fields_set}
        wish |= {name: value for name, value in signing.items() if value is not None or name == "legacy_secret"}
    return cast(EndpointWish, wish)


def patch_of(body: EndpointPatch) -> EndpointWish:
    """As wish_of, but headers and metadata are changes of what is stored, unless they are null."""
    wish = wish_of(body, apart=("headers", "metadata"))
    if body.headers is not None:
        wish["header_changes"] = body.headers
    elif "headers" in body.model_fields_set:
        wish["headers"] = {}
    if body.metadata is not None:
        wish["metadata_changes"] = body.metadata
    elif "metadata" in body.model_fields_set:
        wish["metadata"] = {}
    return wish


def _plain(value: object) -> object:
    """A member's own members as far as they were named."""
    if not isinstance(value, BaseModel):
        return value
    named = {name: getattr(value, name) for name in value.model_fields_set}
    return {name: inner for name, inner in named.items() if name != "verify" or inner is not None}
