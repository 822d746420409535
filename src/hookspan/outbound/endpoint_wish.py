"""What a door may ask of an endpoint: the members a caller named, in one shape for every door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict


class EndpointWish(TypedDict, total=False):
    """Members a caller named, as contracts C.2 has them; members of members are in snake_case.

    None means the profile's own `retry` and `timeout_ms`, no `legacy_secret`, `rate_limit`, `ordering`, `priority`
    or `auth`, and the usual `tls`; `active` False pauses. `header_changes` and `metadata_changes` are merge patches
    (RFC 7396) of what a stored endpoint has.
    """

    name: str
    url: str
    method: str
    profile: str
    events: Sequence[str]
    filter: Sequence[Mapping[str, object]]
    headers: Mapping[str, str]
    header_changes: Mapping[str, str | None]
    auth: Mapping[str, object] | None
    retry: Mapping[str, object] | None
    timeout_ms: int | None
    rate_limit: Mapping[str, int] | None
    max_in_flight: int
    ordering: Mapping[str, str] | None
    priority: int | None
    unsafe_numbers: str
    cloud_events_mode: str
    tls: Mapping[str, object] | None
    metadata: Mapping[str, object]
    metadata_changes: Mapping[str, object]
    secret: str
    legacy_secret: str | None
    ed25519: bool
    active: bool


DEFAULTS: EndpointWish = {
    "name": "",
    "method": "POST",
    "profile": "standard",
    "filter": (),
    "headers": {},
    "auth": None,
    "retry": None,
    "timeout_ms": None,
    "rate_limit": None,
    "max_in_flight": 10,
    "ordering": None,
    "priority": None,
    "unsafe_numbers": "exact",
    "cloud_events_mode": "structured",
    "tls": None,
    "metadata": {},
}
"""What a member is that nobody named."""
