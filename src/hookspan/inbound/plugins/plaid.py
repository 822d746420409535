"""Plaid: a token (ES256) that holds the hash of the body, under a key that Plaid is asked for by its id.

The source's secret is `client_id:secret`, because Plaid shows its keys to its customers only. Keys are kept apart
by credential, so what one customer is refused another may still be given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from hookspan.inbound.asymmetric import der_of
from hookspan.inbound.recipe import Recipe, Unusable
from hookspan.inbound.request import InboundRequest
from hookspan.inbound.text import Absent, Malformed
from hookspan.inbound.tokens import claims_under, judged, key_id
from hookspan.inbound.verdict import Check, KeyFetch, KeyNeeded, Refused, Verdict, Verified


class _Answer(msgspec.Struct, frozen=True):
    """What Plaid's key server says; `expired_at` in the key is set once it must not be used any more."""

    key: dict[str, str | int | None]


def check_of(recipe: Recipe) -> Check:
    """The check of Plaid's record."""
    server = recipe.record.key_server
    if not server or recipe.algorithm != "ES256":
        raise Unusable("keyServer is missing")

    def check(request: InboundRequest, secrets: Sequence[bytes], now_ms: int) -> Verdict:
        usable = [(index, *secret.partition(b":")) for index, secret in enumerate(secrets)]
        chosen = next(((index, user, word) for index, user, _, word in usable if user and word), None)
        if chosen is None:
            return Refused("not_configured", "no client_id:secret to ask Plaid with")
        index, user, word = chosen
        try:
            token = recipe.place.read(request).signatures[0]
            name = key_id(token, recipe.algorithm)
        except Absent as absent:
            return Refused("missing_signature", str(absent))
        except Malformed as malformed:
            return Refused("malformed_signature", str(malformed))

        def judge(key: bytes) -> Verified | Refused:
            return _judge(recipe, request, token=token, key=key, key_index=index, now_ms=now_ms)

        return KeyNeeded(_fetch(server, user, word, name), judge)

    return check


def _judge(
    recipe: Recipe, request: InboundRequest, *, token: bytes, key: bytes, key_index: int, now_ms: int
) -> Verified | Refused:
    try:
        claims = claims_under(token, key, recipe.algorithm)
        if claims is None:
            return Refused("bad_signature", f"{recipe.place.expected} does not match")
        return judged(recipe, request, claims=claims, key_index=key_index, now_ms=now_ms)
    except Absent as absent:
        return Refused("missing_signature", str(absent))
    except Malformed as malformed:
        return Refused("malformed_signature", str(malformed))


def _fetch(server: str, user: bytes, word: bytes, name: str) -> KeyFetch:
    credential = hashlib.sha256(user + b":" + word).hexdigest()
    texts = {"client_id": user.decode("utf-8", "replace"), "secret": word.decode("utf-8", "replace"), "key_id": name}
    identity = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    return KeyFetch(f"{server}:{credential}:{identity}", server, _accept, "POST", msgspec.json.encode(texts))


def _accept(body: bytes) -> bytes:
    """The key of the answer, in DER; raises ValueError for none, another kind, or one that has expired."""
    key = msgspec.json.decode(body, type=_Answer).key
    if key.get("expired_at") is not None:
        raise ValueError("the key has expired")
    try:
        read = PyJWK(key, algorithm="ES256").key
    except PyJWTError as error:
        raise ValueError("the key cannot be read") from error
    if not isinstance(read, EllipticCurvePublicKey):
        raise ValueError("the key is not a public one of an elliptic curve")
    return der_of(read)
