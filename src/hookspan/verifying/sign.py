"""The inverse of verifying: the headers that make a body hold, for tests of receivers and for senders of your own."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hookspan.inbound.sign import sign_sample
from hookspan.outbound.sign import PRIVATE_PREFIX, decode_private_key
from hookspan.verifying.schemes import STANDARD, scheme_named

_PROFILES = {"cloudevents": STANDARD}
"""CloudEvents is signed as Standard Webhooks is, in either mode."""


def sign(profile: str, body: bytes, secret: str | bytes, *, id: str, timestamp: int) -> dict[str, str]:
    """The headers, names in lower case, that make `body` hold under `secret`; a `whsk_…` key signs `v1a`.

    `profile` is one of ours or the id of a preset. `id` is the delivery's, where the scheme has a header for it, and
    `timestamp` are Unix seconds. Raises ValueError where only the provider can sign, UnknownScheme for no scheme.
    """
    if not isinstance(body, bytes | bytearray | memoryview):
        raise TypeError(f"the body must be the raw bytes to be sent, not {type(body).__name__}")
    if not id or "." in id or not id.isascii() or not id.isprintable():
        raise ValueError("an id is visible ASCII without a dot, which would make the signed text ambiguous")
    name = _PROFILES.get(profile, profile)
    key = secret.encode() if isinstance(secret, str) else bytes(secret)
    if name == STANDARD and key.startswith(PRIVATE_PREFIX.encode()):
        return _signed_by_pair(bytes(body), key.decode(), id=id, timestamp=timestamp)
    preset = scheme_named(name).preset
    id_header = preset.dedupe[0].header if preset.dedupe else None
    given = [(id_header, id)] if id_header else []
    return dict(sign_sample(preset.record, bytes(body), secret=key, now_ms=timestamp * 1_000, headers=given))


def _signed_by_pair(body: bytes, private: str, *, id: str, timestamp: int) -> dict[str, str]:
    signer = Ed25519PrivateKey.from_private_bytes(decode_private_key(private))
    signature = signer.sign(b"%b.%d.%b" % (id.encode(), timestamp, body))
    return {
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1a,{base64.b64encode(signature).decode()}",
    }
