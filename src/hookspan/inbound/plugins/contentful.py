"""Contentful: HMAC over method, path, the headers it names, and body; the form is that of its own toolkit."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from hookspan.inbound.recipe import Recipe
from hookspan.inbound.request import InboundRequest
from hookspan.inbound.signature import decode, keys_of
from hookspan.inbound.text import Absent, Malformed, only
from hookspan.inbound.verdict import MAX_TRIES, Check, Refused, Verdict, Verified, is_same
from hookspan.inbound.window import time_ms, window_fault

SIGNATURE = b"x-contentful-signature"
SIGNED_HEADERS = b"x-contentful-signed-headers"
TIMESTAMP = b"x-contentful-timestamp"
NAMES_MOST = 64
# What JavaScript leaves as it is in encodeURI and in querystring.escape; the query goes through both.
_URI, _QUERY = ";,/?:@&=+$-_.!~*'()#", "-_.!~*'()"


def check_of(recipe: Recipe) -> Check:
    """The check of Contentful's record."""

    def check(request: InboundRequest, secrets: Sequence[bytes], now_ms: int) -> Verdict:
        keys = [(index, key) for index, secret in enumerate(secrets) for key in keys_of(secret, recipe.readings)]
        if not keys:
            return Refused("not_configured", "no secret that can be read as a key")
        try:
            given = decode(recipe.place.read(request).signatures[0], "hex")
            if given is None:
                return Refused("malformed_signature", f"{recipe.place.expected} is not hex")
            text = canonical(request)
        except Absent as absent:
            return Refused("missing_signature", str(absent))
        except Malformed as malformed:
            return Refused("malformed_signature", str(malformed))
        for index, key in keys[:MAX_TRIES]:
            if is_same(hmac.digest(key, text, "sha256"), given):
                return _timely(recipe, request, key_index=index, now_ms=now_ms)
        return Refused("bad_signature", f"{recipe.place.expected} does not match")

    return check


def canonical(request: InboundRequest) -> bytes:
    """What is signed; raises Absent or Malformed. The time must be among the headers that are."""
    listed = only(request.header_lines(SIGNED_HEADERS), "header x-contentful-signed-headers")
    names = sorted({name.strip().lower() for name in listed.split(b",")})
    if TIMESTAMP not in names or len(names) > NAMES_MOST:
        raise Malformed("header x-contentful-signed-headers must name x-contentful-timestamp, and few others")
    fields = [name + b":" + only(request.header_lines(name), f"header {name!r}").strip() for name in names]
    return b"\n".join([request.method.upper().encode(), _path(request), b";".join(fields), request.body])


def _path(request: InboundRequest) -> bytes:
    query = quote(request.query, safe=_QUERY, errors="surrogateescape")
    path = f"{request.path}?{query}" if query else request.path
    return quote(path, safe=_URI, errors="surrogateescape").encode()


def _timely(recipe: Recipe, request: InboundRequest, *, key_index: int, now_ms: int) -> Verified | Refused:
    at = recipe.record.time
    assert at is not None
    try:
        sent_ms = time_ms(at, only(request.header_lines(TIMESTAMP), f"header {at.name}"))
    except Malformed as malformed:
        return Refused("malformed_signature", str(malformed))
    cause = window_fault(at, sent_ms, now_ms)
    if cause is not None:
        return Refused(cause, f"header {at.name} is not within -{at.past} s and +{at.future} s of our clock")
    return Verified(key_index, recipe.record.signed, sent_ms)


def signed(request: InboundRequest, key: bytes, now_ms: int) -> InboundRequest:
    """The request as Contentful would sign it."""
    ours = {SIGNATURE, SIGNED_HEADERS, TIMESTAMP}
    others = [line for line in request.headers if line[0] not in ours]
    topic = [name for name, _ in others if name == b"x-contentful-topic"]
    names = b",".join([*topic, SIGNED_HEADERS, TIMESTAMP])
    headers = [*others, (SIGNED_HEADERS, names), (TIMESTAMP, str(now_ms).encode())]
    text = canonical(replace(request, headers=headers))
    return replace(request, headers=[*headers, (SIGNATURE, hmac.digest(key, text, "sha256").hex().encode())])
