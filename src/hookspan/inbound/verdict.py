"""What a verifier says of a request, and the comparison that every kind of verification uses."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

from hookspan.inbound.request import InboundRequest

MAX_TRIES = 64

Cause = Literal[
    "missing_signature",
    "malformed_signature",
    "bad_signature",
    "stale_timestamp",
    "future_timestamp",
    "basic_failed",
    "key_failed",
    "not_configured",
]

NO_CLAIMS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Verified:
    """The request holds. `key_index` is the secret that held (None for auth `none`), `signed_fields` what it covers.

    `claims` are the texts and numbers of a signed token, as text; empty for every other kind.
    """

    key_index: int | None
    signed_fields: tuple[str, ...] = ()
    timestamp_ms: int | None = None
    claims: Mapping[str, str] = field(default_factory=lambda: NO_CLAIMS)


@dataclass(frozen=True, slots=True)
class Refused:
    """The request does not hold; `detail` names what was expected, never a secret or a computed signature."""

    cause: Cause
    detail: str


@dataclass(frozen=True, slots=True)
class KeyFetch:
    """How a provider's key is asked for: the URL already held against the pattern of the preset.

    Answers are kept under `id`, which tells apart what different credentials may see. `accept` turns the body of a
    200 into what is kept, and raises ValueError when it is no key.
    """

    id: str
    url: str
    accept: Callable[[bytes], bytes]
    method: Literal["GET", "POST"] = "GET"
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class KeyNeeded:
    """The request cannot be judged without a key of the provider's; `resume` judges it once that is here."""

    fetch: KeyFetch
    resume: Callable[[bytes], Verified | Refused]


Verdict: TypeAlias = Verified | Refused | KeyNeeded
Check: TypeAlias = Callable[[InboundRequest, Sequence[bytes], int], Verdict]


def is_same(left: bytes, right: bytes) -> bool:
    """Equality in a time that depends on neither content nor length of what is secret."""
    return hmac.compare_digest(_blinded(left), _blinded(right))


_PROCESS_KEY = hashlib.blake2s(key=os.urandom(32))


def _blinded(value: bytes) -> bytes:
    keyed = _PROCESS_KEY.copy()
    keyed.update(value)
    return keyed.digest()
