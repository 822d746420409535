"""Ids: UUIDv7 as canonical text, so that ids sort by birth; other spellings are read, never written (contracts 0.2)."""

from __future__ import annotations

import re
from uuid import UUID

from uuid_utils import uuid7

from hookspan.errors import NotFound

_SPELLING = re.compile(r"^(?:wh_|del_)?([0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12})$")


def new_id(now_ms: int) -> str:
    """A fresh UUIDv7 that carries `now_ms` (RFC 9562 §5.7)."""
    return str(uuid7(nanoseconds=now_ms * 1_000_000))


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
