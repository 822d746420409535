"""The inverse of `verify` for shared keys: what tests, test sends and the demo sign their requests with.

Where time or signature stand in the body, the body is written anew with them in it.
"""

from __future__ import annotations

import binascii
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

import msgspec

from hookspan.inbound.plugins import SIGNERS
from hookspan.inbound.recipe import ASYMMETRIC, Recipe, Unusable, check_kind, compile_recipe
from hookspan.inbound.record import Record, SignatureAt, read_record
from hookspan.inbound.request import InboundRequest
from hookspan.inbound.signature import encode, keys_of
from hookspan.inbound.text import Absent, Malformed, Text
from hookspan.inbound.tokens import token_of
from hookspan.inbound.verify import mac
from hookspan.inbound.window import time_text
from hookspan.model.jsonview import Json, read_json
from hookspan.model.paths import compile_path

_write = msgspec.json.Encoder(decimal_format="number").encode


class CannotSign(Unusable):
    """We cannot make what this record asks for: only the provider has the key, or something to be signed is missing."""


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
    if signed.query or signed.body != body:
        raise CannotSign("this record signs in the query or in the body; use sign_request")
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in signed.headers]


def sign_request(
    record: Mapping[str, object] | Record, request: InboundRequest, *, secret: bytes, now_ms: int
) -> InboundRequest:
    """The request with everything its record asks for; CannotSign (a ValueError) when we cannot sign for it."""
    typed = (record if isinstance(record, Record) else read_record(record)).ways[0]
    check_kind(typed)
    if not can_sign(typed):
        raise CannotSign(f"only the provider can sign for {typed.id}: it keeps the private key")
    match typed.kind:
        case "none":
            return request
        case "basic":
            return _with_header(request, b"authorization", b"Basic " + binascii.b2a_base64(secret, newline=False))
        case "api_key" if typed.signature is not None:
            return _placed(request, typed.signature, secret)
        case _:
            return _signed(compile_recipe(typed), request, secret=secret, now_ms=now_ms)


def can_sign(record: Record) -> bool:
    """Whether a shared key makes the signature, so that we can make it too; of several ways the first counts."""
    if record.kind == "plugin":
        return record.id in SIGNERS
    return record.kind not in ASYMMETRIC and record.algorithm != "ES256"


def _signed(recipe: Recipe, request: InboundRequest, *, secret: bytes, now_ms: int) -> InboundRequest:
    keys = keys_of(secret, recipe.readings)
    if not keys:
        raise CannotSign("the secret cannot be read as a key")
    if recipe.record.kind == "plugin":
        return SIGNERS[recipe.record.id](request, keys[0], now_ms)
    if recipe.record.kind == "jwt":
        return _placed(request, recipe.place.at, token_of(recipe, request, key=keys[0], now_ms=now_ms))
    if recipe.text is None:
        return _placed(request, recipe.place.at, recipe.place.prefixes[0] + keys[0])
    complete = _with_id(recipe, _with_time(recipe, _with_body_hash(recipe, request), now_ms), recipe.text)
    named = _named_items(recipe, now_ms)
    signed = recipe.signed(complete, {name: [value] for name, value in named.items()})
    try:
        signature = mac(recipe, keys[0], recipe.text.build(replace(signed, secret=keys[0])))
    except (Absent, Malformed) as lacking:
        raise CannotSign(f"the request lacks what its signature covers: {lacking}") from lacking
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
    if at is not None and at.from_ == "body":
        sent = time_text(at, now_ms)
        return _with_member(request, at.name, sent if at.unit == "rfc3339" else int(sent))
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
            return _with_member(request, name, value.decode("latin-1"))


def _with_member(request: InboundRequest, name: str, value: Json) -> InboundRequest:
    """The body written anew with one more member; what it leads through is made where it is missing."""
    view = read_json(request.body)
    if not view.is_json:
        raise CannotSign("the body must be JSON, because the signature or its time stands in it")
    return replace(request, body=_write(_set(view.value, compile_path(name).steps, value)))


def _set(into: Json, steps: Sequence[tuple[str | None, int | None]], value: Json) -> Json:
    if not steps:
        return value
    (name, index), below = steps[0], steps[1:]
    if name is not None:
        members = into if isinstance(into, dict) else {}
        return {**members, name: _set(members.get(name), below, value)}
    items = list(into) if isinstance(into, list) else []
    first = items[0] if items else None
    if index != 0:
        raise CannotSign("only the first element of a list can be signed for")
    return [_set(first, below, value), *items[1:]]


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
