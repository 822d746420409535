"""The loop guard: how many times an event passed through hookspan instances that share a key (contracts E.2, S32)."""

from __future__ import annotations

import hmac
from hashlib import blake2b

HOPS_MOST = 8


def hop_header(key: bytes, event_id: str, count: int) -> str:
    """`<count>.<16 hex>`; the hex is a MAC over event id and count, so that nobody else can set a count."""
    return f"{count}.{_mac(key, event_id, count)}"


def hops_of(key: bytes, event_id: str, header: str) -> int:
    """The count of a header we made for this event id; 0 for a missing or false one."""
    count, _, mac = header.partition(".")
    if not (count.isascii() and count.isdigit() and len(count) <= 3):
        return 0
    return int(count) if hmac.compare_digest(_mac(key, event_id, int(count)).encode(), mac.encode()) else 0


def _mac(key: bytes, event_id: str, count: int) -> str:
    # Keyed BLAKE2 (RFC 7693): hmac.digest gives up the interpreter's lock for an instant, and a busy writer takes it.
    return blake2b(f"{event_id}.{count}".encode("utf-8", "replace"), key=key, digest_size=8).hexdigest()
