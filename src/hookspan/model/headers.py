"""Grammar and deny list of the headers users configure, and which header names carry secrets (security §7, §14).

Checked when an endpoint is saved and again when a request is sent: HTTP clients were seen to put `x a`, raw UTF-8 and
`Transfer-Encoding` beside `Content-Length` on the wire when asked to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from hookspan.errors import Fault, Invalid

MAX_HEADERS = 32
MAX_NAME_BYTES = 128
MAX_VALUE_BYTES = 4_096
MAX_TOTAL_BYTES = 16_384

Pairs = tuple[tuple[str, str], ...]

#: Names that decide where a message ends or whom it reaches; only the client itself writes them (RFC 9112 §6, §9).
FRAMING_NAMES = frozenset(
    {
        "host", "content-length", "transfer-encoding", "te", "trailer", "connection", "keep-alive", "upgrade", "expect",
        "via", "http2-settings",
    }
)  # fmt: skip
_DENIED_NAMES = FRAMING_NAMES | {
    "accept", "accept-encoding", "user-agent", "traceparent", "tracestate", "forwarded", "x-real-ip", "true-client-ip",
    "origin", "referer", "cookie", "cookie2", "x-http-method-override", "x-http-method", "x-method-override", "range",
}  # fmt: skip
_DENIED_PREFIXES = (
    "proxy-", "content-", "webhook-", "x-webhook-", "svix-", "ce-", "x-hookspan-", "x-forwarded-", "cf-", "sec-",
    "metadata", "x-aws-", "x-amz-", "x-goog-", "x-google-", "x-ms-",
)  # fmt: skip
_SECRET_NAMES = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "api-key"})
_SECRET_WORDS = ("token", "secret", "password", "credential", "session")

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def check_headers(headers: Mapping[str, str] | Iterable[tuple[str, str]]) -> Pairs:
    """The headers trimmed and in order; raises Invalid with one fault for each wrong one at `/headers/<name>`."""
    pairs = tuple(headers.items()) if isinstance(headers, Mapping) else tuple(headers)
    trimmed = tuple((name, value.strip(" ")) for name, value in pairs)
    faults = [_fault(name, reason) for name, value in trimmed if (reason := _refusal(name, value))]
    faults += [_fault(name, "appears more than once; write it once") for name in _repeated(trimmed)]
    if len(trimmed) > MAX_HEADERS:
        faults.append(Fault("/headers", "validation_error", f"has more than {MAX_HEADERS} entries"))
    if sum(len(name) + len(value) for name, value in trimmed) > MAX_TOTAL_BYTES:
        faults.append(Fault("/headers", "validation_error", f"is longer than {MAX_TOTAL_BYTES} bytes in all"))
    if faults:
        raise Invalid(faults)
    return trimmed


def name_refusal(name: str) -> str | None:
    """Why users may not set this header, or None; also asked for the header name of `api-key` authentication."""
    if len(name) > MAX_NAME_BYTES or not _TOKEN.fullmatch(name):
        return f"is no header name; use up to {MAX_NAME_BYTES} letters, digits and - _ ."
    lowered = name.lower()
    if lowered in _DENIED_NAMES or lowered.startswith(_DENIED_PREFIXES):
        return "is set by hookspan or reserved, so it cannot be configured; choose another name"
    return None


def value_refusal(value: str) -> str | None:
    """Why this is no header value, or None: visible ASCII with inner blanks, up to 4 KiB."""
    if len(value) > MAX_VALUE_BYTES:
        return f"has a value longer than {MAX_VALUE_BYTES} bytes"
    if not (value.isascii() and value.isprintable()):
        return "has a value that is not visible ASCII; encode it first"
    return None


def is_sendable_name(name: str) -> bool:
    """True for an RFC 9110 token that does not touch framing: what the client lets anyone put on the wire."""
    return _TOKEN.fullmatch(name) is not None and not is_framing_name(name)


def is_framing_name(name: str) -> bool:
    """True when the field would frame or route the message."""
    lowered = name.lower()
    return lowered in FRAMING_NAMES or lowered.startswith("proxy-")


@lru_cache(maxsize=4_096)
def is_secret_name(name: str) -> bool:
    """True when the value is a credential: sealed when configured, redacted when stored."""
    lowered = name.lower()
    return lowered in _SECRET_NAMES or any(word in lowered for word in _SECRET_WORDS)


def _refusal(name: str, value: str) -> str | None:
    return name_refusal(name) or value_refusal(value)


def _fault(name: str, reason: str) -> Fault:
    pointer = name.replace("~", "~0").replace("/", "~1")
    return Fault(f"/headers/{pointer}", "validation_error", f"The header {name!r} {reason}")


def _repeated(pairs: Pairs) -> list[str]:
    seen: set[str] = set()
    repeated = []
    for name, _ in pairs:
        if name.lower() in seen:
            repeated.append(name)
        seen.add(name.lower())
    return repeated
