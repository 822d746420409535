"""The inverse of `verify` for symmetric records: what tests, test sends and the demo sign their requests with."""

from __future__ import annotations

import binascii
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from hookspan.inbound.recipe import Recipe, Unusable, check_kind, compile_recipe
from hookspan.inbound.record import Record, SignatureAt, read_record
from hookspan.inbound.request import InboundRequest
from hookspan.inbound.signature import encode, keys_of
from hookspan.inbound.text import Absent, Malformed, Text
from hookspan.inbound.verify import mac
from hookspan.inbound.window import time_text


def sign_sample(
    record: Mapping[str, object] | Record,
    body: bytes,
    *,
    secret: bytes,
    now_ms: int,
    headers: Sequence[tuple[str, str]] = (),
) -> list[tuple[str, str]]:
    """The headers, `headers` first, that make `body` pass; raises as `sign_request` does."""
    given = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    request = InboundRequest("POST", "/", "https://localhost/", "", given, body)
    signed = sign_request(record, request, secret=secret, now_ms=now_ms)
    if signed.query:
        raise Unusable("this record signs in the query; use sign_request")
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in signed.headers]


def sign_request(
    record: Mapping[str, object] | Record, request: InboundRequest, *, secret: bytes, now_ms: int
) -> InboundRequest:
    """The request with everything its record asks for; Unusable (a ValueError) when we cannot sign for it."""
    typed = record if isinstance(record, Record) else read_record(record)
    check_kind(typed)
    match typed.kind:
        case "none":
            return request
        case "basic":
            return _with_header(request, b"authorization", b"Basic " + binascii.b2a_base64(secret, newline=False))
        case "api_key" if typed.signature is not None:
            return _placed(request, typed.signature, secret)
        case _:
            return _signed(compile_recipe(typed), request, secret=secret, now_ms=now_ms)


def _signed(recipe: Recipe, request: InboundRequest, *, secret: bytes, now_ms: int) -> InboundRequest:
    keys = keys_of(secret, recipe.readings)
    if not keys:
        raise Unusable("the secret cannot be read as a key")
    if recipe.text is None:
        return _placed(request, recipe.place.at, recipe.place.prefixes[0] + keys[0])
    complete = _with_id(recipe, _with_time(recipe, _with_body_hash(recipe, request), now_ms), recipe.text)
    named = _named_items(recipe, now_ms)
    signed = recipe.signed(complete, {name: [value] for name, value in named.items()})
    try:
        signature = mac(recipe, keys[0], recipe.text.build(replace(signed, secret=keys[0])))
    except (Absent, Malformed) as lacking:
        raise Unusable(f"the request lacks what its signature covers: {lacking}") from lacking
    return _placed(complete, recipe.place.at, _item(recipe, named, encode(signature, recipe.record.encoding)))


def _item(recipe: Recipe, named: Mapping[bytes, bytes], signature: bytes) -> bytes:
    place = recipe.place
    value = place.prefixes[0] + signature
    if place.pair is None:
        return value
    items = [name + place.pair + text for name, text in named.items()]
    return (place.items or b"").join([*items, place.at.take[0].encode() + place.pair + value])


def _named_items(recipe: Recipe, now_ms: int) -> dict[bytes, bytes]:
    at = recipe.record.time
    return {at.name.encode(): time_text(at, now_ms).encode()} if at and at.from_ == "item" else {}


def _with_time(recipe: Recipe, request: InboundRequest, now_ms: int) -> InboundRequest:
    at = recipe.record.time
    if at is None or at.from_ != "header":
        return request
    return _with_header(request, at.name.lower().encode(), time_text(at, now_ms).encode())


def _with_id(recipe: Recipe, request: InboundRequest, text: Text) -> InboundRequest:
    entry = recipe.record.dedupe[0] if "id" in text.uses else None
    name = entry.header.lower().encode() if entry and entry.header else b""
    if not name or request.header(name):
        return request
    return _with_header(request, name, b"msg_" + hashlib.sha256(request.body).hexdigest()[:24].encode())


def _with_body_hash(recipe: Recipe, request: InboundRequest) -> InboundRequest:
    at = recipe.record.body_hash
    if at is None:
        return request
    digest = encode(hashlib.new(at.algorithm, request.body).digest(), at.encoding)
    return _with_query(request, at.name, digest)


def _placed(request: InboundRequest, at: SignatureAt, value: bytes) -> InboundRequest:
    name = at.names[0] if at.names else ""
    match at.from_:
        case "header":
            return _with_header(request, name.lower().encode(), value)
        case "query":
            return _with_query(request, name, value)
        case "authorization":
            return _with_header(request, b"authorization", name.encode() + b" " + value if name else value)
        case "body":
            raise Unusable("a signature inside the body is made by the provider only")


def _with_header(request: InboundRequest, name: bytes, value: bytes) -> InboundRequest:
    others = [(field, text) for field, text in request.headers if field != name]
    return replace(request, headers=[*others, (name, value)])


def _with_query(request: InboundRequest, name: str, value: bytes) -> InboundRequest:
    pair = urlencode({name: value})
    mark = "&" if "?" in request.raw_url else "?"
    return replace(
        request,
        query=f"{request.query}&{pair}" if request.query else pair,
        raw_url=f"{request.raw_url}{mark}{pair}",
    )
