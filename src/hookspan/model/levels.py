"""Priorities 0 low, 1 normal, 2 high, 3 critical share work by weight 1:2:4:8 and never starve (reliability §4.7).

Turns are numbered; which level a turn belongs to is a function of its number, so that a claim in the database and a
slot in the process are shared out by the same rule, and a test can say whose turn it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from msgspec import Struct

LEVELS = (3, 2, 1, 0)
LEVEL_NAMES = {3: "critical", 2: "high", 1: "normal", 0: "low"}
WEIGHTS: Mapping[int, int] = MappingProxyType({3: 8, 2: 4, 1: 2, 0: 1})
WEIGHT_MOST = 100
SLA_MS: Mapping[int, int] = MappingProxyType({3: 1_000, 2: 5_000, 1: 30_000})
"""From acceptance to the first attempt or step; low has none."""
SLA_MOST_MS = 86_400_000
OLDEST_EVERY = 20
"""Every so many turns the oldest work of any level is taken."""

Cycle = tuple[int, ...]
"""Whose the turns are, over and over."""


@lru_cache(maxsize=64)
def _cycle(weights: tuple[int, ...]) -> Cycle:
    total = sum(weights)
    credit = dict.fromkeys(LEVELS, 0)
    turns = []
    for _ in range(total):
        for level, weight in zip(LEVELS, weights, strict=True):
            credit[level] += weight
        chosen = max(LEVELS, key=lambda level: (credit[level], level))
        credit[chosen] -= total
        turns.append(chosen)
    return tuple(turns)


def cycle_of(weights: Mapping[int, int]) -> Cycle:
    """Smooth weighted round robin: each level as often as it weighs (1 to 100), spread as evenly as can be."""
    return _cycle(tuple(weights[level] for level in LEVELS))


USUAL = cycle_of(WEIGHTS)


class Turn(Struct, frozen=True, gc=False):
    """The number of the next turn, and whose the turns are."""

    number: int = 0
    cycle: Cycle = USUAL


def level_at(turn: int, cycle: Cycle = USUAL) -> int | None:
    """The level whose turn it is, or None: the oldest of any."""
    return None if turn % OLDEST_EVERY == OLDEST_EVERY - 1 else cycle[turn % len(cycle)]


def take_turn(turn: int, oldest: Mapping[int, int], cycle: Cycle = USUAL) -> int:
    """Which of the levels that have work is served; `oldest` gives each one's oldest due time. An absent level's
    turn goes to the highest there is.
    """
    if len(oldest) == 1:
        return next(iter(oldest))
    level = level_at(turn, cycle)
    if level is None:
        return min(oldest, key=lambda each: (oldest[each], -each))
    return level if level in oldest else max(oldest)


def share(waiting: Mapping[int, Sequence[tuple[int, str]]], count: int, turn: int, cycle: Cycle = USUAL) -> list[str]:
    """The ids of at most `count` of `waiting`, by level (due time, id) oldest first, taken in turns from `turn` on."""
    if len(waiting) == 1:
        return [identity for _, identity in next(iter(waiting.values()))[:count]]
    queues = {level: list(reversed(rows)) for level, rows in waiting.items() if rows}
    chosen: list[str] = []
    while queues and len(chosen) < count:
        level = take_turn(turn + len(chosen), {level: rows[-1][0] for level, rows in queues.items()}, cycle)
        chosen.append(queues[level].pop()[1])
        if not queues[level]:
            del queues[level]
    return chosen


@dataclass(frozen=True, slots=True)
class Promises:
    """How soon each tenant wants its work begun; what a tenant has not set is the usual. None promises nothing."""

    by_tenant: Mapping[str, Mapping[int, int | None]] = field(default_factory=dict)

    def sla_ms(self, tenant_id: str, level: int) -> int | None:
        """The longest time from acceptance to the first attempt or step."""
        chosen = self.by_tenant.get(tenant_id)
        if chosen is not None and level in chosen:
            return chosen[level]
        return SLA_MS.get(level)


USUAL_PROMISES = Promises()
