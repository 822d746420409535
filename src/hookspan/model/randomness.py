"""Random bytes for ids and leases, drawn from the system many at a time: the call is the costly part."""

from __future__ import annotations

import os
import threading

DRAWN_BYTES = 4_096
TOKEN_BYTES = 16

_drawn = b""
_used = 0
# Functions of steps and units of the database make ids on threads of their own.
_pool = threading.Lock()


def _forget() -> None:
    """A forked child must not give out what its parent drew, nor wait for who drew it then."""
    global _drawn, _used, _pool  # a pool of the process
    _drawn, _used, _pool = b"", 0, threading.Lock()


os.register_at_fork(after_in_child=_forget)


def random_bytes(count: int) -> bytes:
    """`count` bytes nobody can foresee, each given out once; at most 4,096."""
    global _drawn, _used  # a pool of the process
    with _pool:
        if _used + count > len(_drawn):
            _drawn, _used = os.urandom(DRAWN_BYTES), 0
        start, _used = _used, _used + count
        return _drawn[start:_used]


def lease_token() -> str:
    """A fresh token of 128 bits as 32 hex digits."""
    return random_bytes(TOKEN_BYTES).hex()
