"""The server's own recipes, for signing on the command line: the preset of a source, and a request signed by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, cast

from hookspan.cli.signing_anew import Outgoing
from hookspan.client import Document
from hookspan.errors import Invalid
from hookspan.inbound.providers import GENERIC, Preset, plain_preset, preset
from hookspan.inbound.request import InboundRequest
from hookspan.inbound.sign import can_sign, sign_request

__all__ = ["can_sign", "preset_of", "signed"]


def preset_of(source: Document, secrets: Document) -> Preset:
    """What the source verifies by; ValueError where this program does not know it."""
    auth, provider = source.text("authType"), source.text("provider")
    overrides = source.value("verification")
    try:
        if auth == "signature" or provider:
            laid_over = overrides if isinstance(overrides, Mapping) else None
            return preset(provider or GENERIC).overridden(laid_over)
        header, query = secrets.text("credentials.headerName"), secrets.text("credentials.queryName")
        plain = cast(Literal["basic", "api_key"], auth)
        return plain_preset(plain, header=header or "X-API-Key", query=query)
    except Invalid as unknown:
        raise ValueError(unknown.faults[0].detail.partition(";")[0]) from unknown


def signed(used: Preset, request: Outgoing, proof: bytes, now_ms: int) -> Outgoing:
    """The request with its proof."""
    fields = [
        (name.lower().encode("latin-1", "replace"), value.encode("latin-1", "replace"))
        for name, value in request.fields
    ]
    came = InboundRequest(request.method, "/", request.url, request.query, fields, request.body)
    made = sign_request(used.record, came, secret=proof, now_ms=now_ms)
    told = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in made.headers]
    return Outgoing(request.method, made.raw_url, told, made.body, made.query)
