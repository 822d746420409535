"""Ids: UUIDv7 as canonical text, so that ids sort by birth; other spellings are read, never written (contracts 0.2)."""

from __future__ import annotations

import re
from uuid import UUID

from hookspan.errors import NotFound
from hookspan.model.randomness import random_bytes

_SPELLING = re.compile(r"^(?:wh_|del_)?([0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12})$")


_VARIANT = 1 << 63
_RANDOM_BITS = (1 << 62) - 1
_COUNTER_MOST = 0xFFF

_last_ms = 0
_counter = 0


def new_id(now_ms: int) -> str:
    """A fresh UUIDv7 that carries `now_ms` (RFC 9562 §5.7).

    Ids of one process and millisecond ascend (§6.2, method 1): rows born together stand together, in lists and on
    disk. Where a millisecond has more ids than the counter, the rest are in random order.
    """
    global _last_ms, _counter  # noqa: PLW0603  # the counter of the process
    if now_ms != _last_ms:
        _last_ms, _counter = now_ms, 0
    elif _counter < _COUNTER_MOST:
        _counter += 1
    rest = int.from_bytes(random_bytes(8)) & _RANDOM_BITS | _VARIANT
    text = f"{now_ms:012x}7{_counter:03x}{rest:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def id_time_ms(identity: str) -> int:
    """When an id was made: the first 48 bits of a UUIDv7."""
    return int(identity[:8] + identity[9:13], 16)


def canonical_id(text: str) -> str:
    """The canonical spelling of an id given as UUID, bare hex, `wh_…` or `del_…`; NotFound for anything else."""
    found = _SPELLING.match(text)
    if found is None:
        raise NotFound("no such thing: the id is not a UUID")
    return str(UUID(found[1]))


def prefixed_id(prefix: str, identity: str) -> str:
    """The spelling of seed 004: `wh_` or `del_` and 32 hex digits."""
    return f"{prefix}_{identity.replace('-', '')}"


def looks_like_id(segment: str) -> bool:
    """A path segment that would read as a management route's id (contracts B.1)."""
    return re.match(r"^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$", segment) is not None
