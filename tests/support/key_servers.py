"""Key servers of providers, scripted: certificates and keys made here, and a client that counts who asks for what."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_curve_key
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from jwt.algorithms import ECAlgorithm

from hookspan.ports import HttpAnswer, HttpFailure, HttpRequest
from tests.support.inbound import NOW_MS

Reply = tuple[int, bytes] | HttpFailure
UNREACHED = HttpFailure("connect_error", "nobody listens", False, 1.0)


class KeyHost:
    """Implements ports.HttpClient: answers by URL, or by what a function makes of the request; 404 for the rest."""

    def __init__(self, **named: Reply) -> None:
        self.asked: list[HttpRequest] = []
        self.pages: dict[str, Reply] = dict(named)
        self.answer: Callable[[HttpRequest], Reply] | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def send(self, request: HttpRequest) -> HttpAnswer | HttpFailure:
        """One request."""
        self.asked.append(request)
        await self.gate.wait()
        reply = self.answer(request) if self.answer else self.pages.get(request.url, (404, b""))
        if isinstance(reply, HttpFailure):
            return reply
        return HttpAnswer(reply[0], [], reply[1][: request.read_limit], len(reply[1]) > request.read_limit, 1.0)

    async def close(self) -> None:
        """Nothing is open."""


@lru_cache(maxsize=8)
def rsa_key(bits: int = 2_048, number: int = 0) -> RSAPrivateKey:
    """A key of this size; another number is another key."""
    return generate_private_key(65_537, bits + 0 * number)


def certificate(key: RSAPrivateKey, *, from_days: int = -1, to_days: int = 30) -> bytes:
    """A self-signed certificate around the tests' now, in PEM."""
    now = datetime.fromtimestamp(NOW_MS / 1_000, UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "keys.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now + timedelta(days=from_days))
        .not_valid_after(now + timedelta(days=to_days))
        .sign(key, SHA256())
    )
    return made.public_bytes(Encoding.PEM)


def rsa_signature(key: RSAPrivateKey, text: bytes, *, sha1: bool = False) -> str:
    """Base64 of an RSA signature as SNS and PayPal make it."""
    return base64.b64encode(key.sign(text, PKCS1v15(), SHA1() if sha1 else SHA256())).decode()


@lru_cache(maxsize=4)
def curve_key(number: int) -> EllipticCurvePrivateKey:
    """A P-256 key; another number is another key."""
    del number
    return generate_curve_key(SECP256R1())


def plaid_answer(key: EllipticCurvePrivateKey, *, expired_at: int | None = None) -> bytes:
    """What Plaid's key server says of a key."""
    public = json.loads(ECAlgorithm.to_jwk(key.public_key()))
    return json.dumps({"key": {**public, "alg": "ES256", "kid": "k1", "expired_at": expired_at}}).encode()


def plaid_token(key: EllipticCurvePrivateKey, claims: dict[str, object], *, kid: str = "k1") -> str:
    """A token as Plaid signs it."""
    return jwt.encode(claims, key, algorithm="ES256", headers={"kid": kid})
