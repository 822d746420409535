"""A shell line that sends one request which a source accepts: what `sources create` ends with (contracts D.4)."""

from __future__ import annotations

import shlex
import time
from collections.abc import Mapping, Sequence

from hookspan.cli.signing_anew import Outgoing, signed_for
from hookspan.client import Document

BODY = '{"hello":"world"}'
JSON_TYPE = ("content-type", "application/json")
_SIGNATURE_HEADERS: Mapping[str, str] = {"": "X-Webhook-Signature: ", "github": "X-Hub-Signature-256: sha256="}
"""Schemes that a line can sign by itself, so that it also works tomorrow and for another body."""


def example_request(made: Document, *, now_ms: int | None = None) -> str:
    """The line for a source as its creation answered; empty where only its provider can sign."""
    if _signs_itself(made):
        return _signing_line(made)
    request = Outgoing("POST", "", [JSON_TYPE], BODY.encode())
    signed = signed_for(made, made, request.sent_to(made), now_ms=now_ms or time.time_ns() // 1_000_000)
    if signed.note:
        return ""
    sent = signed.request
    url = f"{made.text('url')}?{sent.query}" if sent.query else made.text("url")
    return " ".join([*_curl(url), *_fields(sent.fields), "-d", shlex.quote(sent.body.decode("utf-8", "replace"))])


def _signs_itself(made: Document) -> bool:
    is_plain = made.text("authType") == "signature" and not made.value("verification")
    return is_plain and bool(made.text("secret")) and made.text("provider") in _SIGNATURE_HEADERS


def _signing_line(made: Document) -> str:
    key = shlex.quote(made.text("secret"))
    digest = f"""$(printf %s "$body" | openssl dgst -sha256 -hmac {key} -r | cut -d' ' -f1)"""
    signature = f'-H "{_SIGNATURE_HEADERS[made.text("provider")]}{digest}"'
    send = " ".join([*_curl(made.text("url")), *_fields([JSON_TYPE])])
    return f"""body='{BODY}'; {send} {signature} -d "$body\""""


def _curl(url: str) -> Sequence[str]:
    return ["curl", shlex.quote(url)]


def _fields(fields: Sequence[tuple[str, str]]) -> Sequence[str]:
    return [part for name, value in fields for part in ("-H", shlex.quote(f"{name}: {value}"))]
