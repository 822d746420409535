"""A source as the receiver sees it: a URL of ours, opened and compiled, so that a request costs no query."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

from hookspan.inbound.dedupe import DedupeSettings
from hookspan.inbound.enrich import Enrichment, Network
from hookspan.inbound.providers import Preset
from hookspan.inbound.verify import Verifier
from hookspan.model.paths import Path
from hookspan.model.rules import Rules

MAX_BODY_BYTES = 1_048_576


@dataclass(frozen=True, slots=True)
class LiveSecret:
    """A secret that verifies until `expires_at` (epoch ms, None for ever); newest first in a source."""

    value: bytes
    expires_at: int | None = None


@dataclass(frozen=True, slots=True)
class CustomAnswer:
    """What a source answers on acceptance instead of the usual body."""

    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class HandshakeRules:
    """What a handshake may answer to: the token a prober must know, the origins and topics that may subscribe."""

    verify_token: bytes | None = None
    origins: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    awaiting_until: int = 0
    """Until then (epoch ms) a secret that comes by handshake is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One source. `preset` is the provider's, or the plain one of its auth type; `is_preset` tells them apart."""

    id: str
    tenant_id: str
    name: str
    path: str
    status: Literal["active", "paused", "disabled"]
    auth_type: Literal["none", "signature", "basic", "api_key"]
    preset: Preset
    is_preset: bool
    verifier: Verifier
    secrets: tuple[LiveSecret, ...] = ()
    methods: frozenset[str] = frozenset({"POST"})
    content_types: frozenset[str] | None = None
    require_json: bool = False
    max_body_bytes: int = MAX_BODY_BYTES
    allowed_ips: tuple[Network, ...] = ()
    priority: int = 1
    workflow_id: str | None = None
    node_id: str = "trigger"
    dedupe: DedupeSettings = field(default_factory=DedupeSettings)
    reject_other_body: bool = True
    enrichment: Enrichment = field(default_factory=Enrichment)
    event_type_prefix: str | None = None
    credential_names: frozenset[str] = field(default=frozenset())
    signature_names: frozenset[str] = field(default=frozenset())
    workflow_headers: frozenset[str] = field(default=frozenset())
    answer: CustomAnswer | None = None
    rules: Rules = field(default_factory=Rules)
    rate_limit: tuple[int, int] | None = None
    """At most so many requests in so many milliseconds."""
    ordering_path: Path | None = None
    registered_url: str | None = None
    split: Path | None = None
    """Where the elements stand of which each becomes an event of its own."""
    schema_check: Literal["enforce", "warn", "off"] = "enforce"
    handshake: HandshakeRules = field(default_factory=HandshakeRules)


class SourcesByPath(Protocol):
    """What the receiver asks of the room that keeps sources."""

    def by_path(self, path: str) -> Source | None:
        """The source of this raw path, disabled ones included; from memory."""
        ...
