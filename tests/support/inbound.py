"""Inbound requests for tests: the words to send, alter and double them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hookspan.inbound.providers import Preset
from hookspan.inbound.request import InboundRequest
from hookspan.inbound.sign import sign_request

NOW_MS = 1_747_862_830_000
SECRET = b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER_SECRET = b"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


def request(
    body: bytes = b"{}",
    headers: Iterable[tuple[str, str]] = (),
    *,
    query: str = "",
    method: str = "POST",
    url: str = "https://hooks.example.com/api/v1/webhooks/in",
) -> InboundRequest:
    """A request as the receiver hands it on: names in lower case."""
    fields = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return InboundRequest(method, "/api/v1/webhooks/in", url, query, fields, body)


def sample_of(preset: Preset, *, secret: bytes = SECRET, now_ms: int = NOW_MS) -> InboundRequest:
    """The preset's own sample, signed."""
    assert preset.sample is not None
    unsigned = request(preset.sample.body.encode(), preset.sample.headers.items())
    return sign_request(preset.record, unsigned, secret=secret, now_ms=now_ms)


def without_header(sent: InboundRequest, name: str) -> InboundRequest:
    """The request with every line of a header taken out."""
    return replace(sent, headers=[line for line in sent.headers if line[0] != name.lower().encode()])


def with_header(sent: InboundRequest, name: str, value: bytes) -> InboundRequest:
    """The request with a header's lines replaced by one."""
    return with_line(without_header(sent, name), name, value)


def with_line(sent: InboundRequest, name: str, value: bytes) -> InboundRequest:
    """The request with one more line of a header."""
    return replace(sent, headers=[*sent.headers, (name.lower().encode(), value)])
