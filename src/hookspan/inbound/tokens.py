"""Signed tokens (JWT, RFC 7519) that carry the hash of the body: the algorithm is the record's, never the token's.

PyJWT takes the token apart and checks the signature; claims are judged here, on our clock. `exp` and `nbf` are
obeyed wherever they stand; headers that point at keys are never followed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from jwt import PyJWS
from jwt.algorithms import HMACAlgorithm
from jwt.exceptions import InvalidAlgorithmError, InvalidSignatureError, PyJWTError

from hookspan.inbound.asymmetric import load, public_keys
from hookspan.inbound.recipe import Recipe
from hookspan.inbound.record import BodyHashAt, TimeAt
from hookspan.inbound.request import InboundRequest
from hookspan.inbound.signature import decode, encode, keys_of
from hookspan.inbound.spelling import spellings
from hookspan.inbound.text import Absent, Malformed
from hookspan.inbound.verdict import MAX_TRIES, Check, Refused, Verdict, Verified, is_same
from hookspan.inbound.window import window_fault
from hookspan.model.jsonview import Json, read_json
from hookspan.model.templates import json_text

LIFE_S = 60
Claims: TypeAlias = Mapping[str, Json]


class _Shared(HMACAlgorithm):
    """HMAC under whatever the provider issued: its length is not ours to complain of at every request."""

    def prepare_key(self, key: str | bytes) -> bytes:
        return key.encode() if isinstance(key, str) else key

    def check_key_length(self, key: bytes) -> str | None:
        return None

    def verify(self, msg: bytes, key: bytes, sig: bytes) -> bool:
        return is_same(hmac.digest(key, msg, self.hash_alg), sig)


def _jws() -> PyJWS:
    jws = PyJWS(algorithms=["ES256"])
    jws.register_algorithm("HS256", _Shared(hashlib.sha256))
    jws.register_algorithm("HS512", _Shared(hashlib.sha512))
    return jws


_JWS = _jws()


def check_token(recipe: Recipe) -> Check:
    """The check of a `jwt` record."""

    def check(request: InboundRequest, secrets: Sequence[bytes], now_ms: int) -> Verdict:
        keys = _keys(recipe, secrets)
        if not keys:
            return Refused("not_configured", "no secret that can be read as a key")
        try:
            tokens = recipe.place.read(request).signatures
            tries = [(index, key, token) for index, key in keys for token in tokens][:MAX_TRIES]
            for index, key, token in tries:
                claims = claims_under(token, key, recipe.algorithm)
                if claims is not None:
                    return judged(recipe, request, claims=claims, key_index=index, now_ms=now_ms)
        except Absent as absent:
            return Refused("missing_signature", str(absent))
        except Malformed as malformed:
            return Refused("malformed_signature", str(malformed))
        return Refused("bad_signature", f"{recipe.place.expected} does not match")

    return check


def _keys(recipe: Recipe, secrets: Sequence[bytes]) -> list[tuple[int, bytes]]:
    if recipe.algorithm == "ES256":
        return public_keys(secrets, recipe.readings, "ecdsa-p256")
    return [(index, key) for index, secret in enumerate(secrets) for key in keys_of(secret, recipe.readings)]


def claims_under(token: bytes, key: bytes, algorithm: str) -> Claims | None:
    """The claims of a token that was signed with this algorithm under this key (ES256: DER), None when it was not.

    Raises Malformed for what is no token at all.
    """
    try:
        usable = load(key) if algorithm == "ES256" else key
        payload = _JWS.decode_complete(token, usable, algorithms=[algorithm])["payload"]  # type: ignore[arg-type]
    except (InvalidSignatureError, InvalidAlgorithmError):
        return None
    except PyJWTError:
        raise Malformed("the token cannot be read") from None
    view = read_json(payload)
    if not view.is_json or not isinstance(view.value, dict):
        raise Malformed("the token's claims are no JSON object")
    return view.value


def key_id(token: bytes, algorithm: str) -> str:
    """The `kid` of a token, before anything of it is believed; raises Malformed for another algorithm or none."""
    try:
        header = _JWS.get_unverified_header(token)
    except PyJWTError:
        raise Malformed("the token cannot be read") from None
    name = header.get("kid")
    if header.get("alg") != algorithm or not isinstance(name, str):
        raise Malformed(f"the token must be of {algorithm} and name its key")
    return name


def judged(
    recipe: Recipe, request: InboundRequest, *, claims: Claims, key_index: int, now_ms: int
) -> Verified | Refused:
    """What is checked once the signature holds: who it is of, body, URL, and time. Raises Absent or Malformed."""
    record = recipe.record
    for name, wanted in record.claims.items():
        if not is_same(_text(claims, name).encode(), wanted.encode()):
            return Refused("bad_signature", f"the claim {name} is not {wanted}")
    if record.body_hash is not None and not _covers_body(record.body_hash, claims, request.body):
        return Refused("bad_signature", f"the claim {record.body_hash.name} is not the hash of the body")
    if record.url_hash is not None and not _covers_url(record.url_hash, claims, recipe, request):
        return Refused("bad_signature", f"the claim {record.url_hash.name} is not the hash of the URL")
    refused = _time_fault(record.time, claims, now_ms)
    if refused is not None:
        return refused
    texts = {name: json_text(value) for name, value in claims.items() if isinstance(value, str | int)}
    return Verified(key_index, record.signed, _milliseconds(claims, "iat"), texts)


def _covers_body(at: BodyHashAt, claims: Claims, body: bytes) -> bool:
    """An empty body needs no hash, because there is nothing to change in it but to send one."""
    if not body and at.name not in claims:
        return True
    given = decode(_text(claims, at.name).encode(), at.encoding)
    return is_same(given or b"", hashlib.new(at.algorithm, body).digest())


def _covers_url(at: BodyHashAt, claims: Claims, recipe: Recipe, request: InboundRequest) -> bool:
    given = decode(_text(claims, at.name).encode(), at.encoding) or b""
    urls = spellings(request.raw_url, recipe.record.url)
    return any(is_same(given, hashlib.new(at.algorithm, url).digest()) for url in urls)


def _time_fault(at: TimeAt | None, claims: Claims, now_ms: int) -> Refused | None:
    """`exp` and `nbf` wherever they stand, with the record's leeway for `exp`; and the window around its own claim."""
    leeway_ms = at.past * 1_000 if at and at.name == "exp" else 0
    ends_ms, begins_ms = _milliseconds(claims, "exp"), _milliseconds(claims, "nbf")
    if ends_ms is not None and now_ms >= ends_ms + leeway_ms:
        return Refused("stale_timestamp", "the token has expired")
    if begins_ms is not None and now_ms < begins_ms - leeway_ms:
        return Refused("future_timestamp", "the token is not valid yet")
    if at is None:
        return None
    sent_ms = _milliseconds(claims, at.name)
    if sent_ms is None:
        raise Absent(f"claim {at.name} is missing")
    cause = None if at.name == "exp" else window_fault(at, sent_ms, now_ms)
    return (
        Refused(cause, f"claim {at.name} is not within -{at.past} s and +{at.future} s of our clock") if cause else None
    )


def _milliseconds(claims: Claims, name: str) -> int | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not 0 <= value < 10**12:
        raise Malformed(f"claim {name} is not a time in seconds")
    return int(value * 1_000)


def _text(claims: Claims, name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise Absent(f"claim {name} is missing")
    return value


def token_of(recipe: Recipe, request: InboundRequest, *, key: bytes, now_ms: int) -> bytes:
    """A token as the provider would sign it, for a minute; only for algorithms with a shared key."""
    record, now_s = recipe.record, now_ms // 1_000
    identity = "jti_" + hashlib.sha256(request.body + str(now_ms).encode()).hexdigest()[:24]
    claims: dict[str, object] = {**record.claims, "iat": now_s, "exp": now_s + LIFE_S, "jti": identity}
    for at, covered in ((record.body_hash, request.body), (record.url_hash, request.raw_url.encode())):
        if at is not None:
            claims[at.name] = encode(hashlib.new(at.algorithm, covered).digest(), at.encoding).decode()
    return _JWS.encode(json.dumps(claims).encode(), key, recipe.algorithm).encode()
