"""How often a caller may ask (security §5.4): token buckets by policy and subject, told in `RateLimit` headers.

`q` tokens fill up within `w` seconds. A bucket nobody touched for that long is full, so forgetting it costs nothing:
at most 100,000 are remembered.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import msgspec

from hookspan import observe
from hookspan.errors import HookspanError, RateLimited
from hookspan.model.events import NewEvent
from hookspan.model.ids import new_id
from hookspan.model.times import instant

if TYPE_CHECKING:
    from hookspan.access.roles import Caller
    from hookspan.api.rooms import Rooms
    from hookspan.api.routes import Rule
    from hookspan.ports import Clock

REMEMBERED = 100_000
TOLD_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Policy:
    """`quota` requests in `window_s` seconds."""

    name: str
    quota: int
    window_s: int = 60


REVEAL = Policy("reveal", 10)
TESTS = Policy("test-send", 10)
REPLAYS = Policy("replay", 60)
OF_SCOPE = {"endpoints:test": TESTS, "events:replay_stored": REPLAYS}
"""Limits that a room of ours keeps by itself: it refuses, and the gate tells of it."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a bucket says to one request: what is left, when it is full again, and when to come back if refused."""

    policy: Policy
    remaining: int
    full_in_s: int
    retry_after_s: int | None = None


class Buckets:
    """Token buckets; the least recently used are forgotten first."""

    def __init__(self, clock: Clock, *, remembered: int = REMEMBERED) -> None:
        self._clock = clock
        self._remembered = remembered
        self._levels: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._levels)

    def spend(self, policy: Policy, subject: str) -> Spent:
        """Take one token, or say when there will be one."""
        place, now = (policy.name, subject), self._clock.monotonic()
        level, since = self._levels.pop(place, (float(policy.quota), now))
        per_second = policy.quota / policy.window_s
        level = min(float(policy.quota), level + (now - since) * per_second)
        refused = level < 1
        self._levels[place] = (level if refused else level - 1, now)
        if len(self._levels) > self._remembered:
            self._levels.popitem(last=False)
        left = level if refused else level - 1
        wait_s = max(1, ceil((1 - level) / per_second)) if refused else None
        return Spent(policy, int(left), ceil((policy.quota - left) / per_second), wait_s)


class Rates:
    """The limits of the management API, and the fact that somebody ran into one."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._default = Policy("default", rooms.settings.management_per_minute)
        self._buckets = Buckets(rooms.clock)
        self._told: OrderedDict[tuple[str, str], float] = OrderedDict()

    def spend(self, caller: Caller, rule: Rule) -> list[Spent]:
        """Count one request of this caller; the first answer that refuses is the last in the list."""
        spent = [self._buckets.spend(self._default, f"{caller.tenant_id} {caller.actor}")]
        if rule.scope == "secrets:reveal" and spent[0].retry_after_s is None:
            spent.append(self._buckets.spend(REVEAL, caller.tenant_id))
        return spent

    async def tell(self, caller: Caller, policy: Policy, path: str) -> None:
        """Publish `api.limit.exceeded`, once a minute for each policy and caller."""
        place, now = (policy.name, f"{caller.tenant_id} {caller.actor}"), self._rooms.clock.monotonic()
        if now - self._told.pop(place, -TOLD_SECONDS) < TOLD_SECONDS:
            self._told[place] = now
            return
        self._told[place] = now
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        try:
            await self._rooms.publisher.publish(_fact(caller, policy, path, self._rooms.clock.now_ms()))
        except HookspanError as error:
            observe.warn("limit.untold", policy=policy.name, error=error.detail)


def check(spent: Sequence[Spent]) -> None:
    """RateLimited when the last bucket asked was empty."""
    last = spent[-1]
    if last.retry_after_s is not None:
        quota = f"{last.policy.quota} requests in {last.policy.window_s} seconds"
        raise RateLimited(f"over {quota}; come back later", retry_after_s=last.retry_after_s)


def header_fields(spent: Sequence[Spent]) -> list[tuple[bytes, bytes]]:
    """`RateLimit-Policy` and `RateLimit`, as structured fields."""
    policies = ", ".join(f'"{one.policy.name}";q={one.policy.quota};w={one.policy.window_s}' for one in spent)
    levels = ", ".join(f'"{one.policy.name}";r={one.remaining};t={one.full_in_s}' for one in spent)
    return [(b"ratelimit-policy", policies.encode()), (b"ratelimit", levels.encode())]


def _fact(caller: Caller, policy: Policy, path: str, now: int) -> NewEvent:
    told = {
        "policy": policy.name,
        "subject": caller.actor,
        "limit": policy.quota,
        "window_ms": policy.window_s * 1_000,
        "path": path,
        "occurred_at": instant(now),
    }
    return NewEvent(
        id=new_id(now),
        tenant_id=caller.tenant_id,
        type="api.limit.exceeded",
        data=msgspec.json.encode(told),
        created_at=now,
        origin="system",
    )
