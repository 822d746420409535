"""What an endpoint is set to beside its own columns, as one JSON text (contracts C.2); an absent member is its default.

The secret halves (credentials, client keys, values of secret-like headers) are sealed rows of their own.
"""

from __future__ import annotations

from typing import Literal

import msgspec

AuthType = Literal["none", "basic", "bearer", "api-key"]
CloudEventsMode = Literal["structured", "binary"]

API_KEY_HEADER = "X-API-Key"
TIMEOUT_LEAST_MS, TIMEOUT_MOST_MS = 1_000, 30_000
SYSTEMPROMPT_TIMEOUT = "endpoints.systemprompt_timeout_ms"
"""The tenant's setting for endpoints of seed 004's profile that name no timeout; milliseconds."""
SYSTEMPROMPT_TIMEOUT_MS = 30_000


class AuthWay(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """How deliveries prove who sends them; `header_name` carries an API key."""

    type: AuthType = "none"
    header_name: str | None = None


class RateLimit(msgspec.Struct, frozen=True, rename="camel"):
    """At most `count` attempts begin in any `period_ms`."""

    count: int
    period_ms: int


class Ordering(msgspec.Struct, frozen=True, rename="camel"):
    """Where in the data the ordering key stands, and what an exhausted delivery does to those behind it."""

    key: str
    on_exhausted: Literal["block", "skip"] = "block"


class TlsSettings(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """Authorities to trust beside the system's, in PEM; `verify` False accepts any certificate."""

    ca_pem: str | None = None
    verify: bool = True


_NO_ROWS = msgspec.Raw(b"[]")


class EndpointSettings(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """The stored form; `filter` holds rows of model/rules.py as JSON, so that no digit of a value is lost."""

    filter: msgspec.Raw = _NO_ROWS
    auth: AuthWay = AuthWay()
    rate_limit: RateLimit | None = None
    ordering: Ordering | None = None
    priority: int | None = None
    cloud_events_mode: CloudEventsMode = "structured"
    tls: TlsSettings = TlsSettings()


_decode = msgspec.json.Decoder(EndpointSettings).decode


def settings_read(text: str) -> EndpointSettings:
    """The settings of a stored text; raises ValueError when it was not written by us."""
    return _decode(text)


def settings_text(settings: EndpointSettings) -> str:
    """The stored form."""
    return msgspec.json.encode(settings).decode()


def wire_profile(profile: str, mode: CloudEventsMode) -> str:
    """The profile a delivery is born with: CloudEvents have one for each mode (contracts E.7)."""
    return "cloudevents-binary" if profile == "cloudevents" and mode == "binary" else profile
