"""What a caller hands over, as the receiver's own verifier takes it: raw bytes, fields in order, secrets as bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias
from urllib.parse import urlsplit

from hookspan.inbound.request import InboundRequest
from hookspan.outbound.sign import PRIVATE_PREFIX

Fields: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]]
Secret: TypeAlias = str | bytes | Sequence[str | bytes]


def read_request(body: bytes, headers: Fields, *, method: str, url: str | None) -> InboundRequest:
    """The request; raises TypeError for a body that was parsed or decoded, because only the bytes are signed."""
    if not isinstance(body, bytes | bytearray | memoryview):
        raise TypeError(f"the body must be the raw bytes that arrived, not {type(body).__name__}")
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    fields = [(name.lower().encode("latin-1", "replace"), value.encode("latin-1", "replace")) for name, value in pairs]
    parts = urlsplit(url or "")
    return InboundRequest(method, parts.path, url or "", parts.query, fields, bytes(body))


def read_secrets(secret: Secret) -> list[bytes]:
    """The secrets in order; raises ValueError for none, and for a private key, which has no business at a receiver."""
    given = [secret] if isinstance(secret, str | bytes) else list(secret)
    if not given:
        raise ValueError("give at least one secret")
    secrets = [each.encode() if isinstance(each, str) else bytes(each) for each in given]
    if any(each.startswith(PRIVATE_PREFIX.encode()) for each in secrets):
        raise ValueError("a whsk_ key signs; verify with the whpk_ key of the pair")
    return secrets
