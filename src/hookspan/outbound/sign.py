"""Signatures of one attempt: the Standard Webhooks trio, and the seeds' `X-Webhook-Signature` (contracts E.2).

`v1` is an HMAC under a shared secret; `v1a`, for endpoints that want it, an Ed25519 signature that its receivers can
check but not make: we keep `whsk_…`, they get `whpk_…`. An HMAC hashes its two padded keys first; a Signer does that
once per endpoint and copies the states for each body (RFC 2104 §4), at about half the price of starting over.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections.abc import Callable, Sequence
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hookspan.errors import Invalid

PREFIX = "whsec_"
PRIVATE_PREFIX = "whsk_"
PUBLIC_PREFIX = "whpk_"
ED25519_KEY_BYTES = 32
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
    if secret.startswith((PRIVATE_PREFIX, PUBLIC_PREFIX)):
        raise Invalid.one(pointer, "is an Ed25519 key, which signs in another way; give whsec_ and base64")
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
    return _plain(secret.removeprefix(PREFIX)) if secret.startswith(PREFIX) else secret.encode()


def _plain(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error


class KeyPair(NamedTuple):
    """An Ed25519 pair as Standard Webhooks writes it: `private` (`whsk_…`) stays here, `public` (`whpk_…`) goes out."""

    private: str
    public: str


def generate_key_pair() -> KeyPair:
    """A new pair; the private part is the 32 random bytes followed by the public key, in base64."""
    seed = secrets.token_bytes(ED25519_KEY_BYTES)
    public = _public_bytes(seed)
    return KeyPair(PRIVATE_PREFIX + _base64(seed + public), PUBLIC_PREFIX + _base64(public))


def decode_private_key(private: str) -> bytes:
    """The 32 bytes a Signer takes, of a `whsk_…` text that holds them alone or before the public key; ValueError."""
    if not private.startswith(PRIVATE_PREFIX):
        raise ValueError("a private key starts with whsk_")
    key = _plain(private.removeprefix(PRIVATE_PREFIX))
    seed, public = key[:ED25519_KEY_BYTES], key[ED25519_KEY_BYTES:]
    if len(seed) != ED25519_KEY_BYTES or public not in (b"", _public_bytes(seed)):
        raise ValueError("a private key holds 32 bytes, or 64 with its own public key")
    return seed


def decode_public_key(public: str) -> bytes:
    """The 32 bytes of a `whpk_…` text; ValueError for anything else."""
    key = _plain(public.removeprefix(PUBLIC_PREFIX)) if public.startswith(PUBLIC_PREFIX) else b""
    if len(key) != ED25519_KEY_BYTES:
        raise ValueError("a public key is whpk_ and 32 bytes in base64")
    return key


def public_key_of(ed25519_key: bytes) -> str:
    """The `whpk_…` text to hand to receivers, of the 32 private bytes."""
    return PUBLIC_PREFIX + _base64(_public_bytes(ed25519_key))


def _public_bytes(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


class Signer:
    """Signs for one endpoint; build it once, when the endpoint's keys are loaded.

    `standard_secrets` are the live ones, newest first, at least one. `legacy_secret` signs `X-Webhook-Signature`,
    `previous_legacy_secret` its `-Previous` during a rotation. `ed25519_key` are 32 bytes, or None for no `v1a`.
    """

    def __init__(
        self,
        standard_secrets: Sequence[str],
        *,
        legacy_secret: str | None = None,
        previous_legacy_secret: str | None = None,
        ed25519_key: bytes | None = None,
    ) -> None:
        if not standard_secrets:
            raise ValueError("an endpoint always has a Standard Webhooks secret")
        self._standard = [("v1,", _keyed(decode_secret(secret))) for secret in standard_secrets]
        if ed25519_key is not None:
            self._standard.append(("v1a,", Ed25519PrivateKey.from_private_bytes(ed25519_key).sign))
        self._legacy = [
            (name, _keyed(secret.encode()))
            for name, secret in (
                ("X-Webhook-Signature", legacy_secret),
                ("X-Webhook-Signature-Previous", previous_legacy_secret),
            )
            if secret is not None
        ]

    def standard(self, message_id: str, timestamp_s: int, body: bytes) -> str:
        """The value of `webhook-signature`: one `v1,…` per live secret, newest first, then `v1a,…` if keyed."""
        signed = b"%b.%d.%b" % (message_id.encode(), timestamp_s, body)
        return " ".join([version + _base64(sign(signed)) for version, sign in self._standard])

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
