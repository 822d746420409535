"""The body of a request as the gate takes it in: within its limit, of a media type its route reads, and well formed."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import msgspec

from hookspan.api.problems import Plain
from hookspan.api.questions import check_texts
from hookspan.api.rooms import ApiSettings
from hookspan.api.routes import Rule
from hookspan.api.workflow_bodies import YAML_TYPE, YAML_TYPES
from hookspan.errors import Invalid, InvalidJson, TooLarge, UnsupportedMedia
from hookspan.model.jsonview import repeated_member
from hookspan.model.surrogates import mask_lone
from hookspan.model.yaml_reading import read_yaml
from hookspan.workflows.exported import YAML_BYTES

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope

MANAGEMENT_BYTES = 1_048_576
BATCH_BYTES = 5 * 1_048_576
ENVELOPE_BYTES = 65_536
SLOW_BYTES = 16_384
# Bodies that are looked at as a whole before their route is.
_WHOLE = frozenset({"json", "definition"})


async def read_body(scope: Scope, receive: Receive, rule: Rule, settings: ApiSettings) -> tuple[bytes, object]:
    """The bytes and, of an ordinary body, the document in them; the route then never waits for the wire."""
    headers = dict(scope["headers"])
    limit = _limit(rule, settings)
    if int(headers.get(b"content-length") or 0) > limit:
        raise TooLarge(f"the body is over {limit} bytes")
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise UnsupportedMedia("send the body without Content-Encoding")
    body = await _read(receive, limit)
    if not body:
        return body, None
    content_type = headers.get(b"content-type", b"").decode("latin-1")
    # YAML may take a good part of a second, and others are to be served meanwhile.
    is_slow = rule.body == "definition" and len(body) > SLOW_BYTES
    told = (content_type, body, rule)
    return body, await asyncio.to_thread(_checked, *told) if is_slow else _checked(*told)


def _limit(rule: Rule, settings: ApiSettings) -> int:
    if rule.body == "batch":
        return BATCH_BYTES
    return MANAGEMENT_BYTES if rule.body in _WHOLE else settings.payload_bytes + ENVELOPE_BYTES


async def _read(receive: Receive, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Plain(400, "the request ended before its body", {})
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            raise TooLarge(f"the body is over {limit} bytes")
        if not message.get("more_body"):
            return b"".join(parts)


def _checked(content_type: str, body: bytes, rule: Rule) -> object:
    """The document of an ordinary body; None for one that carries a payload."""
    media = content_type.partition(";")[0].strip().lower()
    if media == "application/json" or (media.startswith("application/") and media.endswith("+json")):
        try:
            document = _decoded(body, is_whole=rule.body in _WHOLE)
            repeated = repeated_member(body) if rule.body == "definition" else None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise InvalidJson(f"the body is not JSON: {error}") from error
        if repeated is not None:
            raise Invalid.one(repeated, "stands here twice; write it once")
        if rule.body in _WHOLE:
            check_texts(body, document)
            return document
    elif rule.body == "definition" and media in YAML_TYPES:
        return read_yaml(body, most_bytes=YAML_BYTES).value
    elif rule.body != "media":
        also = f" or {YAML_TYPE}" if rule.body == "definition" else ""
        raise UnsupportedMedia(f"send Content-Type: application/json{also}")
    return None


def _decoded(body: bytes, *, is_whole: bool) -> object:
    """Strict JSON; `is_whole` gives lone surrogates back, else they are left for the route to judge."""
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        masked = mask_lone(body)
        if masked is None:
            raise
        document = msgspec.json.decode(masked.text)
        # A number of any length is read as text: it is not what will be refused.
        return json.loads(body, parse_int=str) if is_whole else document


def replay(body: bytes, receive: Receive) -> Receive:
    """What gives the body to the route whole, then what else comes."""
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
