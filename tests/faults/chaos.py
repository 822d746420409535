"""L3 chaos: kill after k units of the victim's own work, again and again, then calm; and L10 race, without a fault."""

from __future__ import annotations

import asyncio
import random
import signal
import time

from tests.faults.ledger import Kill, Ledger, Options
from tests.faults.scene import CHAOS_ENDPOINTS, OK_ENDPOINTS, Scene, played, reached, scene
from tests.faults.tour import SCHEDULES
from tests.faults.victims import Victim, until

GATE_SECONDS = 40.0
ACKS_MOST, REQUESTS_MOST, ATTEMPTS_MOST = 40, 150, 75
REPLAYS, REPLAY_EVERY = 40, 6
"""A job of so many replays begins before every sixth kill; most of them die with it half done."""
HEARD_MS = 10_000
"""Far longer than any load delays a message, shorter than anything that would wake its execution by chance."""
STRIKES = 5
_CLOCKED = "SELECT count(*) FROM executions WHERE trigger_type = 'schedule'"
CALLED_OF = 8
"""In a race one execution is started for so many events."""
ZOMBIE_SECONDS = 6.0
"""Longer than a lease and two sweeps of the short clocks."""


async def chaos(options: Options) -> Ledger:
    """One `serve` on SQLite, or `serve` and workers on PostgreSQL."""
    async with scene(options, CHAOS_ENDPOINTS) as town:
        return await played(town, _one_process if options.store == "sqlite" else _many_processes)


async def _one_process(town: Scene) -> None:
    chance = random.Random(f"{town.options.seed}:nemesis")
    victim = await town.serve()
    await town.answering(victim)
    await town.set_up(victim)
    town.produce()
    for number in range(town.options.kills):
        if number % REPLAY_EVERY == 1:
            await town.replay(victim, REPLAYS, REPLAYS // 4)
        if chance.random() < 0.5:
            await _kill_after_acks(town, victim, chance.randint(1, ACKS_MOST))
        else:
            await _kill_after_requests(town, victim, chance.randint(1, REQUESTS_MOST))
        town.books.forget_leases()
        victim = await town.serve()
        await town.answering(victim)
        await town.resume()


async def _kill_after_acks(town: Scene, victim: Victim, units: int) -> None:
    before = town.crowd.acks
    is_reached = await reached(victim, lambda: town.crowd.acks - before, units, GATE_SECONDS)
    await town.kill(victim, "acks", units, is_reached=is_reached)


async def _kill_after_requests(town: Scene, victim: Victim, units: int) -> None:
    before = town.far.count()
    is_reached = await reached(victim, lambda: town.far.count() - before, units, GATE_SECONDS)
    await town.kill(victim, "requests", units, is_reached=is_reached)


async def _many_processes(town: Scene) -> None:
    options = town.options
    chance = random.Random(f"{options.seed}:nemesis")
    # A serving process that works too hands its own events over hot; without, everything waits in the database.
    works_too = chance.random() < 0.5
    api = await town.serve(is_worker=works_too)
    await town.answering(api)
    await town.set_up(api)
    workers = [f"worker-{number}" for number in range(options.workers)]
    for name in workers:
        await town.worker(name)
    town.produce()
    zombies = [asyncio.create_task(_haunt(town, chance.choice(workers))) for _ in range(options.stops)]
    for _ in range(options.kills):
        if chance.random() < 0.4:
            await _kill_after_acks(town, town.victims["serve"], chance.randint(1, ACKS_MOST))
            await town.answering(await town.serve(is_worker=works_too))
            await town.resume()
        else:
            name = chance.choice(workers)
            await _kill_after_attempts(town, town.victims[name], chance.randint(1, ATTEMPTS_MOST))
            await town.worker(name)
    await asyncio.gather(*zombies)


async def _kill_after_attempts(town: Scene, victim: Victim, units: int) -> None:
    is_reached = await reached(victim, victim.attempts, units, GATE_SECONDS)
    await town.kill(victim, "attempts", units, is_reached=is_reached)


async def _haunt(town: Scene, name: str) -> None:
    """A worker of its own stands still in the middle of its work until others took it over, then goes on."""
    victim = await town.worker(f"zombie-of-{name}")
    is_reached = await reached(victim, victim.attempts, 10, GATE_SECONDS)
    victim.signal(signal.SIGSTOP)
    town.ledger.kills.append(Kill(victim.name, "SIGSTOP", "attempts", 10, is_reached))
    await asyncio.sleep(ZOMBIE_SECONDS)
    victim.signal(signal.SIGCONT)


async def race(options: Options) -> Ledger:
    """Many workers, no faults: whatever is sent twice is our own doing."""
    async with scene(options, OK_ENDPOINTS, slow_ms=5, settings={}) as town:
        return await played(town, _compete)


async def _compete(town: Scene) -> None:
    town.crowd.pause_seconds = town.callers.pause_seconds = 0.0
    town.callers.most = town.options.events // CALLED_OF
    is_alone = town.options.store == "sqlite"
    api = await town.serve(is_worker=is_alone)
    await town.answering(api)
    await town.set_up(api)
    for number in range(0 if is_alone else town.options.workers):
        await town.worker(f"worker-{number}")
    town.produce()
    await _strike(town)
    await town.all_produced()
    await until(GATE_SECONDS, lambda: not town.callers.standing())
    if town.callers.longest_unread_ms > HEARD_MS:
        town.ledger.noted.append(f"UNHEARD a message waited for {town.callers.longest_unread_ms:.0f} ms")


async def _strike(town: Scene) -> None:
    """The hour of all schedules comes again and again; each has one execution of it, whoever looks first."""
    began, before = time.time() // 60, town.books.count(_CLOCKED)
    for _ in range(STRIKES):
        town.books.strike()
        await until(GATE_SECONDS, lambda: town.books.struck() == 0)
    fired = town.books.count(_CLOCKED) - before
    minutes, wanted = time.time() // 60 - began, STRIKES * SCHEDULES
    if not wanted <= fired <= wanted + minutes * SCHEDULES:
        town.ledger.noted.append(f"SCHEDULE {fired} executions for {wanted} hours of schedules that came")
