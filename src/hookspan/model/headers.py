"""Grammar and deny list of the headers users configure, and which names carry secrets (security §7, §14).

Checked when an endpoint is saved and again when a request is sent: HTTP clients were seen to put `x a`, raw UTF-8 and
`Transfer-Encoding` beside `Content-Length` on the wire when asked to.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
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
#: What makes a credential of any word that holds it, and the words that are one as they stand.
_SECRET_PARTS = ("token", "secret", "passw", "credential", "session", "apikey")
_SECRET_WORDS = frozenset(
    {
        "authorization", "authentication", "authcode", "cookie", "cookies", "jwt", "jwts", "pass", "passphrase",
        "passcode", "pwd", "pw", "otp", "sessid", "phpsessid", "appid",
    }
)  # fmt: skip
_KEYS = frozenset({"key", "keys"})
#: A key of these unlocks nothing: it names, sorts or spreads. So does what is said of a key. Database and alerting
#: services call credentials a primary key and a routing key, so those are none of them.
_HARMLESS_BEFORE_KEY = frozenset(
    {
        "idempotency", "idempotent", "cache", "surrogate", "partition", "partitioning", "shard", "sharding",
        "sort", "order", "ordering", "group", "grouping", "dedup", "dedupe", "deduplication", "websocket", "socket",
        "event", "message", "object", "row", "foreign", "hash", "range", "public", "correlation", "index",
        "lookup", "issue", "next", "start", "last",
    }
)  # fmt: skip
_HARMLESS_AFTER_KEY = frozenset({"id", "ids", "identifier", "name", "type", "version", "algorithm", "size", "count"})
_NOT_JOINED = frozenset({"key", "monkey", "turkey", "donkey", "hockey", "jockey", "whiskey", "hotkey"})
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def check_headers(
    headers: Mapping[str, str] | Iterable[tuple[str, str]], *, but: Collection[str] = frozenset()
) -> Pairs:
    """The headers trimmed and in order; raises Invalid with one fault for each wrong one at `/headers/<name>`.

    `but` are names in lower case that may be set here though the deny list holds them.
    """
    pairs = tuple(headers.items()) if isinstance(headers, Mapping) else tuple(headers)
    trimmed = tuple((name, value.strip(" ")) for name, value in pairs)
    faults = [_fault(name, reason) for name, value in trimmed if (reason := _refusal(name, value, but))]
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
    """True when the value is a credential: sealed when configured, redacted when stored.

    Names are judged by whole words, as `-`, `_` and humps part them. A signature in a header is none: it holds for
    one message.
    """
    words = words_of(name)
    return _is_secret(words) or _is_secret(words_of(name.lower())) or any(map(_is_joined_key, words))


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name in lower case, digits left out: `X-RapidAPI-Key` is `x`, `rapid`, `api`, `key`."""
    return tuple(word.lower() for word in _WORD.findall(name))


def _is_secret(words: tuple[str, ...]) -> bool:
    if any(_is_secret_word(word) for word in words):
        return True
    around = zip(("", *words), words, (*words[1:], ""), strict=False)
    return any(
        word in _KEYS and before not in _HARMLESS_BEFORE_KEY and after not in _HARMLESS_AFTER_KEY
        for before, word, after in around
    )


def _is_secret_word(word: str) -> bool:
    return word in _SECRET_WORDS or word.endswith("auth") or any(part in word for part in _SECRET_PARTS)


def _is_joined_key(word: str) -> bool:
    """True for `writekey`: written as one word it is judged as `write-key` is."""
    one = word.removesuffix("s")
    return one.endswith("key") and one not in _NOT_JOINED and one[:-3] not in _HARMLESS_BEFORE_KEY


def _refusal(name: str, value: str, but: Collection[str]) -> str | None:
    reason = None if name.lower() in but else name_refusal(name)
    return reason or value_refusal(value)


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
