"""What the head of a request must be before anybody acts on it: bounded, and of one meaning (security §5.1, S10).

Two parsers that read one request differently are a hole. So what a proxy before us could read otherwise is refused:
more than one Host or length, a coding beside a length, a target that is not a plain path, a path with dot segments
or with encoded separators.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address

_HOST = re.compile(rb"[A-Za-z0-9._~!$&'()*+;=:%\[\]-]*")
_AMBIGUOUS = re.compile(rb"%2f|%5c|%00|\\|/(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)

NO_PLAIN_PATH = (
    b'{"type":"/docs/problems/bad_request","title":"Bad request","status":400,"code":"bad_request","detail":"The path '
    b"cannot be read in one way only: it has a dot segment, a backslash, an encoded separator or bytes that are not "
    b'ASCII. Write / as it is, and choose a name other than . and ..",'
    b'"errors":[{"pointer":"/path","code":"bad_request","detail":"write / as it is, without . and .. segments"}]}'
)
"""The problem (RFC 9457) of a path that `is_plain_path` refuses: the request is not read far enough to say more."""

_ALWAYS = (
    b"x-content-type-options: nosniff\r\nreferrer-policy: no-referrer\r\ncache-control: no-store\r\n"
    b"content-security-policy: default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one connection and of all: bytes, numbers of fields and connections, seconds."""

    line_bytes: int = 8_192
    field_bytes: int = 8_192
    head_bytes: int = 32_768
    fields_most: int = 64
    head_seconds: float = 10.0
    body_seconds: float = 30.0
    body_grace_seconds: float = 5.0
    body_bytes_per_second: int = 1_024
    idle_seconds: float = 15.0
    drain_bytes: int = 1_048_576
    drain_seconds: float = 2.0
    connections_most: int = 10_000
    connections_per_address: int = 1_000
    in_flight_most: int = 1_000
    held_bytes_most: int = 64 * 1_048_576
    socket_ping_seconds: float = 54.0
    socket_silence_seconds: float = 60.0
    socket_close_seconds: float = 10.0


def is_framed(version: str, target: bytes, headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether everyone who reads this head reads the same request; header names are in lower case."""
    hosts = lengths = 0
    codings: list[bytes] = []
    for name, value in headers:
        if name == b"host":
            hosts += 1 if _HOST.fullmatch(value) else 2
        elif name == b"content-length":
            lengths += 1
        elif name == b"transfer-encoding":
            codings.append(value.strip().lower())
    if version not in ("1.0", "1.1") or hosts > 1 or (hosts == 0 and version == "1.1") or lengths > 1:
        return False
    if codings and (version == "1.0" or codings != [b"chunked"] or lengths):
        return False
    return is_plain_path(target.partition(b"?")[0])


def is_plain_path(path: bytes) -> bool:
    """Whether a raw path can be read in one way only: absolute, ASCII, no dot segment, no encoded separator."""
    if not path.startswith(b"/") or path.startswith(b"//") or not path.isascii():
        return False
    is_suspect = b"%" in path or b"/." in path or b"\\" in path
    return not (is_suspect and _AMBIGUOUS.search(path))


def has_body(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a body follows this head."""
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value.strip(b"0 ")) for name, value in headers
    )


def head_rest(fields: Iterable[tuple[str, str]], content_type: str, length: int | None, is_lasting: bool) -> bytes:
    """The fields of an answer and the empty line; `length` None means that it has no body and says nothing of one."""
    lines = [f"{name}: {value}\r\n" for name, value in fields if name.lower() != "connection"]
    if length is not None:
        lines.append(f"content-type: {content_type}\r\ncontent-length: {length}\r\n")
    if not is_lasting:
        lines.append("connection: close\r\n")
    return _ALWAYS + "".join(lines).encode("latin-1") + b"\r\n"


def is_loopback(address: str) -> bool:
    """Whether a peer is this machine itself; an unnamed one is a Unix socket."""
    with contextlib.suppress(ValueError):
        return ip_address(address).is_loopback
    return address == ""
