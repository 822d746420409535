"""Signatures of one attempt: the Standard Webhooks trio, and the seeds' `X-Webhook-Signature` (contracts E.2).

An HMAC hashes its two padded keys first; a Signer does that once per endpoint and copies the states for each body
(RFC 2104 §4), at about half the price of starting over.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections.abc import Callable, Sequence

from hookspan.errors import Invalid

PREFIX = "whsec_"
KEY_BYTES_LEAST = 24
SECRET_BYTES_MOST = 256
_BLOCK_BYTES = 64
_INNER = bytes(value ^ 0x36 for value in range(256))
_OUTER = bytes(value ^ 0x5C for value in range(256))


def generate_secret() -> str:
    """A new Standard Webhooks secret: `whsec_` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def check_secret(secret: str, pointer: str) -> str:
    """The secret as given; raises Invalid unless it holds a key of 24 bytes or more (contracts C.2)."""
    try:
        key = decode_secret(secret)
    except ValueError as error:
        raise Invalid.one(pointer, "must be whsec_ and base64, or plain text") from error
    if len(key) < KEY_BYTES_LEAST:
        raise Invalid.one(pointer, f"must hold at least {KEY_BYTES_LEAST} bytes; leave it out to have one generated")
    return _check_length(secret, pointer)


def check_legacy_secret(secret: str, pointer: str) -> str:
    """The secret as given; raises Invalid unless it is 1 to 256 bytes of UTF-8 (contracts A.2)."""
    if not secret:
        raise Invalid.one(pointer, "must not be empty; use null for no secret")
    return _check_length(secret, pointer)


def _check_length(secret: str, pointer: str) -> str:
    try:
        size = len(secret.encode())
    except UnicodeEncodeError as error:
        raise Invalid.one(pointer, "must be text without lone surrogates") from error
    if size > SECRET_BYTES_MOST:
        raise Invalid.one(pointer, f"must be at most {SECRET_BYTES_MOST} bytes")
    return secret


def decode_secret(secret: str) -> bytes:
    """The key of a Standard Webhooks secret: decoded after `whsec_`, else its UTF-8 bytes; ValueError if neither."""
    if not secret.startswith(PREFIX):
        return secret.encode()
    text = secret.removeprefix(PREFIX)
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error


class Signer:
    """Signs for one endpoint; build it once, when the endpoint's keys are loaded.

    `standard_secrets` are the live ones, newest first, at least one. `legacy_secret` signs `X-Webhook-Signature`,
    `previous_legacy_secret` its `-Previous` during a rotation.
    """

    def __init__(
        self,
        standard_secrets: Sequence[str],
        *,
        legacy_secret: str | None = None,
        previous_legacy_secret: str | None = None,
    ) -> None:
        if not standard_secrets:
            raise ValueError("an endpoint always has a Standard Webhooks secret")
        self._standard = [_keyed(decode_secret(secret)) for secret in standard_secrets]
        self._legacy = [
            (name, _keyed(secret.encode()))
            for name, secret in (
                ("X-Webhook-Signature", legacy_secret),
                ("X-Webhook-Signature-Previous", previous_legacy_secret),
            )
            if secret is not None
        ]

    def standard(self, message_id: str, timestamp_s: int, body: bytes) -> str:
        """The value of `webhook-signature`: one `v1,…` per live secret, newest first."""
        signed = b"%b.%d.%b" % (message_id.encode(), timestamp_s, body)
        return " ".join(["v1," + _base64(digest(signed)) for digest in self._standard])

    def trio(self, message_id: str, timestamp_s: int, body: bytes) -> list[tuple[str, str]]:
        """The three headers every delivery carries, whatever its profile."""
        return [
            ("webhook-id", message_id),
            ("webhook-timestamp", str(timestamp_s)),
            ("webhook-signature", self.standard(message_id, timestamp_s, body)),
        ]

    def legacy(self, profile: str, body: bytes) -> list[tuple[str, str]]:
        """The seeds' signature headers: bare hex for `orchestrator`, `sha256=` before it elsewhere; none unkeyed."""
        prefix = "" if profile == "orchestrator" else "sha256="
        return [(name, prefix + digest(body).hex()) for name, digest in self._legacy]


def _base64(digest: bytes) -> str:
    return binascii.b2a_base64(digest, newline=False).decode()


def _keyed(key: bytes) -> Callable[[bytes], bytes]:
    """HMAC-SHA256 with both key states kept; an empty key signs nothing and is refused."""
    if not key:
        raise ValueError("refusing to sign with an empty key")
    if len(key) > _BLOCK_BYTES:
        key = hashlib.sha256(key).digest()
    block = key.ljust(_BLOCK_BYTES, b"\0")
    copy_inner = hashlib.sha256(block.translate(_INNER)).copy
    copy_outer = hashlib.sha256(block.translate(_OUTER)).copy

    def digest(body: bytes) -> bytes:
        inner = copy_inner()
        inner.update(body)
        outer = copy_outer()
        outer.update(inner.digest())
        return outer.digest()

    return digest
