"""Database time on every host: leases and due times are judged by one clock, whatever the machines' own say."""

from __future__ import annotations

from hookspan import observe
from hookspan.clock import FollowingClock
from hookspan.ports import Clock
from hookspan.storage.database import Database
from hookspan.storage.dialect import clock_ms

AGREED_MS = 250
"""So far clocks may differ and are left alone: what is measured over a network is no better."""
APART_MS = 1_000
"""A host whose clock differs by more is warned of, and readiness shows it."""


async def follow_database(database: Database, clock: Clock) -> None:
    """Measure how far the database's clock is from ours, and follow it."""
    if database.is_single_writer or not isinstance(clock, FollowingClock):
        return
    asked_s, before, followed_ms = clock.monotonic(), clock.now_ms(), clock.offset_ms
    told = await database.read(clock_ms)
    took_ms = round((clock.monotonic() - asked_s) * 1_000)
    if told is None:
        return
    clock.is_following = True
    # Several loops measure: what another has followed meanwhile must not be followed twice.
    if clock.offset_ms != followed_ms:
        return
    ahead_ms = told - before - took_ms // 2
    # What the answer took may all have been on one way.
    if abs(ahead_ms) <= AGREED_MS + took_ms // 2:
        return
    clock.follow(ahead_ms)
    if abs(ahead_ms) > APART_MS:
        observe.warn("clock.follows", ahead_ms=ahead_ms, offset_ms=clock.offset_ms, error="check this host's clock")


def distance(clock: Clock) -> dict[str, object]:
    """What readiness tells of a host whose clock is far from the database's; nothing of any other."""
    if not isinstance(clock, FollowingClock) or abs(clock.offset_ms) <= APART_MS:
        return {}
    return {"databaseAheadMs": clock.offset_ms}
