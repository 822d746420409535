"""Random bytes for ids and leases, drawn from the system many at a time: the call is the costly part."""

from __future__ import annotations

import os

DRAWN_BYTES = 4_096
TOKEN_BYTES = 16

_drawn = b""
_used = 0


def _forget() -> None:
    """A forked child must not give out what its parent drew."""
    global _drawn, _used  # a pool of the process
    _drawn, _used = b"", 0


os.register_at_fork(after_in_child=_forget)


def random_bytes(count: int) -> bytes:
    """`count` bytes nobody can foresee, each given out once; at most 4,096."""
    global _drawn, _used  # a pool of the process
    if _used + count > len(_drawn):
        _drawn, _used = os.urandom(DRAWN_BYTES), 0
    start, _used = _used, _used + count
    return _drawn[start:_used]


def lease_token() -> str:
    """A fresh token of 128 bits as 32 hex digits."""
    return random_bytes(TOKEN_BYTES).hex()
