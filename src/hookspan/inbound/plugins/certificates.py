"""Certificates that a delivery names by URL: fetched through the guard, checked, and the signature held against them.

Checked: that the URL matches the preset's pattern as a whole (host, path, https; no query, no credentials), that the
certificate reads, that now lies within its validity, that its key is RSA of 2048 bits or more, and the signature.
Not checked: the chain above the certificate, its names, and revocation. What makes it the provider's is that the
provider's own host served it over verified TLS.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import re2
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from hookspan.inbound.asymmetric import der_of, holds, is_of_kind
from hookspan.inbound.recipe import Recipe, Unusable
from hookspan.inbound.record import TimeAt
from hookspan.inbound.verdict import MAX_TRIES, KeyFetch, KeyNeeded, Refused, Verified
from hookspan.inbound.window import window_fault


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a delivery says of itself: the signature, the texts it may cover with the secret of each, and its time.

    `late` is the refusal for a time too far from ours; it counts only once the signature holds.
    """

    url: str
    signature: bytes
    algorithm: str
    texts: Sequence[tuple[int, bytes]]
    fields: tuple[str, ...]
    sent_ms: int
    late: Refused | None


def url_pattern(recipe: Recipe) -> Callable[[str], bool]:
    """Whether a URL may be fetched for this record; raises Unusable when the record does not say."""
    if not recipe.record.key_server:
        raise Unusable("keyServer is missing")
    try:
        pattern = re2.compile(recipe.record.key_server)
    except re2.error as error:
        raise Unusable("keyServer is no pattern") from error
    return lambda url: pattern.fullmatch(url) is not None


def lateness(at: TimeAt, sent_ms: int, now_ms: int) -> Refused | None:
    """The refusal for a time outside the window."""
    cause = window_fault(at, sent_ms, now_ms)
    told = f"{at.from_} {at.name} is not within -{at.past} s and +{at.future} s of our clock"
    return Refused(cause, told) if cause else None


def certificate_needed(claimed: Claimed, now_ms: int) -> KeyNeeded:
    """Ask for the certificate; once it is here, hold everything that was claimed against it."""

    def judge(certificate: bytes) -> Verified | Refused:
        read = x509.load_der_x509_certificate(certificate)
        now = datetime.fromtimestamp(now_ms / 1_000, UTC)
        if not read.not_valid_before_utc <= now <= read.not_valid_after_utc:
            return Refused("bad_signature", "the provider's certificate is not valid now")
        key = der_of(read.public_key())
        for index, text in claimed.texts[:MAX_TRIES]:
            if holds(key, claimed.signature, text, claimed.algorithm):
                return claimed.late or Verified(index, claimed.fields, claimed.sent_ms)
        return Refused("bad_signature", "the signature does not match under the certificate it names")

    return KeyNeeded(KeyFetch(f"certificate:{claimed.url}", claimed.url, _accept), judge)


def _accept(body: bytes) -> bytes:
    """The first certificate of a PEM text, as DER; raises ValueError."""
    read = x509.load_pem_x509_certificate(body)
    if not is_of_kind(read.public_key(), "rsa-pkcs1"):
        raise ValueError("not a certificate of an RSA key of 2048 bits or more")
    return read.public_bytes(Encoding.DER)
