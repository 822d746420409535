"""Callback URLs of steps that wait outside: the token is the credential, and nothing of it is stored.

`base64url(HMAC-SHA-256 + JSON [tenant, execution, step, attempt, expiry])`. It works once, because the answer fits only
while the step waits in that very attempt.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

import msgspec

from hookspan.errors import NotFound
from hookspan.model import base64url

_MAC_BYTES = 32
TOKEN_LENGTH_MOST = 512
UNKNOWN = "no such callback, or it has expired"
"""One text for a token that is forged, expired, or of an execution that is gone: a stranger learns nothing."""


@dataclass(frozen=True, slots=True)
class Callback:
    """Which try of which step is answered, and until when (epoch milliseconds)."""

    tenant_id: str
    execution_id: str
    step_id: str
    attempt: int
    expires_at: int


def callback_token(key: bytes, callback: Callback) -> str:
    """The token of a callback, for `POST /api/v1/callbacks/{token}`."""
    said = msgspec.json.encode(
        [callback.tenant_id, callback.execution_id, callback.step_id, callback.attempt, callback.expires_at]
    )
    return base64url.written(_mac(key, said) + said)


def read_callback(key: bytes, token: str, now: int) -> Callback:
    """What a token stands for; raises NotFound for one that we did not make or that has expired."""
    if len(token) <= TOKEN_LENGTH_MOST:
        callback = _read(key, token)
        if callback is not None and now < callback.expires_at:
            return callback
    raise NotFound(UNKNOWN)


def _read(key: bytes, token: str) -> Callback | None:
    try:
        raw = base64url.read(token)
    except ValueError:
        return None
    mac, said = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(key, said)):
        return None
    return Callback(*msgspec.json.decode(said, type=tuple[str, str, str, int, int]))


def _mac(key: bytes, said: bytes) -> bytes:
    return hmac.digest(key, b"callback:" + said, "sha256")
