"""Priorities 0 low, 1 normal, 2 high, 3 critical share work by weight 1:2:4:8 and never starve (reliability §4.7).

Turns are numbered; which level a turn belongs to is a function of its number, so that a claim in the database and a
slot in the process are shared out by the same rule, and a test can say whose turn it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

LEVELS = (3, 2, 1, 0)
WEIGHTS = {3: 8, 2: 4, 1: 2, 0: 1}
SLA_MS = {3: 1_000, 2: 5_000, 1: 30_000}
"""From acceptance to the first attempt; low has none."""
OLDEST_EVERY = 20
"""Every so many turns the oldest work of any level is taken."""


def _cycle() -> tuple[int, ...]:
    """Smooth weighted round robin: each level as often as it weighs, spread as evenly as can be."""
    total = sum(WEIGHTS.values())
    credit = dict.fromkeys(LEVELS, 0)
    turns = []
    for _ in range(total):
        for level in LEVELS:
            credit[level] += WEIGHTS[level]
        chosen = max(LEVELS, key=lambda level: (credit[level], level))
        credit[chosen] -= total
        turns.append(chosen)
    return tuple(turns)


_CYCLE = _cycle()


def level_at(turn: int) -> int | None:
    """The level whose turn it is, or None: the oldest of any."""
    return None if turn % OLDEST_EVERY == OLDEST_EVERY - 1 else _CYCLE[turn % len(_CYCLE)]


def take_turn(turn: int, oldest: Mapping[int, int]) -> int:
    """Which of the levels that have work is served; `oldest` gives each one's oldest due time. An absent level's
    turn goes to the highest there is.
    """
    if len(oldest) == 1:
        return next(iter(oldest))
    level = level_at(turn)
    if level is None:
        return min(oldest, key=lambda each: (oldest[each], -each))
    return level if level in oldest else max(oldest)


def share(waiting: Mapping[int, Sequence[tuple[int, str]]], count: int, turn: int) -> list[str]:
    """The ids of at most `count` of `waiting`, by level (due time, id) oldest first, taken in turns from `turn` on."""
    if len(waiting) == 1:
        return [identity for _, identity in next(iter(waiting.values()))[:count]]
    queues = {level: list(reversed(rows)) for level, rows in waiting.items() if rows}
    chosen: list[str] = []
    while queues and len(chosen) < count:
        level = take_turn(turn + len(chosen), {level: rows[-1][0] for level, rows in queues.items()})
        chosen.append(queues[level].pop()[1])
        if not queues[level]:
            del queues[level]
    return chosen
