"""`v1a` of Standard Webhooks: an Ed25519 signature over the same text as `v1`, checked with a `whpk_…` key."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from hookspan.inbound.recipe import Recipe, compile_recipe
from hookspan.inbound.record import Record
from hookspan.inbound.request import InboundRequest
from hookspan.inbound.signature import decode
from hookspan.inbound.text import Absent, Malformed
from hookspan.inbound.verify import MAX_TRIES, Check, Refused, Verdict, Verified
from hookspan.inbound.window import time_ms, window_fault
from hookspan.outbound.sign import decode_public_key


def check_ed25519(record: Record) -> Check:
    """The check of a record that says where `v1a` signatures stand, what they cover and when they were made."""
    recipe = compile_recipe(record)

    def check(request: InboundRequest, secrets: Sequence[bytes], now_ms: int) -> Verdict:
        try:
            keys = [Ed25519PublicKey.from_public_bytes(decode_public_key(secret.decode())) for secret in secrets]
        except ValueError as error:
            return Refused("not_configured", str(error))
        try:
            return _verdict(recipe, request, keys=keys, now_ms=now_ms)
        except Absent as absent:
            return Refused("missing_signature", str(absent))
        except Malformed as malformed:
            return Refused("malformed_signature", str(malformed))

    return check


def _verdict(recipe: Recipe, request: InboundRequest, *, keys: Sequence[Ed25519PublicKey], now_ms: int) -> Verdict:
    at, read_time = recipe.record.time, recipe.time
    assert recipe.text is not None
    assert at is not None
    assert read_time is not None
    found = recipe.place.read(request)
    signatures = [decode(signature, "base64") or b"" for signature in found.signatures]
    index = _key_that_holds(keys, signatures, recipe.text.build(recipe.signed(request, found.items)))
    if index is None:
        return Refused("bad_signature", f"{recipe.place.expected} does not match")
    sent_ms = time_ms(at, read_time(request, found.items))
    cause = window_fault(at, sent_ms, now_ms)
    if cause is not None:
        return Refused(cause, f"{at.from_} {at.name} is not within -{at.past} s and +{at.future} s of our clock")
    return Verified(index, recipe.record.signed, sent_ms)


def _key_that_holds(keys: Sequence[Ed25519PublicKey], signatures: Sequence[bytes], text: bytes) -> int | None:
    tries = [(index, key, signature) for index, key in enumerate(keys) for signature in signatures][:MAX_TRIES]
    return next((index for index, key, signature in tries if _holds(key, signature, text)), None)


def _holds(key: Ed25519PublicKey, signature: bytes, text: bytes) -> bool:
    try:
        key.verify(signature, text)
    except InvalidSignature:
        return False
    return True
