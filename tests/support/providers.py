"""Deliveries of every preset that needs no network, signed: by our own signer, or by a key pair made here."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hookspan.inbound.providers import Preset, preset, provider_ids
from hookspan.inbound.recipe import compile_recipe
from hookspan.inbound.request import InboundRequest
from hookspan.inbound.sign import can_sign, sign_request
from hookspan.inbound.signature import encode
from hookspan.inbound.window import time_text
from tests.support.inbound import NOW_MS, OTHER_SECRET, SECRET, request, with_header

FETCHED = ("paypal", "plaid", "plaid-sandbox", "sns")
OFFLINE = [name for name in provider_ids() if name not in FETCHED]
_SHARED: dict[str, tuple[bytes, bytes]] = {
    "hex": (b"44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056", b"00" * 32),
    "base64": (base64.b64encode(b"the key of this source"), base64.b64encode(b"the key of another one")),
}


@dataclass(frozen=True)
class Pair:
    """A private key and the text of its public one, as a source would be given it."""

    private: Ed25519PrivateKey | EllipticCurvePrivateKey
    text: bytes

    def sign(self, covered: bytes) -> bytes:
        """As the provider signs."""
        if isinstance(self.private, Ed25519PrivateKey):
            return self.private.sign(covered)
        return self.private.sign(covered, ECDSA(SHA256()))


@lru_cache(maxsize=64)
def pair_of(encoding: str, number: int) -> Pair:
    """The pair of this number whose public key is written in this encoding."""
    if encoding == "spki-b64":
        curve = generate_private_key(SECP256R1())
        spki = curve.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return Pair(curve, base64.b64encode(spki))
    edwards = Ed25519PrivateKey.generate()
    raw = edwards.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return Pair(edwards, raw.hex().encode() if encoding == "raw-hex" else base64.b64encode(raw))


def secret_of(used: Preset, number: int = 0) -> bytes:
    """The secret of this source (0) or of another one (1), in the form that the preset asks for."""
    record = used.record
    if record.kind == "basic":
        return (b"hook:pass", b"hook:word")[number]
    if not can_sign(record):
        return pair_of(record.key.encoding, number).text
    if record.key.strip is None and record.key.encoding in _SHARED:
        return _SHARED[record.key.encoding][number]
    return (SECRET, OTHER_SECRET)[number]


def unsigned(used: Preset, body: bytes | None = None) -> InboundRequest:
    """The preset's sample as it comes, with another body where one is given."""
    assert used.sample is not None
    return request(used.sample.body.encode() if body is None else body, used.sample.headers.items())


def delivered(name: str, body: bytes | None = None, *, number: int = 0) -> InboundRequest:
    """A delivery of this preset, signed under the secret of this number."""
    used = preset(name)
    sent = unsigned(used, body)
    if can_sign(used.record):
        return sign_request(used.record, sent, secret=secret_of(used, number), now_ms=NOW_MS)
    return _signed_by_pair(used, sent, pair_of(used.record.key.encoding, number))


def _signed_by_pair(used: Preset, sent: InboundRequest, pair: Pair) -> InboundRequest:
    recipe, at = compile_recipe(used.record), used.record.time
    assert recipe.text is not None
    assert at is not None
    timed = with_header(sent, at.name, time_text(at, NOW_MS).encode())
    signature = pair.sign(recipe.text.build(recipe.signed(timed, {})))
    return with_header(timed, recipe.place.at.names[0], encode(signature, used.record.encoding))


def signature_of(used: Preset, sent: InboundRequest) -> tuple[str, bytes]:
    """The header that holds the signature, and its value; an empty name where it stands elsewhere."""
    at = used.record.signature
    names = ("Authorization",) if at is None or at.from_ == "authorization" else at.names
    if at is not None and at.from_ in ("body", "query"):
        return "", b""
    return next((name, value) for name in names if (value := sent.header(name.lower().encode())))


def unproven(used: Preset, sent: InboundRequest) -> InboundRequest:
    """The delivery without its signature."""
    name, _ = signature_of(used, sent)
    if name:
        return replace(sent, headers=[line for line in sent.headers if line[0] != name.lower().encode()])
    at = used.record.signature
    return replace(sent, query="") if at is not None and at.from_ == "query" else unsigned(used)
