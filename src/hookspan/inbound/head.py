"""What the head of a request tells: what may be judged before a byte of its body is taken (steps 3 to 7)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from hookspan.inbound import answers
from hookspan.inbound.answers import Answer, Ending
from hookspan.inbound.enrich import is_within
from hookspan.inbound.handshakes import greeted, probe_methods
from hookspan.inbound.request import InboundRequest
from hookspan.inbound.source import Source
from hookspan.model.hops import HOPS_MOST, hops_of

PREFIX = "/api/v1/webhooks/"

_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")

Headers = list[tuple[bytes, bytes]]


class Head(msgspec.Struct, frozen=True, gc=False):
    """A request before its body: `path` is what stands behind the receiver's prefix, raw."""

    method: str
    path: str
    query: str
    headers: Headers
    peer: str
    started_at: float


class Admission(msgspec.Struct, frozen=True, gc=False):
    """How much of the body to read, and what was decided without it.

    `late` was decided too, but is told only after the same read as for an unknown path.
    """

    head: Head
    source: Source | None
    client: str
    max_body_bytes: int
    hops: int = 0
    answer: Answer | None = None
    late: Ending | None = None


def plain_path(path: str) -> str:
    """The raw path with needless escapes undone, once (RFC 3986 §2.3): they mean the same to whoever sends them.

    Any other escape stays, and so no source has that path.
    """
    return _ESCAPE.sub(_unescaped, path) if "%" in path else path


def _unescaped(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if _UNRESERVED.fullmatch(character) else escape[0]


def request_of(head: Head, source: Source, base_url: str, body: bytes = b"") -> InboundRequest:
    """The request as its sender signed it: under the registered or our configured address, never under its `Host`."""
    path = PREFIX + head.path
    url = _signed_url(source, base_url + path, f"?{head.query}" if head.query else "")
    return InboundRequest(head.method, path, url, head.query, head.headers, body)


def _signed_url(source: Source, own: str, query: str) -> str:
    """A registered URL is signed as it was registered, or with what the sender adds to it, as the preset says."""
    if source.registered_url is None:
        return own + query
    if source.preset.record.url.use == "registered":
        return source.registered_url
    return source.registered_url.partition("?")[0] + query if query else source.registered_url


def hops_in(head: Head, key: bytes) -> int:
    """Through how many hookspan instances it came that share our key."""
    header = _first(head.headers, b"x-hookspan-hops")
    if header is None:
        return 0
    event_id = (_first(head.headers, b"webhook-id") or b"").decode("latin-1")
    return hops_of(key, event_id, header.decode("latin-1"))


def judged(head: Head, source: Source, client: str, *, hops: int, skips: frozenset[str] = frozenset()) -> Ending | None:
    """How the request ends by its head alone: hops, method, unsigned handshake, address, encoding, type, length."""
    for ending in _faults(head, source, client, hops=hops, skips=skips):
        if ending is not None:
            return ending
    return None


def _faults(head: Head, source: Source, client: str, *, hops: int, skips: frozenset[str]) -> Iterator[Ending | None]:
    if hops > HOPS_MOST:
        yield Ending(answers.LOOP_DETECTED, "loop", f"it came through {hops} instances; at most {HOPS_MOST}")
    may_greet = head.method in probe_methods(source)
    if head.method not in source.methods and not may_greet:
        yield _method(head, source)
    if may_greet or source.preset.record.handshake:
        yield greeted(request_of(head, source, ""), source)
    if head.method not in source.methods:
        yield _method(head, source)
    if source.allowed_ips and "ip" not in skips and not is_within(client, source.allowed_ips):
        yield Ending(answers.FORBIDDEN, "ip", f"{client} is not on the list of addresses")
    yield _content(head.headers, source)


def _method(head: Head, source: Source) -> Ending:
    taken = ", ".join(sorted(source.methods))
    return Ending(answers.method_not_allowed(source.methods), "method", f"{head.method}; expected {taken}")


def _content(headers: Headers, source: Source) -> Ending | None:
    codings = [value for name, value in headers if name == b"content-encoding"]
    if any(coding.strip().lower() not in (b"", b"identity") for coding in codings):
        return Ending(answers.UNSUPPORTED_ENCODING, "encoding", "expected no Content-Encoding")
    content_type = (_first(headers, b"content-type") or b"").partition(b";")[0].strip().lower().decode("latin-1")
    if source.content_types is not None and content_type not in source.content_types:
        expected = ", ".join(sorted(source.content_types))
        return Ending(answers.UNSUPPORTED_TYPE, "content_type", f"expected {expected}")
    if declared_bytes(headers) > source.max_body_bytes:
        return too_large(source.max_body_bytes)
    return None


def too_large(most: int) -> Ending:
    """The body is over the source's limit, by its declared length or while reading."""
    return Ending(answers.TOO_LARGE, "too_large", f"expected at most {most} bytes")


def declared_bytes(headers: Headers) -> int:
    """The declared length of the body; 0 when none was declared."""
    text = _first(headers, b"content-length") or b"0"
    return int(text) if text.isdigit() else 0


def _first(headers: Headers, name: bytes) -> bytes | None:
    for field, value in headers:
        if field == name:
            return value
    return None
