"""Signatures under a provider's public key: Ed25519 (RFC 8032), ECDSA over P-256 with DER, RSA with PKCS #1 v1.5.

Inside, a public key is the DER of its SubjectPublicKeyInfo, so that it travels like any other key; parsed ones are
kept, because parsing costs as much as checking.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
)

from hookspan.inbound.recipe import Recipe
from hookspan.inbound.record import KeyReading
from hookspan.inbound.request import InboundRequest
from hookspan.inbound.signature import Found, decode

RSA_BITS_LEAST = 2_048
_HASHES: Mapping[str, Callable[[], hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha256": hashes.SHA256,
    "sha512": hashes.SHA512,
}


def public_keys(secrets: Sequence[bytes], readings: Sequence[KeyReading], kind: str) -> list[tuple[int, bytes]]:
    """The readable keys, each with the index of its secret; a key of another kind is unreadable."""
    return [
        (index, key)
        for index, secret in enumerate(secrets)
        for reading in readings
        if (key := _public_key(secret, reading, kind)) is not None
    ]


def key_that_holds(
    recipe: Recipe, request: InboundRequest, *, found: Found, keys: Sequence[tuple[int, bytes]]
) -> int | None:
    """The index of the first secret under whose key one of the signatures is of this request."""
    text = recipe.text
    if text is None:
        return None
    signed = recipe.signed(request, found.items)
    given = [decode(signature, recipe.record.encoding) or b"" for signature in found.signatures]
    texts = [text.build(replace(signed, url=url)) for url in recipe.urls(request)]
    tries = ((index, key, each, one) for index, key in keys for each in texts for one in given)
    for index, key, each, one in islice(tries, recipe.tries):
        if holds(key, one, each, recipe.algorithm):
            return index
    return None


def holds(key: bytes, signature: bytes, text: bytes, algorithm: str) -> bool:
    """Whether this is the signature of `text` under a key in DER; `algorithm` is the hash, unused by Ed25519."""
    loaded = load(key)
    try:
        if isinstance(loaded, Ed25519PublicKey):
            loaded.verify(signature, text)
        elif isinstance(loaded, EllipticCurvePublicKey):
            loaded.verify(signature, text, ECDSA(_HASHES[algorithm]()))
        elif isinstance(loaded, RSAPublicKey):
            loaded.verify(signature, text, PKCS1v15(), _HASHES[algorithm]())
        else:
            return False
    except InvalidSignature:
        return False
    return True


def der_of(key: PublicKeyTypes) -> bytes:
    """A public key as it travels inside."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def is_of_kind(key: PublicKeyTypes, kind: str) -> bool:
    """Whether a key is what this kind of record needs; RSA below 2048 bits is not."""
    match kind:
        case "ed25519":
            return isinstance(key, Ed25519PublicKey)
        case "ecdsa-p256":
            return isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)
        case "rsa-pkcs1":
            return isinstance(key, RSAPublicKey) and key.key_size >= RSA_BITS_LEAST
        case _:
            return False


@lru_cache(maxsize=256)
def load(key: bytes) -> PublicKeyTypes:
    """A key in DER made ready to check with."""
    return load_der_public_key(key)


@lru_cache(maxsize=256)
def _public_key(secret: bytes, reading: KeyReading, kind: str) -> bytes | None:
    text = secret.removeprefix(reading.strip.encode()) if reading.strip else secret
    try:
        key = _read(text.strip(), reading.encoding)
    except (ValueError, UnsupportedAlgorithm):
        return None
    return der_of(key) if is_of_kind(key, kind) else None


def _read(text: bytes, encoding: str) -> PublicKeyTypes:
    match encoding:
        case "pem":
            return load_pem_public_key(text)
        case "spki-b64":
            return load_der_public_key(binascii.a2b_base64(text, strict_mode=True))
        case "raw-hex":
            return Ed25519PublicKey.from_public_bytes(binascii.unhexlify(text))
        case _:
            return Ed25519PublicKey.from_public_bytes(decode(text, "base64") or b"")
