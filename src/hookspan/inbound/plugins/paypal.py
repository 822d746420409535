"""PayPal: RSA over `id|time|webhook id|CRC-32 of the body`, under a certificate that the delivery names by URL.

The source's secret is the id of the webhook in PayPal's dashboard: it ties a delivery to this source, the
certificate ties it to PayPal. What is not checked of the certificate: see `certificates`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from hookspan.inbound.plugins.certificates import Claimed, certificate_needed, lateness, url_pattern
from hookspan.inbound.recipe import Recipe, Unusable
from hookspan.inbound.request import InboundRequest
from hookspan.inbound.signature import decode
from hookspan.inbound.text import Absent, Malformed, only
from hookspan.inbound.verdict import Check, Refused, Verdict
from hookspan.inbound.window import time_ms

CERTIFICATE = "PAYPAL-CERT-URL"
ALGORITHM = "PAYPAL-AUTH-ALGO"
_RSA = b"SHA256withRSA"


def check_of(recipe: Recipe) -> Check:
    """The check of PayPal's record."""
    may_fetch = url_pattern(recipe)
    if recipe.text is None or recipe.time is None:
        raise Unusable("text and time are missing")

    def check(request: InboundRequest, secrets: Sequence[bytes], now_ms: int) -> Verdict:
        if not any(secrets):
            return Refused("not_configured", "no id of the webhook")
        try:
            claimed = _claimed(recipe, request, secrets=secrets, now_ms=now_ms, may_fetch=may_fetch)
        except Absent as absent:
            return Refused("missing_signature", str(absent))
        except Malformed as malformed:
            return Refused("malformed_signature", str(malformed))
        return certificate_needed(claimed, now_ms)

    return check


def _claimed(
    recipe: Recipe,
    request: InboundRequest,
    *,
    secrets: Sequence[bytes],
    now_ms: int,
    may_fetch: Callable[[str], bool],
) -> Claimed:
    text, read_time, at = recipe.text, recipe.time, recipe.record.time
    assert text is not None
    assert read_time is not None
    assert at is not None
    found = recipe.place.read(request)
    signature = decode(found.signatures[0], recipe.record.encoding)
    if signature is None or _header(request, ALGORITHM) != _RSA:
        raise Malformed("send base64 of a signature by SHA256withRSA")
    url = _header(request, CERTIFICATE).decode("latin-1")
    if not may_fetch(url):
        raise Malformed(f"header {CERTIFICATE} is no address of the provider's certificates")
    signed = recipe.signed(request, found.items)
    sent_ms = time_ms(at, read_time(request, found.items))
    return Claimed(
        url=url,
        signature=signature,
        algorithm="sha256",
        texts=[(index, text.build(replace(signed, secret=secret))) for index, secret in enumerate(secrets) if secret],
        fields=recipe.record.signed,
        sent_ms=sent_ms,
        late=lateness(at, sent_ms, now_ms),
    )


def _header(request: InboundRequest, name: str) -> bytes:
    return only(request.header_lines(name.lower().encode()), f"header {name}")
