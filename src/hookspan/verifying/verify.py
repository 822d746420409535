"""Verify what arrives: one call for our deliveries and for every provider with a preset (contracts G.3).

The raw bytes are checked before anything is parsed, every secret is tried in constant time, and a time counts only
where it is signed. With `auto` the secret chooses the scheme, never the sender: `whsec_` and `whpk_` are Standard
Webhooks, any other text is the `X-Webhook-Signature` of our seed-shaped profiles. Providers are named.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from hookspan.inbound.record import DedupeEntry, TypeEntry
from hookspan.inbound.request import InboundRequest, body_view
from hookspan.inbound.text import scalar_text
from hookspan.inbound.type_places import named_type
from hookspan.inbound.verify import KeyNeeded, Refused
from hookspan.model.jsonview import JsonView
from hookspan.model.paths import compile_path
from hookspan.outbound.sign import PREFIX, PUBLIC_PREFIX
from hookspan.verifying.arrived import Fields, Secret, read_request, read_secrets
from hookspan.verifying.refusals import (
    BY_CAUSE,
    MalformedSignature,
    MissingSignature,
    UnknownScheme,
    VerificationError,
)
from hookspan.verifying.schemes import ORCHESTRATOR, STANDARD, STANDARD_ED25519, SYSTEMPROMPT, Scheme, scheme_named
from hookspan.verifying.sign import sign

Keyed: TypeAlias = tuple[int, bytes]
"""A secret and its place among those given."""

_LEGACY_FIELD = b"x-webhook-signature"
_BINARY_CLOUD_EVENT = b"ce-specversion"
_HEX_DIGEST = re.compile(rb"[0-9A-Fa-f]{64}")
_SHARED, _PUBLIC = PREFIX.encode(), PUBLIC_PREFIX.encode()


@dataclass(frozen=True, slots=True)
class Verified:
    """A request that holds. `id` and `event_type` are what the delivery calls itself, None where it says nothing.

    `timestamp` is the signed time in Unix seconds, None where the scheme signs none; `key_index` says which of the
    secrets held; `signed_fields` what the signature covers: the rest is only as good as the network.
    """

    scheme: str
    id: str | None
    timestamp: int | None
    event_type: str | None
    key_index: int
    signed_fields: tuple[str, ...]


def verify(  # noqa: PLR0913  # what a verification takes is what it takes
    body: bytes,
    headers: Fields,
    secret: Secret,
    *,
    scheme: str = "auto",
    method: str = "POST",
    url: str | None = None,
    tolerance: int | None = None,
    now: float | None = None,
) -> Verified:
    """What is known of a request that holds; raises VerificationError for one that does not.

    `body` are the bytes as they arrived; parsed data raises TypeError. Several secrets are a rotation. `tolerance`
    in seconds replaces the scheme's own, `now` are Unix seconds. Schemes that sign the URL need `url`.
    """
    request = read_request(body, headers, method=method, url=url)
    keys = list(enumerate(read_secrets(secret)))
    now_ms = round((time.time() if now is None else now) * 1_000)
    refused: VerificationError | None = None
    for name, chosen in _choices(scheme, keys, request):
        named = scheme_named(name, tolerance)
        if named.signs_url and url is None:
            raise ValueError(f"{name} signs the URL; give it as the sender knows it")
        try:
            return _held(named, request, keys=chosen, now_ms=now_ms)
        except VerificationError as error:
            refused = refused or error
    assert refused is not None
    raise refused


class Webhook:
    """The same calls as the Standard Webhooks libraries, for code that moves over from one."""

    def __init__(self, secret: Secret) -> None:
        self._secret = secret

    def verify(self, payload: bytes | str, headers: Fields) -> object:
        """The parsed JSON of a delivery that holds; raises VerificationError."""
        body = payload.encode() if isinstance(payload, str) else payload
        verify(body, headers, self._secret, scheme=STANDARD)
        return json.loads(body) if body else None

    def sign(self, msg_id: str, timestamp: datetime, data: str) -> str:
        """The value of `webhook-signature`, under the first of the secrets."""
        first = read_secrets(self._secret)[0]
        return sign(STANDARD, data.encode(), first, id=msg_id, timestamp=int(timestamp.timestamp()))[
            "webhook-signature"
        ]


def _choices(scheme: str, keys: Sequence[Keyed], request: InboundRequest) -> Iterator[tuple[str, Sequence[Keyed]]]:
    """Which scheme is tried with which secrets; each secret counts in one of them only."""
    public = [key for key in keys if key[1].startswith(_PUBLIC)]
    if scheme not in ("auto", STANDARD):
        yield scheme, keys
        return
    standard = [key for key in keys if key not in public and (scheme == STANDARD or key[1].startswith(_SHARED))]
    legacy = [key for key in keys if key not in public and key not in standard]
    if standard:
        yield STANDARD, standard
    if public:
        yield STANDARD_ED25519, public
    if legacy:
        yield _legacy_scheme(request, is_alone=len(legacy) == len(keys)), legacy


def _legacy_scheme(request: InboundRequest, *, is_alone: bool) -> str:
    """By the form of the signature, which is the same secret's in either; `is_alone` says nothing else was tried."""
    given = request.header(_LEGACY_FIELD)
    if given and given.startswith(b"sha256="):
        return SYSTEMPROMPT
    if given and _HEX_DIGEST.fullmatch(given):
        return ORCHESTRATOR
    if not is_alone:
        return ORCHESTRATOR
    if not given:
        raise MissingSignature("header X-Webhook-Signature is missing")
    raise MalformedSignature("header X-Webhook-Signature must be sha256=<hex> or 64 hex digits")


def _held(scheme: Scheme, request: InboundRequest, *, keys: Sequence[Keyed], now_ms: int) -> Verified:
    verdict = scheme.check(request, [secret for _, secret in keys], now_ms)
    if isinstance(verdict, KeyNeeded):
        raise UnknownScheme(f"{scheme.name} is verified under a key that must be fetched, which only the gateway does")
    if isinstance(verdict, Refused):
        raise BY_CAUSE[verdict.cause](verdict.detail)
    view = body_view(request, scheme.preset.record.form)
    return Verified(
        scheme=scheme.name,
        id=_first_text(scheme.preset.dedupe, request, view) or _claimed_id(scheme, verdict.claims),
        timestamp=None if verdict.timestamp_ms is None else verdict.timestamp_ms // 1_000,
        event_type=_event_type(scheme, request, view, verdict.signed_fields),
        key_index=keys[verdict.key_index or 0][0],
        signed_fields=verdict.signed_fields,
    )


def _claimed_id(scheme: Scheme, claims: Mapping[str, str]) -> str | None:
    return next((claims[name] for entry in scheme.preset.dedupe if (name := entry.jwt or "") in claims), None)


def _event_type(scheme: Scheme, request: InboundRequest, view: JsonView, signed_fields: Sequence[str]) -> str | None:
    """A signed place wins over an unsigned one that stands before it."""
    # In binary mode the body is the data alone, whose own `type` may mean anything, and no `ce-` field is signed.
    if scheme.name == STANDARD and request.header(_BINARY_CLOUD_EVENT) is not None:
        return None
    ordered = sorted(scheme.preset.types, key=lambda entry: not scheme.preset.covers(entry, signed_fields))
    return _first_text(ordered, request, view)


def _first_text(entries: Sequence[DedupeEntry | TypeEntry], request: InboundRequest, view: JsonView) -> str | None:
    return next((text for entry in entries if (text := _text_at(entry, request, view))), None)


def _text_at(entry: DedupeEntry | TypeEntry, request: InboundRequest, view: JsonView) -> str | None:
    if entry.header is not None:
        value = request.header(entry.header.lower().encode())
        return value.decode("latin-1").strip() if value else None
    if isinstance(entry.body, str):
        text = scalar_text(compile_path(entry.body), view)
        return text.decode("utf-8", "replace") if text else None
    if isinstance(entry, TypeEntry):
        return entry.const or named_type(entry, request, view)
    return None
